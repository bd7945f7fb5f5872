import { pick } from '../../../core/i18n.ts'
import { type Bar, BarChart } from '../../../web/components/charts.tsx'
import { LineChart } from '../../../web/components/line-chart.tsx'
import type { View } from '../../../web/view.ts'
import type { Days, Week } from '../kpi.ts'
import { measuresShown, rowsOf, type Shown } from './kpi-columns.ts'

const unit = { zh: '件', en: 'cases' }
const longest = 12

/** What each agency received: the twelve that received most, and the others together. */
export const AgencyChart = ({ view, shown }: { view: View; shown: Shown }) => {
  const bars = agencyBars(shown)
  if (bars.length === 0) return null
  const [first] = bars
  return (
    <BarChart
      view={view}
      id="kpi-agency"
      title={view.t('各機關收件', 'Received, by agency')}
      description={view.t(
        `收件最多的是${first!.label.zh}，${first!.value} 件。`,
        `${first!.label.en} received most: ${first!.value}.`,
      )}
      bars={bars}
      unit={unit}
    />
  )
}

/** The bars of `AgencyChart`; their sum is all that was received. Pure. */
export function agencyBars(shown: Pick<Shown, 'kpis' | 'type' | 'days' | 'links' | 'name'>): Bar[] {
  const received = measuresShown[0]!
  const parts = shown.kpis.agency.filter((part) => part.received > 0)
  const bars = parts.slice(0, longest).map((part): Bar => {
    const by = { dimension: 'agency', key: part.key } as const
    const href = shown.links ? rowsOf(shown.type.kind, received, shown.days, by) : undefined
    return { label: shown.name('agency', part.key), value: part.received, ...(href && { href }) }
  })
  const rest = parts.slice(longest).reduce((sum, part) => sum + part.received, 0)
  return rest > 0 ? [...bars, { label: { zh: '其他', en: 'Others' }, value: rest }] : bars
}

/** What came and went week by week. */
export const WeekChart = (props: { view: View; weeks: readonly Week[]; days: Days }) => {
  const { view, weeks, days } = props
  const sameYear = days.from.slice(0, 4) === days.to.slice(0, 4)
  const received = measuresShown[0]!.label
  const closed = measuresShown[1]!.label
  const came = weeks.reduce((sum, week) => sum + week.received, 0)
  const went = weeks.reduce((sum, week) => sum + week.closed, 0)
  return (
    <LineChart
      view={view}
      id="kpi-week"
      title={view.t('每週收件與結案', 'Received and closed, by week')}
      description={view.t(
        `共 ${weeks.length} 週，每週從星期一起算：收件 ${came} 件，結案 ${went} 件。`,
        `${weeks.length} weeks from Mondays: ${came} ${pick(received, 'en').toLowerCase()}, ` +
          `${went} ${pick(closed, 'en').toLowerCase()}.`,
      )}
      labels={weeks.map((week) => weekName(view, week.from, sameYear))}
      series={[
        { label: received, values: weeks.map((week) => week.received) },
        { label: closed, values: weeks.map((week) => week.closed) },
      ]}
      unit={unit}
    />
  )
}

/** A short name of a week, its first day: `7/6`; with its year where the days cross years. */
function weekName(view: View, day: string, sameYear: boolean): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const short = view.t(`${month}/${date}`, `${date} ${english.format(new Date(`${day}T00:00Z`))}`)
  if (sameYear) return short
  return view.t(`${year - 1911}/${short}`, `${short} ${year}`)
}

const english = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' })
