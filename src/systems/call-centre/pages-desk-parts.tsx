import type { ComponentChildren, VNode } from 'preact'
import { pick, type Text } from '../../core/i18n.ts'
import { Button } from '../../web/components/button.tsx'
import { type Column, DataTable } from '../../web/components/data-table.tsx'
import { StateTag, type Tone } from '../../web/components/tags.tsx'
import { When } from '../../web/components/when.tsx'
import { timeText } from '../../web/dates.ts'
import type { Visit } from '../../web/pages.ts'
import type { CallersCase, DeskCall, EarlierCall, NearReport } from './desk.ts'
import { breakName, outcomeNames, queueName, resultName, stateNames } from './names.ts'
import { callCentrePack } from './pack.ts'
import type { Desk } from './pages-desk.tsx'
import type { OperatorState, Standing } from './states.ts'

const stateTones: Readonly<Record<OperatorState, Tone>> = {
  available: 'ok',
  'wrap-up': 'soon',
  break: 'rest',
  offline: 'rest',
}

/** How the operator stands, and the other states to go to. */
export const StateBar = ({ visit, standing }: { visit: Visit; standing: Standing }): VNode => {
  const { view, platform } = visit
  const { state, reason, since } = standing
  const why = reason ? view.t('：', ': ') + pick(breakName(platform.city, reason), view.locale) : ''
  return (
    <form class="call-state" method="post" action={view.href('/desk/calls/state')}>
      <span>
        <StateTag view={view} tone={stateTones[state]} label={stateNames[state]} />
        {why}
        {state === 'offline'
          ? ''
          : view.t(`（${timeText(since)} 起）`, ` (since ${timeText(since)})`)}
      </span>
      {state === 'available' ? null : (
        <Button name="state" value="available">
          {view.t('開始值機', 'Be available')}
        </Button>
      )}
      <span class="call-break">
        <label class="sr-only" for="break-reason">
          {view.t('離席原因', 'Why you are away')}
        </label>
        <select class="box" id="break-reason" name="reason">
          {callCentrePack(platform.city).breaks.map((one) => (
            <option key={one.code} value={one.code} selected={one.code === reason}>
              {pick(one.name, view.locale)}
            </option>
          ))}
        </select>
        <Button name="state" value="break">
          {view.t('離席', 'Take a break')}
        </Button>
      </span>
      {state === 'offline' ? null : (
        <Button name="state" value="offline">
          {view.t('下線', 'Go offline')}
        </Button>
      )}
    </form>
  )
}

type Phase = { readonly tone: Tone; readonly title: Text }

const phaseOf = ({ answered, ended, direction }: DeskCall): Phase => {
  if (ended) return { tone: 'rest', title: { zh: '已掛斷，請做話後處理', en: 'Ended: wrap it up' } }
  if (answered) return { tone: 'ok', title: { zh: '通話中', en: 'Talking' } }
  if (direction === 'out') return { tone: 'info', title: { zh: '撥出中', en: 'Calling out' } }
  return { tone: 'soon', title: { zh: '來電中', en: 'Ringing' } }
}

/** Who calls: the tail of the number, since when, and what can be done. */
export const CallCard = ({ visit, call }: { visit: Visit; call: DeskCall }): VNode => {
  const { view, platform } = visit
  const phase = phaseOf(call)
  const tail = call.tail ? view.t(`尾碼 ${call.tail}`, `…${call.tail}`) : null
  return (
    <section class={`call-card tone-${phase.tone}`} aria-labelledby="call-title">
      <h2 id="call-title">
        <StateTag view={view} tone={phase.tone} label={phase.title} icon="phone" />{' '}
        {tail ?? view.t('沒有顯示號碼', 'Number withheld')}
      </h2>
      <p>
        {pick(queueName(platform.city, call.queue), view.locale)}
        {view.t('，', ', ')}
        {view.t(`${timeText(call.began)} 響鈴`, `rang at ${timeText(call.began)}`)}
        {call.answered
          ? view.t(`，${timeText(call.answered)} 接起`, `, answered ${timeText(call.answered)}`)
          : ''}
        {call.ended
          ? view.t(`，${timeText(call.ended)} 掛斷`, `, ended ${timeText(call.ended)}`)
          : ''}
      </p>
      <ToDo visit={visit} call={call} />
    </section>
  )
}

/** The four things to do, each with its key. */
const ToDo = ({ visit: { view }, call }: { visit: Visit; call: DeskCall }) => {
  const via = call.interaction ? `?via=${call.interaction}` : ''
  const things: readonly [string, Text][] = [
    ['#f-topic', { zh: '記諮詢', en: 'Enquiry' }],
    [view.href(`/report${via}`), { zh: '代填通報', en: 'Report' }],
    [view.href(`/petition${via}`), { zh: '代填陳情', en: 'Petition' }],
    ['#wrap-up', { zh: '話後處理', en: 'Wrap up' }],
  ]
  return (
    <ul class="call-keys">
      {things.map(([href, label], at) => (
        <li key={href}>
          <a class="button" href={href} data-hotkey={at + 1} aria-keyshortcuts={`Alt+${at + 1}`}>
            {pick(label, view.locale)} <kbd>Alt+{at + 1}</kbd>
          </a>
        </li>
      ))}
      <li>
        <a href={view.href(`/desk/1999${via}`)}>{view.t('查以前的回答', 'Find earlier answers')}</a>
      </li>
      <li>
        <a href={view.href(`/legal-aid${via}`)}>{view.t('代約法律諮詢', 'Book legal advice')}</a>
      </li>
    </ul>
  )
}

/** What is known of the number: its cases, its earlier calls, what is open near its last place. */
export const Known = ({ visit, desk }: { visit: Visit; desk: Desk }): VNode => {
  const { view } = visit
  const nothing = desk.earlier.length + desk.cases.length === 0
  if (nothing) return <p>{view.t('這個號碼第一次來電。', 'The first call of this number.')}</p>
  return (
    <>
      <h2>{view.t('這個號碼', 'This number')}</h2>
      <p class="soft">
        {view.t(
          '號碼可能被冒用：說出案件內容前，先核對身分或查詢碼。',
          'A number can be forged: check who it is before you tell of a case.',
        )}
      </p>
      <Cases visit={visit} rows={desk.cases} />
      <Calls visit={visit} rows={desk.earlier} />
      <Near visit={visit} rows={desk.near} />
    </>
  )
}

const Cases = ({ visit: { view }, rows }: { visit: Visit; rows: readonly CallersCase[] }) =>
  table(view.t('這個號碼的案件', 'Cases of this number'), view, rows, ({ no }) => no, [
    {
      key: 'no',
      label: { zh: '案號', en: 'Number' },
      cell: (one) => (
        <a class="number-link" href={view.href(`/desk/${one.kind}/${one.no}`)}>
          {one.no}
        </a>
      ),
    },
    { key: 'subject', label: { zh: '主旨', en: 'Subject' }, cell: (one) => one.subject },
    {
      key: 'state',
      label: { zh: '狀態', en: 'State' },
      cell: ({ open }) => (
        <StateTag
          view={view}
          tone={open ? 'info' : 'rest'}
          label={open ? { zh: '處理中', en: 'Open' } : { zh: '已結案', en: 'Finished' }}
        />
      ),
    },
    {
      key: 'due',
      label: { zh: '期限', en: 'Due' },
      cell: ({ due, open }) => (due && open ? <When view={view} at={due} time /> : null),
    },
  ])

const Calls = ({ visit, rows }: { visit: Visit; rows: readonly EarlierCall[] }) => {
  const { view, platform } = visit
  const results = (codes: readonly string[] | null) =>
    (codes ?? []).map((code) => pick(resultName(platform.city, code), view.locale)).join(' · ')
  return table(view.t('之前的通話', 'Earlier calls'), view, rows, ({ id }) => id, [
    {
      key: 'at',
      label: { zh: '時間', en: 'Time' },
      cell: ({ began }) => <When view={view} at={began} time />,
    },
    {
      key: 'outcome',
      label: { zh: '結果', en: 'Outcome' },
      cell: ({ outcome, codes }) =>
        results(codes) || pick(outcomeNames[outcome] ?? { zh: outcome, en: outcome }, view.locale),
    },
    { key: 'notes', label: { zh: '備註', en: 'Notes' }, cell: ({ notes }) => notes },
  ])
}

const Near = ({ visit: { view }, rows }: { visit: Visit; rows: readonly NearReport[] }) =>
  table(view.t('上次地點附近未結案', 'Open near the last place'), view, rows, ({ no }) => no, [
    {
      key: 'no',
      label: { zh: '案號', en: 'Number' },
      cell: ({ no, kind }) => (
        <a class="number-link" href={view.href(`/desk/${kind}/${no}`)}>
          {no}
        </a>
      ),
    },
    {
      key: 'metres',
      label: { zh: '距離（公尺）', en: 'Metres away' },
      amount: true,
      cell: ({ metres }) => Math.round(metres),
    },
    {
      key: 'received',
      label: { zh: '收件', en: 'Received' },
      cell: ({ received }) => <When view={view} at={received} />,
    },
  ])

/** A table where there is something to show. */
const table = <Row,>(
  caption: string,
  view: Visit['view'],
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  columns: readonly Column<Row>[],
): ComponentChildren =>
  rows.length === 0 ? null : (
    <DataTable {...{ view, caption, columns, rows, rowKey }} empty={null} />
  )
