import { sql } from 'kysely'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'

/** What the council report says of the health desk. Section 五(四). */
export const healthCounterFigures: readonly Figure[] = [
  {
    id: 'F071',
    title: { zh: '血壓量測人次', en: 'Services of the health desk' },
    unit: 'person-time',
    kind: 'sum',
    system: 'health-counter',
    window: 'report',
    rows: ({ from, to, asOf }) => sql<EvidenceRow>`
      select id::text as key, kind, served_at from health_counter.counted
      where served_at >= ${from} and served_at < ${to}
        and recorded_at < ${asOf} and (annulled_at is null or annulled_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['kind', 'served_at'],
    note: {
      zh: '櫃檯每服務一次計一人次，不留個人資料。',
      en: 'Each service at the desk counts once; nothing of the person is kept.',
    },
  },
  {
    id: 'F072',
    title: { zh: '保健服務時間', en: 'Hours of the health desk' },
    unit: 'time',
    kind: 'rule',
    system: 'health-counter',
    window: 'end',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select weekday || ' ' || lpad(from_minute::text, 4, '0') as key, weekday,
        to_char(make_time(from_minute / 60, from_minute % 60, 0), 'HH24:MI') as opens,
        to_char(make_time(to_minute / 60, to_minute % 60, 0), 'HH24:MI') as closes
      from health_counter.opening_hours
      where weekday <= 5 and (valid_from, recorded_at) = (
        select valid_from, recorded_at from health_counter.opening_hours
        where valid_from < (${to}::timestamptz at time zone 'Asia/Taipei')::date
          and recorded_at < ${asOf}
        order by valid_from desc, recorded_at desc limit 1)`,
    measure: `string_agg(distinct opens || '-' || closes, ';' order by opens || '-' || closes)`,
    publicColumns: ['weekday', 'opens', 'closes'],
    format: (value) => String(value).replaceAll(';', '、'),
    note: {
      zh: '週一至週五的服務時段，各日相同者列一次。',
      en: 'The hours from Monday to Friday, each span once.',
    },
  },
]
