import type { Text } from '../../../core/i18n.ts'
import { numberText, shareText } from '../../../web/dates.ts'
import type { Days, Dimension, Measures } from '../kpi.ts'

/** One measure as people read it: in tiles, as a column, in a line of CSV. */
export type Measure = {
  readonly key: keyof Measures
  readonly label: Text
  readonly unit?: Text
  readonly look: (value: number) => string
  /** The filters of an inbox that list what a count counts; rates and medians have none. */
  readonly rows?: (days: Days) => Readonly<Record<string, string>>
}

const cases = { zh: '件', en: '' }

/** The measures in the order in which they are read. */
export const measuresShown: readonly Measure[] = [
  {
    key: 'received',
    label: { zh: '收件', en: 'Received' },
    unit: cases,
    look: numberText,
    rows: ({ from, to }) => ({ closed: 'all', counted: '1', from, to }),
  },
  {
    key: 'closed',
    label: { zh: '結案', en: 'Closed' },
    unit: cases,
    look: numberText,
    rows: ({ from, to }) => ({ closed: '1', counted: '1', closedFrom: from, closedTo: to }),
  },
  {
    key: 'open',
    label: { zh: '目前未結', en: 'Open now' },
    unit: cases,
    look: numberText,
    rows: () => ({ counted: '1' }),
  },
  {
    key: 'overdue',
    label: { zh: '目前逾期', en: 'Overdue now' },
    unit: cases,
    look: numberText,
    rows: () => ({ counted: '1', overdue: '1' }),
  },
  { key: 'onTime', label: { zh: '如期結案', en: 'Closed on time' }, look: shareText },
  {
    key: 'medianDays',
    label: { zh: '結案日數中位數', en: 'Median days to close' },
    unit: { zh: '日', en: 'days' },
    look: oneDecimal,
  },
  { key: 'reopened', label: { zh: '退回重辦', en: 'Reopened' }, look: shareText },
  {
    key: 'medianHours',
    label: { zh: '首次回應時數中位數', en: 'Median hours to respond' },
    unit: { zh: '時', en: 'h' },
    look: oneDecimal,
  },
]

/** What stands where nothing could be measured. */
export const noValue: Text = { zh: '無', en: 'none' }

/** The address of the rows behind a count, of a part where one is named. */
export function rowsOf(
  kind: string,
  measure: Measure,
  days: Days,
  part?: { readonly dimension: Dimension; readonly key: string },
): string | undefined {
  const filters = measure.rows?.(days)
  if (!filters) return undefined
  const all = part ? { ...filters, [part.dimension]: part.key } : filters
  return `/desk/${kind}?${new URLSearchParams(all)}`
}

function oneDecimal(value: number): string {
  return numberText(Math.round(value * 10) / 10)
}
