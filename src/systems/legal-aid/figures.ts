import { sql } from 'kysely'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'

/** What the council report counts of legal advice. Section 五(三). */
export const legalAidFigures: readonly Figure[] = [
  {
    id: 'F069',
    title: { zh: '法律諮詢服務處所', en: 'Legal advice venues' },
    unit: 'site',
    kind: 'stock',
    system: 'legal-aid',
    window: 'end',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select id as key, name_zh, name_en, agency, opened_on from bookings.venue
      where service = 'legal-aid' and opened_on < ${to}
        and recorded_at < ${asOf}
        and (closed_on is null or closed_on >= ${to} or closed_recorded_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['name_zh', 'name_en', 'agency', 'opened_on'],
  },
  {
    id: 'F070',
    title: { zh: '法律諮詢人次', en: 'Legal consultations' },
    unit: 'person-time',
    kind: 'sum',
    system: 'legal-aid',
    window: 'report',
    rows: ({ from, to, asOf }) => sql<EvidenceRow>`
      select id::text as key, venue, topic, channel, starts_at from bookings.counted
      where service = 'legal-aid' and starts_at >= ${from} and starts_at < ${to}
        and recorded_at < ${asOf} and (annulled_at is null or annulled_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['venue', 'topic', 'channel', 'starts_at'],
    note: {
      zh: '每次到場諮詢計一人次，陪同者不另計。',
      en: 'Each consultation that was attended counts once; companions are not counted.',
    },
  },
]
