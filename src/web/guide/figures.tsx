import type { VNode } from 'preact'
import { BarChart } from '../components/charts.tsx'
import { LineChart } from '../components/line-chart.tsx'
import type { Outline } from '../components/maps.tsx'
import { MapStatic } from '../components/maps.tsx'
import { Stat, Stats } from '../components/stat.tsx'
import { numberText, shareText } from '../dates.ts'
import type { View } from '../view.ts'

/** Numbers that open their rows, one that this reader may not open, charts with gaps, a map. */
export const FiguresGuide = ({ view }: { view: View }): VNode => (
  <>
    <Stats>
      <Stat
        view={view}
        label={{ zh: '受理', en: 'Received' }}
        value={numberText(83214)}
        unit={{ zh: '件', en: 'cases' }}
        note={{ zh: '109年7月至12月', en: 'July to December 2020' }}
        href="/style-guide"
      />
      <Stat
        view={view}
        label={{ zh: '如期完成', en: 'In time' }}
        value={shareText(0.974)}
        note={{ zh: '上期 96.1%', en: '96.1% before' }}
        href="/style-guide"
      />
      <Stat
        view={view}
        label={{ zh: '平均處理', en: 'Mean time' }}
        value={numberText(3.25)}
        unit={{ zh: '個工作天', en: 'working days' }}
        href="/style-guide"
      />
      <Stat view={view} label={{ zh: '資安事件', en: 'Incidents' }} value="0" />
    </Stats>
    <div class="columns">
      <Bars view={view} />
      <Lines view={view} />
      <ReportMap view={view} />
    </div>
  </>
)

const Bars = ({ view }: { view: View }) => (
  <BarChart
    view={view}
    id="bars"
    title={view.t('各類報修件數', 'Reports by kind')}
    description={view.t('路燈最多，行道樹最少。', 'Street lights lead, trees come last.')}
    unit={{ zh: '件', en: 'cases' }}
    bars={[
      { label: { zh: '路燈故障', en: 'Street lights' }, value: 12480, href: '/style-guide' },
      { label: { zh: '路面坑洞與人行道破損', en: 'Roads and pavements' }, value: 9312 },
      { label: { zh: '水溝堵塞', en: 'Drains' }, value: 4051 },
      { label: { zh: '行道樹', en: 'Trees' }, value: 0 },
    ]}
  />
)

const Lines = ({ view }: { view: View }) => (
  <LineChart
    view={view}
    id="lines"
    title={view.t('每月受理與結案', 'Received and closed each month')}
    description={view.t('九月因資料移轉缺一個月。', 'September is missing for a migration.')}
    unit={{ zh: '件', en: 'cases' }}
    labels={months(view)}
    series={[
      { label: { zh: '受理', en: 'Received' }, values: [820, 760, null, 930, 1010, 870] },
      { label: { zh: '結案', en: 'Closed' }, values: [700, 790, null, 820, 960, 940] },
    ]}
  />
)

const ReportMap = ({ view }: { view: View }) => (
  <MapStatic
    view={view}
    id="map"
    title={view.t('今天的報修', 'Today’s reports')}
    description={view.t('北區兩件，南區一件逾期。', 'Two in the north, one overdue in the south.')}
    outlines={outlines}
    points={[
      { lon: 120.31, lat: 22.66, label: { zh: '路燈', en: 'Light' }, href: '/style-guide' },
      { lon: 120.35, lat: 22.64, label: { zh: '水溝', en: 'Drain' }, href: '/style-guide' },
      { lon: 120.33, lat: 22.6, label: { zh: '路面', en: 'Road' }, tone: 'late' },
    ]}
  />
)

const months = (view: View): readonly string[] =>
  [7, 8, 9, 10, 11, 12].map((month) => view.t(`${month}月`, `M${month}`))

const outlines: readonly Outline[] = [
  {
    name: { zh: '北區', en: 'North' },
    rings: [
      [
        [120.28, 22.63],
        [120.3, 22.68],
        [120.34, 22.69],
        [120.39, 22.66],
        [120.37, 22.62],
        [120.32, 22.63],
        [120.28, 22.63],
      ],
    ],
  },
  {
    name: { zh: '南區', en: 'South' },
    rings: [
      [
        [120.28, 22.63],
        [120.32, 22.63],
        [120.37, 22.62],
        [120.38, 22.59],
        [120.33, 22.57],
        [120.3, 22.59],
        [120.28, 22.63],
      ],
    ],
  },
]
