import { pick, type Text } from '../../../core/i18n.ts'
import { type Column, DataTable } from '../../../web/components/data-table.tsx'
import { Filters } from '../../../web/components/list-tools.tsx'
import type { View } from '../../../web/view.ts'
import { type Days, type Dimension, lastDays, type Part } from '../kpi.ts'
import {
  dimensionNames,
  type Measure,
  measuresShown,
  noValue,
  rowsOf,
  type Shown,
} from './kpi-columns.ts'

type DaysFormProps = { view: View; kind: string; days: Days; now: Date }

/** The days shown: three at a touch, any others by their dates; all of it in the address. */
export const DaysForm = ({ view, kind, days, now }: DaysFormProps) => (
  <>
    <ul class="chips" aria-label={view.t('常用期間', 'Usual days')}>
      {usualDays(now).map((one) => (
        <li key={one.label.zh}>
          <a
            href={view.href(`/desk/kpi?${new URLSearchParams({ kind, ...one.days })}`)}
            aria-current={
              one.days.from === days.from && one.days.to === days.to ? 'true' : undefined
            }
          >
            {pick(one.label, view.locale)}
          </a>
        </li>
      ))}
    </ul>
    <Filters
      view={view}
      action="/desk/kpi"
      keep={{ kind }}
      values={days}
      schema={{
        properties: {
          from: { title: { zh: '起日', en: 'From' }, widget: 'date' },
          to: { title: { zh: '迄日', en: 'To' }, widget: 'date' },
        },
      }}
    />
  </>
)

const usualDays = (now: Date): readonly { label: Text; days: Days }[] => [
  { label: { zh: '最近 30 天', en: 'Last 30 days' }, days: lastDays(now, 30) },
  { label: { zh: '最近 90 天', en: 'Last 90 days' }, days: lastDays(now, 90) },
  {
    label: { zh: '109年下半年', en: 'July to December 2020' },
    days: { from: '2020-07-01', to: '2020-12-31' },
  },
]

/** The measures of every agency, item or district; each count leads to its rows. */
export const PartTable = (props: { view: View; shown: Shown; dimension: Dimension }) => {
  const { view, shown, dimension } = props
  const title = pick(dimensionTitles[dimension], view.locale)
  const naming: Column<Part> = {
    key: 'name',
    label: dimensionNames[dimension],
    cell: (part) => pick(shown.name(dimension, part.key), view.locale),
  }
  return (
    <section>
      <h2>{title}</h2>
      <DataTable
        view={view}
        caption={title}
        hideCaption
        narrow="scroll"
        rows={shown.kpis[dimension]}
        rowKey={(part) => part.key}
        empty={null}
        columns={[naming, ...measuresShown.map((one) => column(props, one))]}
      />
    </section>
  )
}

const dimensionTitles: Readonly<Record<Dimension, Text>> = {
  agency: { zh: '依機關', en: 'By agency' },
  item: { zh: '依項目', en: 'By kind of matter' },
  district: { zh: '依行政區', en: 'By district' },
}

type PartProps = { view: View; shown: Shown; dimension: Dimension }

function column({ view, shown, dimension }: PartProps, one: Measure): Column<Part> {
  return {
    key: one.key,
    label: one.short,
    amount: true,
    cell: (part) => {
      const value = part[one.key]
      if (value === null) return <span class="soft">{pick(noValue, view.locale)}</span>
      const by = { dimension, key: part.key }
      const href = shown.links ? rowsOf(shown.type.kind, one, shown.days, by) : undefined
      // A zero has no rows to look at, and a table full of links to nothing is hard to read.
      if (!href || value === 0) return one.look(value)
      return <a href={view.href(href)}>{one.look(value)}</a>
    },
  }
}

/** How each figure is counted, for whoever wants to recount it. */
export const Definitions = ({ view }: { view: View }) => (
  <details>
    <summary>{view.t('這些數字怎麼算', 'How these figures are counted')}</summary>
    <dl>
      {measuresShown.map((one) => (
        <div key={one.key}>
          <dt>
            <strong>{pick(one.label, view.locale)}</strong>
          </dt>
          <dd>{pick(one.means, view.locale)}</dd>
        </div>
      ))}
    </dl>
  </details>
)
