import type { Ctx } from '../../../../core/context.ts'
import { pick, type Text } from '../../../../core/i18n.ts'
import { scopeFor } from '../../../../core/operation.ts'
import { directory } from '../../../../kernel/identity/directory.ts'
import { cityRoles } from '../../../../kernel/identity/pack.ts'
import { type StaffMember, staffOfAgencies } from '../../../../kernel/identity/staff.ts'
import { ButtonLink, Buttons } from '../../../../web/components/button.tsx'
import { type Column, DataTable } from '../../../../web/components/data-table.tsx'
import { Filters } from '../../../../web/components/list-tools.tsx'
import { StateTag } from '../../../../web/components/tags.tsx'
import { EmptyState } from '../../../../web/components/words.tsx'
import type { ObjectSchema, Option } from '../../../../web/fields.ts'
import type { Answer, Visit } from '../../../../web/pages.ts'
import { Page } from '../../../../web/shell.tsx'

/** Where the members of staff stand. */
export const staffPath = '/desk/staff'

/** What gives access to these pages. */
export const delegates = 'identity.delegate'

/** The agencies in the actor's reach, outside bodies left out. */
export async function agenciesInReach(ctx: Ctx): Promise<Option[]> {
  const tree = await directory(ctx)
  const { scope, agencies } = scopeFor(ctx.actor, delegates)
  return tree.all
    .filter(({ id, external }) => !external && (scope === 'city' || agencies.includes(id)))
    .map(({ id, name }) => ({ value: id, label: name }))
}

const filterOf = (agencies: readonly Option[]): ObjectSchema => ({
  properties: {
    q: { type: 'string', title: { zh: '姓名或帳號', en: 'Name or login' }, widget: 'text' },
    agency: { title: { zh: '機關', en: 'Agency' }, widget: 'select', options: agencies },
  },
})

/** `GET /desk/staff`: the members of staff in reach, and what each may do. */
export async function listStaff(visit: Visit): Promise<Answer> {
  const { view, query, read, platform } = visit
  const { people, agencies } = await read(delegates, async (ctx) => {
    const reach = await agenciesInReach(ctx)
    const chosen = reach.filter(({ value }) => !query.agency || value === query.agency)
    const ids = chosen.map(({ value }) => value)
    return { agencies: reach, people: await staffOfAgencies(ctx, ids, query.q ?? '') }
  })
  const title = view.t('同仁與角色', 'Staff and roles')
  const named = (id: string): Text =>
    agencies.find(({ value }) => value === id)?.label ?? { zh: id, en: id }
  const roles = cityRoles(platform.city)
  const chips = [
    ...(query.q ? [{ label: { zh: query.q, en: query.q }, without: staffPath }] : []),
    ...(query.agency ? [{ label: named(query.agency), without: staffPath }] : []),
  ]
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <p class="lead">
        {view.t(
          '您管轄的機關裡的同仁。角色只能授予自己也有的權限；調離的人角色一併收回。',
          'People of the agencies in your reach. You grant what you hold; who moves loses roles.',
        )}
      </p>
      <Buttons>
        <ButtonLink href={view.href(`${staffPath}/new`)} look="primary">
          {view.t('新增同仁', 'Add someone')}
        </ButtonLink>
      </Buttons>
      <Filters
        view={view}
        action={staffPath}
        schema={filterOf(agencies)}
        values={query}
        chips={chips}
      />
      <DataTable
        view={view}
        caption={title}
        hideCaption
        rows={people}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={view.t('沒有符合的同仁', 'Nobody')}>
            <p>{view.t('換個條件，或新增同仁。', 'Search otherwise, or add someone.')}</p>
          </EmptyState>
        }
        columns={columnsOf(visit, named, (role) => roles[role]?.title ?? { zh: role, en: role })}
      />
    </Page>
  )
  return { page }
}

type Named = (id: string) => Text

const columnsOf = ({ view }: Visit, agency: Named, role: Named): Column<StaffMember>[] => [
  {
    key: 'name',
    label: { zh: '姓名', en: 'Name' },
    cell: ({ id, name }) => (
      <a href={view.href(`${staffPath}/${id}`)} data-open>
        {name}
      </a>
    ),
  },
  { key: 'login', label: { zh: '帳號', en: 'Login' }, cell: ({ login }) => login },
  {
    key: 'agency',
    label: { zh: '機關', en: 'Agency' },
    cell: (one) => pick(agency(one.agency), view.locale),
  },
  {
    key: 'roles',
    label: { zh: '角色', en: 'Roles' },
    cell: ({ roles, active }) =>
      active ? (
        roles.map((one) => pick(role(one.role), view.locale)).join(view.t('、', ', ')) ||
        view.t('沒有', 'none')
      ) : (
        <StateTag view={view} tone="rest" label={{ zh: '已離職', en: 'Left' }} />
      ),
  },
]
