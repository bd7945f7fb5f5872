import { pick } from '../../../../core/i18n.ts'
import { may } from '../../../../core/operation.ts'
import { directory } from '../../../../kernel/identity/directory.ts'
import { levelNames } from '../../../../kernel/identity/levels.ts'
import { type Listed, systemsInReach } from '../../../../systems/single-sign-on/overview.ts'
import { ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import { type Column, DataTable } from '../../../../web/components/data-table.tsx'
import { Filters } from '../../../../web/components/list-tools.tsx'
import { StateTag } from '../../../../web/components/tags.tsx'
import { EmptyState } from '../../../../web/components/words.tsx'
import { numberText } from '../../../../web/dates.ts'
import type { ObjectSchema } from '../../../../web/fields.ts'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'
import { optionsFrom, ratingWords, stateWords, systemsPath } from './words.ts'

const filter: ObjectSchema = {
  properties: {
    q: { type: 'string', title: { zh: '名稱或代碼', en: 'Name or identifier' }, widget: 'text' },
    state: {
      title: { zh: '狀態', en: 'State' },
      widget: 'select',
      options: Object.entries(stateWords).map(([value, { label }]) => ({ value, label })),
    },
    rating: {
      title: { zh: '防護等級', en: 'Rating' },
      widget: 'select',
      options: optionsFrom(ratingWords),
    },
  },
}

/** `GET /desk/sign-on`: the systems that sign people in through the city. */
export async function listPage(visit: Visit): Promise<Answer> {
  const { view, query, read, actor } = visit
  const { found, tree } = await read('single-sign-on.read', async (ctx) => ({
    found: await systemsInReach(ctx, query),
    tree: await directory(ctx),
  }))
  const title = view.t('單一帳號認證', 'Single sign-on')
  const live = found.filter(({ state }) => state === 'live').length
  const chips = ['q', 'state', 'rating'].flatMap((name) =>
    query[name]
      ? [{ label: { zh: query[name]!, en: query[name]! }, without: without(query, name) }]
      : [],
  )
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          `共 ${found.length} 個系統，${live} 個上線。數字是最近 30 天。`,
          `${found.length} systems, ${live} live. Counts are of the last 30 days.`,
        )}
      </p>
      {may(actor, 'single-sign-on.propose') ? (
        <Buttons>
          <ButtonLink href={view.href(`${systemsPath}/new`)} look="primary">
            {view.t('申請介接一個系統', 'Propose a system')}
          </ButtonLink>
        </Buttons>
      ) : null}
      <Filters view={view} action={systemsPath} schema={filter} values={query} chips={chips} />
      <DataTable
        view={view}
        caption={title}
        hideCaption
        rows={found}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={view.t('沒有符合的系統', 'No such system')}>
            <p>
              {view.t(
                '貴機關申請的系統會列在這裡；市府核定後，同仁和市民就能用同一個帳號登入。',
                'Systems of your agency stand here; the city approves them before they go live.',
              )}
            </p>
          </EmptyState>
        }
        columns={columnsOf(visit, (agency) => pick(tree.name(agency), view.locale))}
      />
    </Page>
  )
  return { page }
}

const without = (query: Readonly<Record<string, string>>, name: string): string => {
  const left = new URLSearchParams(Object.entries(query).filter(([one]) => one !== name))
  return `${systemsPath}?${left}`
}

const columnsOf = ({ view }: Visit, agency: (id: string) => string): Column<Listed>[] => [
  {
    key: 'name',
    label: { zh: '系統', en: 'System' },
    cell: ({ id, name }) => (
      <a href={view.href(`${systemsPath}/${id}`)} data-open>
        {pick(name, view.locale)}
      </a>
    ),
  },
  { key: 'agency', label: { zh: '機關', en: 'Agency' }, cell: (one) => agency(one.agency) },
  {
    key: 'rating',
    label: { zh: '防護等級', en: 'Rating' },
    cell: ({ rating }) => pick(ratingWords[rating], view.locale),
  },
  {
    key: 'level',
    label: { zh: '登入等級', en: 'Level' },
    cell: ({ requirement }) => pick(levelNames[requirement.level]!, view.locale),
  },
  {
    key: 'state',
    label: { zh: '狀態', en: 'State' },
    cell: ({ state, waits }) => (
      <>
        <StateTag view={view} {...stateWords[state]} />
        {waits && state !== 'proposed' ? (
          <StateTag view={view} tone="soon" label={{ zh: '變更待核定', en: 'A change waits' }} />
        ) : null}
      </>
    ),
  },
  {
    key: 'granted',
    label: { zh: '登入', en: 'Sign-ins' },
    amount: true,
    cell: ({ granted }) => numberText(granted),
  },
  {
    key: 'refused',
    label: { zh: '沒有通過', en: 'Refused' },
    amount: true,
    cell: ({ refused }) => numberText(refused),
  },
]
