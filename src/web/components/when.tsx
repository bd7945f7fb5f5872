import type { VNode } from 'preact'
import { dateText, isoDay, timeText } from '../dates.ts'
import type { View } from '../view.ts'

/**
 * A day as `109年11月27日(五)`, with the 24-hour time if asked for; the Gregorian date stands in the
 * title, for those who count that way. Takes an instant or a plain `YYYY-MM-DD`.
 */
export const When = (props: { view: View; at: Date | string; time?: boolean }): VNode => {
  const { at } = props
  const withTime = props.time === true && typeof at !== 'string'
  const shown = dateText(at, props.view.locale) + (withTime ? ` ${timeText(at)}` : '')
  return (
    <time dateTime={typeof at === 'string' ? at : at.toISOString()} title={isoDay(at)}>
      {shown}
    </time>
  )
}
