import type { Text } from '../../../core/i18n.ts'
import { numberText, shareText } from '../../../web/dates.ts'
import type { CaseType } from '../define.ts'
import type { Days, Dimension, Kpis, Measures, Week } from '../kpi.ts'

/** What a page of figures shows: one kind of case in some days, and how its parts are called. */
export type Shown = {
  readonly type: CaseType
  readonly days: Days
  readonly kpis: Kpis
  readonly weeks: readonly Week[]
  readonly name: (dimension: Dimension, key: string) => Text
  /** The rows behind a count, for those who may open the inbox. */
  readonly links: boolean
}

/** What the parts are parts by. */
export const dimensionNames: Readonly<Record<Dimension, Text>> = {
  agency: { zh: '機關', en: 'Agency' },
  item: { zh: '項目', en: 'Kind' },
  district: { zh: '行政區', en: 'District' },
}

/** One measure as people read it: in tiles, as a column, in a line of CSV. */
export type Measure = {
  readonly key: keyof Measures
  readonly label: Text
  /** The same at the head of a column. */
  readonly short: Text
  /** How it is counted. */
  readonly means: Text
  readonly unit?: Text
  readonly look: (value: number) => string
  /** The filters of an inbox that list what it counts, or of which it is the share or median. */
  readonly rows?: (days: Days) => Readonly<Record<string, string>>
}

const cases = { zh: '件', en: '' }

const finished = (closedFrom: string, closedTo: string) => ({
  closed: '1',
  counted: '1',
  closedFrom,
  closedTo,
})

/** The measures in the order in which they are read. */
export const measuresShown: readonly Measure[] = [
  {
    key: 'received',
    label: { zh: '收件', en: 'Received' },
    short: { zh: '收件', en: 'Received' },
    means: {
      zh: '這段期間內收到的案件。',
      en: 'Cases received in these days.',
    },
    unit: cases,
    look: numberText,
    rows: ({ from, to }) => ({ closed: 'all', counted: '1', from, to }),
  },
  {
    key: 'closed',
    label: { zh: '結案', en: 'Closed' },
    short: { zh: '結案', en: 'Closed' },
    means: {
      zh: '這段期間內結束的案件，不論何時收件。',
      en: 'Cases finished in these days, whenever received.',
    },
    unit: cases,
    look: numberText,
    rows: ({ from, to }) => finished(from, to),
  },
  {
    key: 'open',
    label: { zh: '目前未結', en: 'Open now' },
    short: { zh: '未結', en: 'Open' },
    means: {
      zh: '現在還沒結束的案件，不論何時收件。',
      en: 'Cases not finished now, whenever received.',
    },
    unit: cases,
    look: numberText,
    rows: () => ({ counted: '1' }),
  },
  {
    key: 'overdue',
    label: { zh: '目前逾期', en: 'Overdue now' },
    short: { zh: '逾期', en: 'Overdue' },
    means: {
      zh: '現在已過最近一個期限的未結案件。',
      en: 'Open cases whose next due time has passed.',
    },
    unit: cases,
    look: numberText,
    rows: () => ({ counted: '1', overdue: '1' }),
  },
  {
    key: 'onTime',
    label: { zh: '如期結案', en: 'Closed on time' },
    short: { zh: '如期', en: 'On time' },
    means: {
      zh: '期間內結案且有修復或答覆時限者，在期限內完成的比率。',
      en: 'Of the closed with a repair or reply clock: the share done by its due time.',
    },
    look: shareText,
    rows: ({ from, to }) => ({ ...finished(from, to), timely: '1' }),
  },
  {
    key: 'medianDays',
    label: { zh: '結案日數中位數', en: 'Median days to close' },
    short: { zh: '結案日數', en: 'Days' },
    means: {
      zh: '期間內結案者，從收件到結案的日曆天數，取中位數。',
      en: 'Of the closed: calendar days from receipt to closing, the median.',
    },
    unit: { zh: '日', en: 'days' },
    look: oneDecimal,
    rows: ({ from, to }) => finished(from, to),
  },
  {
    key: 'reopened',
    label: { zh: '退回重辦', en: 'Reopened' },
    short: { zh: '退回', en: 'Reopened' },
    means: {
      zh: '期間內收件者，結案後又被退回的比率。',
      en: 'Of the received: the share that was reopened since.',
    },
    look: shareText,
    rows: ({ from, to }) => ({ closed: 'all', counted: '1', reopened: '1', from, to }),
  },
  {
    key: 'medianHours',
    label: { zh: '首次回應時數中位數', en: 'Median hours to respond' },
    short: { zh: '回應時數', en: 'Hours' },
    means: {
      zh: '期間內收件者，從開始計時到分派或收案的時數，取中位數。',
      en: 'Of the received: hours until assigned or accepted, the median.',
    },
    unit: { zh: '時', en: 'h' },
    look: oneDecimal,
    rows: ({ from, to }) => ({ closed: 'all', counted: '1', responded: '1', from, to }),
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
