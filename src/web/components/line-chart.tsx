import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import { numberText } from '../dates.ts'
import type { View } from '../view.ts'
import { ChartFrame, ChartTable } from './chart-frame.tsx'

/** One line; null where nothing was measured, and the line breaks there. At most four lines. */
export type Series = { readonly label: Text; readonly values: readonly (number | null)[] }

type LineProps = {
  view: View
  id: string
  title: string
  description: string
  /** Names of the points, left to right. */
  labels: readonly string[]
  series: readonly Series[]
  unit?: Text
}

const heightPx = 220
const topPx = 14
const plotPx = 170
const dashes = [undefined, '7 4', '2 4', '10 3 2 3']

/** Lines over time from zero; lines differ in dashes as well as in colour. */
export const LineChart = (props: LineProps): VNode => {
  const { view, series, labels } = props
  const known = series.flatMap((one) => one.values.filter((value) => value !== null))
  const top = niceTop(Math.max(1, ...known))
  const unit = props.unit ? pick(props.unit, view.locale) : ''
  return (
    <ChartFrame title={props.title}>
      {series.length > 1 ? <Legend view={view} series={series} /> : null}
      <svg height={heightPx} role="img" aria-labelledby={`${props.id}-t ${props.id}-d`}>
        <title id={`${props.id}-t`}>{props.title}</title>
        <desc id={`${props.id}-d`}>{props.description}</desc>
        <Axes labels={labels} top={top} unit={unit} />
        {series.map((one, index) => (
          <OneLine key={one.label.zh} values={one.values} top={top} index={index} />
        ))}
      </svg>
      <ChartTable
        view={view}
        caption={props.title}
        head={[view.t('期間', 'Period'), ...series.map((one) => pick(one.label, view.locale))]}
        rows={labels.map((name, at) => ({
          name,
          values: series.map((one) => numberOrDash(one.values[at])),
        }))}
      />
    </ChartFrame>
  )
}

const Axes = (props: { labels: readonly string[]; top: number; unit: string }) => {
  const count = props.labels.length
  const every = Math.ceil(count / 6)
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line class="rule" x1="0" x2="100%" y1={y(share)} y2={y(share)} />
          <text class="axis" x="0" y={y(share) - 4}>
            {numberText(props.top * share)}
            {share === 1 && props.unit ? ` ${props.unit}` : ''}
          </text>
        </g>
      ))}
      {props.labels.map((label, at) =>
        at % every === 0 ? (
          <text
            key={label}
            class="axis"
            x={`${xShare(at, count)}%`}
            y={heightPx - 6}
            text-anchor={at === 0 ? 'start' : at === count - 1 ? 'end' : 'middle'}
          >
            {label}
          </text>
        ) : null,
      )}
    </>
  )
}

const OneLine = (props: { values: Series['values']; top: number; index: number }) => {
  const { values, top, index } = props
  return (
    <g class={`series-${index % 4}`}>
      <svg
        y={topPx}
        height={plotPx}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="line" d={linePath(values, top)} stroke-dasharray={dashes[index % 4]} />
      </svg>
      {values.map((value, at) =>
        value === null ? null : (
          <circle
            key={`${at} ${value}`}
            class="dot"
            cx={`${xShare(at, values.length)}%`}
            cy={y(value / top)}
            r="4.5"
          />
        ),
      )}
    </g>
  )
}

const Legend = ({ view, series }: { view: View; series: readonly Series[] }) => (
  <ul class="legend">
    {series.map((one, index) => (
      <li key={one.label.zh} class={`series-${index % 4}`}>
        <svg aria-hidden="true" focusable="false">
          <line x1="0" x2="28" y1="4" y2="4" stroke-dasharray={dashes[index % 4]} />
        </svg>
        {pick(one.label, view.locale)}
      </li>
    ))}
  </ul>
)

/** The line in a square of 100; a missing value lifts the pen. */
export const linePath = (values: Series['values'], top: number): string => {
  let pen = 'M'
  const parts = values.map((value, at) => {
    if (value === null) {
      pen = 'M'
      return ''
    }
    const part = `${pen}${xShare(at, values.length)} ${(100 - (value / top) * 100).toFixed(2)}`
    pen = 'L'
    return part
  })
  return parts.join('')
}

/** The next 1, 2, 2.5 or 5 times a power of ten that is not below: a scale that reads well. */
export const niceTop = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10
  return step * power
}

/** A margin of 2 per cent at both ends, so that the dots are whole. */
const xShare = (at: number, count: number): number =>
  count < 2 ? 50 : Number((2 + (at / (count - 1)) * 96).toFixed(2))

const y = (share: number): number => Number((topPx + plotPx * (1 - share)).toFixed(1))

const numberOrDash = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : numberText(value)
