import type { VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import { numberText } from '../dates.ts'
import type { View } from '../view.ts'
import { ChartFrame, ChartTable } from './chart-frame.tsx'

/** A bar: its name, its value, and the rows behind it. */
export type Bar = { readonly label: Text; readonly value: number; readonly href?: string }

const rowPx = 52

/**
 * Lying bars, each with its name above and its value at the right, so that long Chinese names need
 * no
 * turning. Widths are per cent of the figure: the type keeps its size on a phone.
 */
export const BarChart = (props: {
  view: View
  id: string
  title: string
  description: string
  bars: readonly Bar[]
  unit?: Text
}): VNode => {
  const { view, bars } = props
  const longest = Math.max(1, ...bars.map((bar) => Math.abs(bar.value)))
  const unit = props.unit ? pick(props.unit, view.locale) : ''
  return (
    <ChartFrame {...props}>
      <svg height={bars.length * rowPx} role="img" aria-labelledby={`${props.id}-t ${props.id}-d`}>
        <title id={`${props.id}-t`}>{props.title}</title>
        <desc id={`${props.id}-d`}>{props.description}</desc>
        {bars.map((bar, index) => (
          <g key={bar.label.zh}>
            <text x="0" y={index * rowPx + 20}>
              {pick(bar.label, view.locale)}
            </text>
            <text x="100%" y={index * rowPx + 20} text-anchor="end">
              {numberText(bar.value)}
              {unit ? ` ${unit}` : ''}
            </text>
            <rect
              class={bar.value < 0 ? 'bar below-zero' : 'bar'}
              x="0"
              y={index * rowPx + 28}
              height="12"
              rx="2"
              width={`${((Math.abs(bar.value) / longest) * 100).toFixed(1)}%`}
            />
          </g>
        ))}
      </svg>
      <ChartTable
        view={view}
        caption={props.title}
        head={[view.t('項目', 'Item'), unit || view.t('數值', 'Value')]}
        rows={bars.map((bar) => ({
          name: pick(bar.label, view.locale),
          values: [numberText(bar.value)],
          href: bar.href,
        }))}
      />
    </ChartFrame>
  )
}
