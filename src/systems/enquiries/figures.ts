import { sql } from 'kysely'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'

/** What the council report counts of enquiries, at the counter and on 1999. Section 五(一). */
export const enquiryFigures: readonly Figure[] = [
  {
    id: 'F066',
    title: { zh: '諮詢服務案件', en: 'Enquiries answered' },
    unit: 'case',
    kind: 'flow',
    system: 'enquiries',
    window: 'report',
    rows: ({ from, to, asOf }) => sql<EvidenceRow>`
      select id::text as key, topic, agency, channel, answered_at
      from enquiries.counted
      where answered_at >= ${from} and answered_at < ${to}
        and recorded_at < ${asOf} and (annulled_at is null or annulled_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['topic', 'agency', 'channel', 'answered_at'],
  },
]
