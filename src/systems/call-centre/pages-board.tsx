import type { VNode } from 'preact'
import { pick, type Text } from '../../core/i18n.ts'
import { type Column, DataTable } from '../../web/components/data-table.tsx'
import { LineChart } from '../../web/components/line-chart.tsx'
import { Stat, Stats } from '../../web/components/stat.tsx'
import { StateTag, type Tone } from '../../web/components/tags.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import { numberText, shareText, timeText } from '../../web/dates.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { type AtWork, boardOf, type HalfHour, type QueueNow, shareInTime } from './board.ts'
import { isFull } from './lines.ts'
import { breakName, queueName, stateNames } from './names.ts'
import { callCentrePack } from './pack.ts'
import { CallTabs } from './pages-tabs.tsx'

const permission = 'call-centre.supervise'
const path = '/desk/calls/board'

/** The lines now, live: who waits, who is at work, and how today goes. */
async function screen(visit: Visit): Promise<Answer> {
  const { view } = visit
  const board = await visit.read(permission, boardOf)
  const title = view.t('話務現況', 'The lines now')
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <CallTabs visit={visit} current={path} />
        <div
          data-island={view.assets.island('calls')}
          data-events="/live?topic=calls"
          data-every="15"
        >
          <div data-part="board">
            <Today visit={visit} queues={board.queues} />
            <Queues visit={visit} queues={board.queues} />
            <Definition visit={visit} />
            <HalfHours visit={visit} rows={board.halfHours} />
            <Operators visit={visit} rows={board.atWork} />
          </div>
        </div>
        <p>
          <a href={view.href(path)}>{view.t('重新整理', 'Refresh')}</a>
        </p>
      </Page>
    ),
  }
}

const levelText = (share: number | null): string => (share === null ? '-' : shareText(share))

const Today = ({ visit, queues }: { visit: Visit; queues: readonly QueueNow[] }) => {
  const total = (value: (one: QueueNow) => number) => queues.reduce((n, one) => n + value(one), 0)
  const sums = { offered: total((one) => one.offered), inTime: total((one) => one.inTime) }
  const { share } = callCentrePack(visit.platform.city).serviceLevel
  const stats: readonly [Text, string, Text?][] = [
    [{ zh: '等候', en: 'Waiting' }, numberText(total((one) => one.waiting))],
    [{ zh: '通話中', en: 'Talking' }, numberText(total((one) => one.talking))],
    [{ zh: '今天進線', en: 'Calls today' }, numberText(sums.offered)],
    [
      { zh: '服務水準', en: 'Service level' },
      levelText(shareInTime(sums)),
      { zh: `目標 ${shareText(share)}`, en: `Goal ${shareText(share)}` },
    ],
  ]
  return (
    <Stats>
      {stats.map(([label, value, note]) => (
        <Stat
          key={label.zh}
          view={visit.view}
          label={label}
          value={value}
          {...(note && { note })}
        />
      ))}
    </Stats>
  )
}

const quiet = {
  ...{ waiting: 0, longestSeconds: 0, talking: 0, offered: 0, answered: 0 },
  ...{ inTime: 0, abandoned: 0, overflowed: 0 },
}

const Queues = ({ visit, queues }: { visit: Visit; queues: readonly QueueNow[] }) => {
  const { view, platform } = visit
  const known = callCentrePack(platform.city).queues
  const rows = [
    ...known.map(
      ({ code }) => queues.find((one) => one.queue === code) ?? { queue: code, ...quiet },
    ),
    ...queues.filter(({ queue }) => !known.some(({ code }) => code === queue)),
  ]
  const number = (key: keyof typeof quiet, label: Text): Column<QueueNow> => ({
    key,
    label,
    amount: true,
    cell: (one) => numberText(one[key]),
  })
  const columns: readonly Column<QueueNow>[] = [
    {
      key: 'queue',
      label: { zh: '線路', en: 'Line' },
      cell: ({ queue }) => pick(queueName(platform.city, queue), view.locale),
    },
    {
      key: 'state',
      label: { zh: '狀態', en: 'State' },
      cell: (one) => <Fullness visit={visit} one={one} />,
    },
    number('waiting', { zh: '等候', en: 'Waiting' }),
    {
      key: 'longest',
      label: { zh: '最久（秒）', en: 'Longest (s)' },
      amount: true,
      cell: (one) => numberText(one.longestSeconds),
    },
    number('talking', { zh: '通話中', en: 'Talking' }),
    number('offered', { zh: '今天進線', en: 'Calls today' }),
    number('answered', { zh: '接起', en: 'Answered' }),
    number('abandoned', { zh: '放棄', en: 'Abandoned' }),
    number('overflowed', { zh: '滿線', en: 'No line' }),
    {
      key: 'level',
      label: { zh: '服務水準', en: 'Service level' },
      amount: true,
      cell: (one) => levelText(shareInTime(one)),
    },
  ]
  return (
    <DataTable
      {...{ view, columns, rows }}
      caption={view.t('各線路', 'Each line')}
      rowKey={({ queue }) => queue}
      empty={null}
      narrow="scroll"
    />
  )
}

const Fullness = ({ visit, one }: { visit: Visit; one: QueueNow }) => {
  const line = callCentrePack(visit.platform.city).queues.find(({ code }) => code === one.queue)
  if (!line) return null
  const full = isFull({ busy: one.talking, waiting: one.waiting }, line)
  return (
    <StateTag
      view={visit.view}
      tone={full ? 'late' : 'ok'}
      label={full ? { zh: '滿線', en: 'Full' } : { zh: '有空', en: 'Free' }}
    />
  )
}

const Definition = ({ visit: { view, platform } }: { visit: Visit }) => {
  const { seconds, share } = callCentrePack(platform.city).serviceLevel
  return (
    <p class="soft">
      {view.t(
        `服務水準：${seconds} 秒內接起的通數，除以全部進線通數（含來電者放棄和滿線的）。目標 ${shareText(share)}。`,
        `Service level: calls answered within ${seconds} seconds over all that came in, those ` +
          `given up and those that found no line included. The goal is ${shareText(share)}.`,
      )}
    </p>
  )
}

/** The time at which a half hour begins: 17 is 08:30. */
export const binTime = (bin: number): string =>
  `${String(Math.floor(bin / 2)).padStart(2, '0')}:${bin % 2 === 0 ? '00' : '30'}`

const HalfHours = ({ visit, rows }: { visit: Visit; rows: readonly HalfHour[] }): VNode => {
  const { view } = visit
  const [first, last] = [rows[0]?.bin, rows.at(-1)?.bin]
  if (first === undefined || last === undefined)
    return (
      <EmptyState title={view.t('今天還沒有來電', 'No call yet today')} icon="phone">
        <p>
          {view.t('每半小時的進線和服務水準會畫在這裡。', 'Each half hour will be drawn here.')}
        </p>
      </EmptyState>
    )
  const bins = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const at = (bin: number) => rows.find((one) => one.bin === bin)
  const line = (label: Text, value: (one: HalfHour) => number | null, none: 0 | null = 0) => ({
    label,
    values: bins.map((bin) => {
      const one = at(bin)
      return one ? value(one) : none
    }),
  })
  const percent = (share: number | null) => (share === null ? null : Math.round(share * 1000) / 10)
  const labels = bins.map(binTime)
  return (
    <div class="call-known">
      <LineChart
        view={view}
        id="calls-chart"
        title={view.t('今天每半小時的來電', 'Calls of today by half hour')}
        description={view.t('進線、接起和放棄的通數。', 'Calls in, answered and given up.')}
        labels={labels}
        series={[
          line({ zh: '進線', en: 'In' }, (one) => one.offered),
          line({ zh: '接起', en: 'Answered' }, (one) => one.answered),
          line({ zh: '放棄', en: 'Abandoned' }, (one) => one.abandoned),
        ]}
        unit={{ zh: '通', en: 'calls' }}
      />
      <LineChart
        view={view}
        id="level-chart"
        title={view.t('今天每半小時的服務水準', 'Service level of today by half hour')}
        description={view.t('在約定秒數內接起的百分比。', 'Per cent answered within the promise.')}
        labels={labels}
        series={[
          line({ zh: '服務水準', en: 'Service level' }, (one) => percent(shareInTime(one)), null),
        ]}
        unit={{ zh: '%', en: '%' }}
      />
    </div>
  )
}

const stateTone: Readonly<Record<AtWork['state'], Tone>> = {
  ...{ talking: 'info', available: 'ok', 'wrap-up': 'soon', break: 'rest', offline: 'rest' },
}

const Operators = ({ visit, rows }: { visit: Visit; rows: readonly AtWork[] }) => {
  const { view, platform } = visit
  const states = ['available', 'talking', 'wrap-up', 'break'] as const
  const named = (state: AtWork['state']): Text =>
    state === 'talking' ? { zh: '通話中', en: 'Talking' } : stateNames[state]
  const counted = states.map((state) => {
    const n = rows.filter((one) => one.state === state).length
    return `${pick(named(state), view.locale)} ${n}`
  })
  return (
    <>
      <h2>{view.t('值機人員', 'Operators')}</h2>
      <p>{counted.join(view.t('、', ', '))}</p>
      <DataTable
        view={view}
        caption={view.t('值機人員', 'Operators')}
        hideCaption
        rows={rows}
        rowKey={({ operator }) => operator}
        empty={
          <EmptyState title={view.t('沒有人值機', 'Nobody is at work')} icon="person">
            <p>
              {view.t('同仁在話務台按「開始值機」就會出現。', 'Operators appear once available.')}
            </p>
          </EmptyState>
        }
        columns={[
          { key: 'name', label: { zh: '姓名', en: 'Name' }, cell: ({ name }) => name },
          {
            key: 'state',
            label: { zh: '狀態', en: 'State' },
            cell: ({ state, reason }) => (
              <>
                <StateTag view={view} tone={stateTone[state]} label={named(state)} />{' '}
                {reason ? pick(breakName(platform.city, reason), view.locale) : ''}
              </>
            ),
          },
          {
            key: 'since',
            label: { zh: '從', en: 'Since' },
            cell: ({ since }) => timeText(since),
          },
        ]}
      />
    </>
  )
}

/** The board of the supervisors. */
export const boardPages: readonly PageRoute[] = [{ method: 'GET', path, permission, run: screen }]
