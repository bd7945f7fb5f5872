import type { VNode } from 'preact'
import { pick, type Text } from '../../core/i18n.ts'
import { ChartFrame, ChartTable } from '../../web/components/chart-frame.tsx'
import { Exports } from '../../web/components/exports.tsx'
import { Filters } from '../../web/components/list-tools.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import { numberText, shareText } from '../../web/dates.ts'
import type { ObjectSchema } from '../../web/fields.ts'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { type SheetFormat, sheetAnswer, sheetFormats } from '../../web/sheet.ts'
import { Page } from '../../web/shell.tsx'
import { queueName } from './names.ts'
import { callCentrePack } from './pack.ts'
import { binTime } from './pages-board.tsx'
import { CallTabs } from './pages-tabs.tsx'
import { type Need, staffing } from './staffing.ts'

const permission = 'call-centre.supervise'
const path = '/desk/calls/staffing'

const weekdays: readonly Text[] = [
  { zh: '一', en: 'Mon' },
  { zh: '二', en: 'Tue' },
  { zh: '三', en: 'Wed' },
  { zh: '四', en: 'Thu' },
  { zh: '五', en: 'Fri' },
  { zh: '六', en: 'Sat' },
  { zh: '日', en: 'Sun' },
]

/** What the address asks for: 4 to 8 weeks, one queue or all. Anything else counts as not asked. */
const wantedIn = ({ query, platform }: Visit) => ({
  weeks: /^[4-8]$/.test(query.weeks ?? '') ? Number(query.weeks) : 8,
  queue: callCentrePack(platform.city).queues.some(({ code }) => code === query.queue)
    ? (query.queue ?? '')
    : '',
})

async function screen(visit: Visit): Promise<Answer> {
  const { view, perform, platform } = visit
  const wanted = wantedIn(visit)
  const found = await perform(staffing, wanted)
  const { goal, needs } = found
  const query = { weeks: String(wanted.weeks), queue: wanted.queue }
  const title = view.t('話務人力需求', 'Operators needed')
  const line = wanted.queue
    ? pick(queueName(platform.city, wanted.queue), view.locale)
    : view.t('全部線路', 'all lines')
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <CallTabs visit={visit} current={path} />
        <Filters view={view} action={path} schema={schemaOf(visit)} values={query} />
        <p>
          {line}
          {view.t('，', ', ')}
          <When view={view} at={found.from} /> {view.t('起', 'for')}{' '}
          {view.t(`${wanted.weeks} 週的來電`, `${wanted.weeks} weeks`)}
        </p>
        {needs.length === 0 ? <Nothing {...visit} /> : <Heat visit={visit} needs={needs} />}
        <p class="soft">
          {view.t(
            `每格是要在 ${goal.seconds} 秒內接起 ${shareText(goal.share)} 的來電所需的值機人數` +
              `（Erlang C，平均話後處理 ${Math.round(found.wrapUpSeconds)} 秒已計入）。` +
              '來電者中途放棄不計，所以略偏高；休息與請假請另加。',
            `Each cell is how many must be at work to answer ${shareText(goal.share)} of calls ` +
              `within ${goal.seconds} seconds (Erlang C, with ${Math.round(found.wrapUpSeconds)} ` +
              'seconds of wrap-up on average). Callers who give up are not reckoned with, so it ' +
              'is a little high; add those on breaks and leave.',
          )}
        </p>
        <Exports view={view} base={path} query={query} />
      </Page>
    ),
  }
}

const schemaOf = ({ platform }: Visit): ObjectSchema => ({
  properties: {
    weeks: {
      type: 'string',
      title: { zh: '看幾週', en: 'Weeks' },
      widget: 'select',
      options: [4, 5, 6, 7, 8].map((n) => ({
        value: String(n),
        label: { zh: `${n} 週`, en: `${n} weeks` },
      })),
    },
    queue: {
      type: 'string',
      title: { zh: '線路', en: 'Line' },
      widget: 'select',
      options: [
        { value: '', label: { zh: '全部', en: 'All' } },
        ...callCentrePack(platform.city).queues.map(({ code, name }) => ({
          value: code,
          label: name,
        })),
      ],
    },
  },
})

const Nothing = ({ view }: Visit): VNode => (
  <EmptyState title={view.t('這幾週沒有來電紀錄', 'No calls in these weeks')} icon="phone">
    <p>
      {view.t(
        '連接交換機，或匯入話務紀錄後，這裡會算出每半小時要幾個人。',
        'Connect an exchange or import its call records to see how many are needed.',
      )}
    </p>
  </EmptyState>
)

const rowPx = 24
const headPx = 28

/** The week as a heat table: half hours down, weekdays across, the number in each cell. */
const Heat = ({ visit: { view }, needs }: { visit: Visit; needs: readonly Need[] }): VNode => {
  const first = Math.min(...needs.map(({ bin }) => bin))
  const last = Math.max(...needs.map(({ bin }) => bin))
  const bins = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const most = Math.max(1, ...needs.map(({ agents }) => agents))
  const at = new Map(needs.map((need) => [need.weekday * 100 + need.bin, need]))
  const agents = (weekday: number, bin: number) => at.get(weekday * 100 + bin)?.agents ?? 0
  const title = view.t('每半小時要幾個人', 'Operators by half hour')
  const x = (column: number) => `${column * 12.5}%`
  return (
    <ChartFrame title={title}>
      <svg
        class="heat"
        height={headPx + bins.length * rowPx}
        role="img"
        aria-labelledby="heat-t heat-d"
      >
        <title id="heat-t">{title}</title>
        <desc id="heat-d">
          {view.t(`最多 ${most} 人；數字在下方的表。`, `${most} at most; numbers stand below.`)}
        </desc>
        {weekdays.map((day, i) => (
          <text key={day.en} class="axis" x={`${(i + 1.5) * 12.5}%`} y="18" text-anchor="middle">
            {pick(day, view.locale)}
          </text>
        ))}
        {bins.map((bin, row) => (
          <g key={bin}>
            <text class="axis" x="0" y={headPx + row * rowPx + 17}>
              {binTime(bin)}
            </text>
            {weekdays.map((day, i) => {
              const n = agents(i + 1, bin)
              return (
                <g key={day.en}>
                  <rect
                    class="cell"
                    x={x(i + 1)}
                    y={headPx + row * rowPx}
                    width="12%"
                    height={rowPx - 2}
                    fill-opacity={((n / most) * 0.45).toFixed(3)}
                  />
                  <text
                    x={`${(i + 1.48) * 12.5}%`}
                    y={headPx + row * rowPx + 17}
                    text-anchor="middle"
                  >
                    {n}
                  </text>
                </g>
              )
            })}
          </g>
        ))}
      </svg>
      <ChartTable
        view={view}
        caption={title}
        head={[view.t('時段', 'From'), ...weekdays.map((day) => pick(day, view.locale))]}
        rows={bins.map((bin) => ({
          name: binTime(bin),
          values: weekdays.map((_, i) => numberText(agents(i + 1, bin))),
        }))}
      />
    </ChartFrame>
  )
}

const heads: readonly Text[] = [
  { zh: '星期', en: 'Weekday' },
  { zh: '起', en: 'From' },
  { zh: '每半小時通數', en: 'Calls a half hour' },
  { zh: '平均處理秒數', en: 'Mean handling (s)' },
  { zh: '需要人數', en: 'Operators' },
  { zh: '可達服務水準', en: 'Service level' },
]

async function download(format: SheetFormat, visit: Visit): Promise<Answer> {
  const { view, perform } = visit
  const { needs } = await perform(staffing, wantedIn(visit))
  const tenths = (value: number) => Math.round(value * 10) / 10
  return sheetAnswer(
    {
      name: 'staffing',
      head: heads.map((text) => pick(text, view.locale)),
      rows: needs.map((need) => [
        pick(weekdays[need.weekday - 1] ?? { zh: '', en: '' }, view.locale),
        binTime(need.bin),
        tenths(need.calls),
        tenths(need.handleSeconds),
        need.agents,
        Math.round(need.level * 1000) / 1000,
      ]),
    },
    format,
  )
}

/** How many operators each half hour of the week needs. */
export const staffingPages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: screen },
  ...sheetFormats.map(
    (format): PageRoute => ({
      method: 'GET',
      path: `${path}.${format}`,
      permission,
      run: (visit) => download(format, visit),
    }),
  ),
]
