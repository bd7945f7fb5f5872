import { sql } from 'kysely'
import type { EvidenceRow, Figure, Window } from '../../kernel/figures/figure.ts'

const calls = ({ from, to, asOf }: Window) => sql<EvidenceRow>`
  select id::text as key, direction, queue, outcome, began_at, answered_at, ended_at
  from call_centre.counted
  where began_at >= ${from} and began_at < ${to}
    and recorded_at < ${asOf} and (annulled_at is null or annulled_at >= ${asOf})`

const callColumns = ['direction', 'queue', 'outcome', 'began_at', 'answered_at', 'ended_at']

/** What the council report says of the 1999 line. Section 五(五). */
export const callCentreFigures: readonly Figure[] = [
  {
    id: 'F073',
    title: { zh: '專線啟用日', en: 'The line opened on' },
    unit: 'date',
    kind: 'ref',
    system: 'call-centre',
    window: 'cumulative',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select opened_on::text as key, opened_on from call_centre.service
      where opened_on < ${to} and recorded_at < ${asOf}`,
    measure: 'min(opened_on)',
    publicColumns: ['opened_on'],
  },
  {
    id: 'F074',
    title: { zh: '每日服務時數', en: 'Hours a day' },
    unit: 'hour',
    kind: 'rule',
    system: 'call-centre',
    window: 'end',
    rows: ({ asOf }) => sql<EvidenceRow>`
      select weekday::text as key, weekday, from_minute, to_minute
      from call_centre.opening_hours where recorded_at < ${asOf}`,
    measure: 'sum(to_minute - from_minute) / 60 / 7',
    publicColumns: ['weekday', 'from_minute', 'to_minute'],
    note: {
      zh: '一週各日服務分鐘數合計，除以七日。',
      en: 'The minutes of all days of a week, over seven days.',
    },
  },
  {
    id: 'F075',
    title: { zh: '電話服務處理總量', en: 'Calls handled' },
    unit: 'call',
    kind: 'flow',
    system: 'call-centre',
    window: 'report',
    rows: calls,
    measure: 'count(*)',
    publicColumns: callColumns,
  },
  {
    id: 'F076',
    title: { zh: '平均每月通數', en: 'Calls a month on average' },
    unit: 'call/month',
    kind: 'mean',
    system: 'call-centre',
    window: 'report',
    rows: calls,
    // Over the six months of a half-year, months without a call included.
    measure: 'round(count(*) / 6.0)',
    publicColumns: callColumns,
  },
]
