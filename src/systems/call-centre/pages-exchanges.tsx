import type { VNode } from 'preact'
import { Refused } from '../../core/errors.ts'
import { Button, Buttons } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { ErrorSummary, type Errors, Fields } from '../../web/components/fields.tsx'
import { StateTag } from '../../web/components/tags.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState, Notice } from '../../web/components/words.tsx'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { type ExchangeRow, endExchange, issueExchange, listExchanges } from './exchanges.ts'
import { CallTabs } from './pages-tabs.tsx'

const permission = 'call-centre.connect'
const path = '/desk/calls/exchanges'

const schema: ObjectSchema = {
  properties: {
    name: {
      type: 'string',
      maxLength: 40,
      title: { zh: '名稱', en: 'Name' },
      hint: {
        zh: '小寫英文、數字和連字號，例如 main-pbx。',
        en: 'Small letters and digits: main-pbx.',
      },
    },
  },
  required: ['name'],
}

type Shown = { readonly token?: string; readonly name?: string; readonly errors?: Errors }

async function screen(visit: Visit, shown: Shown = {}): Promise<Answer> {
  const { view, perform } = visit
  const all = await perform(listExchanges, {})
  const errors = shown.errors ?? {}
  const title = view.t('交換機', 'Exchanges')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <CallTabs visit={visit} current={path} />
      <ErrorSummary view={view} errors={errors} />
      {shown.token ? <Token visit={visit} token={shown.token} /> : null}
      <List visit={visit} rows={all} />
      <h2>{view.t('連接一台', 'Connect one')}</h2>
      {/* The answer shows the address once, and Turbo shows only redirects. */}
      <form method="post" action={view.href(path)} data-turbo="false" novalidate>
        <Fields
          view={view}
          schema={schema}
          values={{ name: shown.token ? '' : shown.name }}
          errors={errors}
        />
        <Buttons>
          <Button look="primary">{view.t('核發網址', 'Issue an address')}</Button>
        </Buttons>
      </form>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

/** The address to enter at the exchange. It is shown this once. */
const Token = ({ visit, token }: { visit: Visit; token: string }): VNode => {
  const { view, platform } = visit
  const base = platform.config.origin
  return (
    <Notice tone="ok" title={view.t('請現在抄下這個網址，只顯示這一次', 'Copy this address now')}>
      <p class="proof">
        <code>{`${base}/cti/${token}`}</code>
      </p>
      <p>
        {view.t(
          '在交換機的 CTI 設定填這個網址：來電、接起、掛斷時各送一次（Zammad 通用 CTI 格式）。',
          'Enter it as the CTI address: the exchange posts newCall, answer and hangup to it, as ' +
            'Zammad’s generic CTI has them.',
        )}
      </p>
    </Notice>
  )
}

const List = ({ visit: { view }, rows }: { visit: Visit; rows: readonly ExchangeRow[] }) => (
  <DataTable
    view={view}
    caption={view.t('連接過的交換機', 'Exchanges so far')}
    rows={rows}
    rowKey={({ id }) => id}
    empty={
      <EmptyState title={view.t('還沒有連接交換機', 'No exchange is connected')} icon="phone">
        <p>
          {view.t(
            '連接後，來電會即時顯示在話務台，不必改動交換機。',
            'Once connected, calls appear on the desk as they ring.',
          )}
        </p>
      </EmptyState>
    }
    columns={[
      { key: 'name', label: { zh: '名稱', en: 'Name' }, cell: ({ name }) => name },
      {
        key: 'issued',
        label: { zh: '核發', en: 'Issued' },
        cell: ({ issued_at }) => <When view={view} at={issued_at} time />,
      },
      {
        key: 'state',
        label: { zh: '狀態', en: 'State' },
        cell: ({ ended_at }) => (
          <StateTag
            view={view}
            tone={ended_at ? 'rest' : 'ok'}
            label={ended_at ? { zh: '已停用', en: 'Ended' } : { zh: '使用中', en: 'Connected' }}
          />
        ),
      },
      {
        key: 'end',
        label: { zh: '停用', en: 'End' },
        cell: ({ id, name, ended_at }) =>
          ended_at ? null : (
            <form method="post" action={view.href(`${path}/end`)}>
              <input type="hidden" name="id" value={id} />
              <Button>{view.t(`停用 ${name}`, `End ${name}`)}</Button>
            </form>
          ),
      },
    ]}
  />
)

async function issue(visit: Visit): Promise<Answer> {
  const name = visit.form.get('name')
  try {
    const { token } = await visit.perform(issueExchange, { name })
    visit.reply.header('cache-control', 'no-store')
    return screen(visit, { name, token })
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error
    return screen(visit, { name, errors: error.fields })
  }
}

async function end({ form, perform }: Visit): Promise<Answer> {
  await perform(endExchange, { id: form.get('id') })
  return { to: path, flash: { zh: '已停用。', en: 'It is ended.' } }
}

/** Which exchanges tell of their calls. */
export const exchangePages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: (visit) => screen(visit) },
  { method: 'POST', path, permission, run: issue },
  { method: 'POST', path: `${path}/end`, permission, run: end },
]
