import { sql } from 'kysely'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'

/** What the council report says of the chatbot. Section 五(六). */
export const chatbotFigures: readonly Figure[] = [
  {
    id: 'F077',
    title: { zh: '智能客服啟用日', en: 'The chatbot opened on' },
    unit: 'date',
    kind: 'ref',
    system: 'chatbot',
    window: 'cumulative',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select opened_on::text as key, opened_on from chatbot.service
      where opened_on < ${to} and recorded_at < ${asOf}`,
    measure: 'min(opened_on)',
    publicColumns: ['opened_on'],
  },
  {
    id: 'F078',
    title: { zh: '智能客服類別', en: 'Chatbot topics' },
    unit: 'category',
    kind: 'stock',
    system: 'chatbot',
    window: 'end',
    rows: ({ to, asOf }) => sql<EvidenceRow>`
      select t.code as key, t.code as topic, count(v.article) as articles
      from chatbot.topic t join knowledge.counted v on v.topic = t.code
        and v.published_from < least(${to}, ${asOf}::timestamptz)
        and (v.published_to is null or v.published_to >= least(${to}, ${asOf}::timestamptz))
      where t.enabled_at < ${to} and t.recorded_at < ${asOf}
        and (t.ended_at is null or t.ended_at >= ${to})
      group by t.code`,
    measure: 'count(*)',
    publicColumns: ['topic', 'articles'],
    note: {
      zh: '期末已啟用，而且至少有一則公開問答的類別。',
      en: 'Topics enabled at the end, with at least one published article.',
    },
  },
  {
    id: 'F079',
    title: { zh: '智能客服答題數', en: 'Questions answered' },
    unit: 'question',
    kind: 'flow',
    system: 'chatbot',
    window: 'report',
    rows: ({ from, to, asOf }) => sql<EvidenceRow>`
      select id::text as key, topic, article, channel, asked_at
      from chatbot.asked
      where outcome = 'answered' and asked_at >= ${from} and asked_at < ${to}
        and recorded_at < ${asOf} and (annulled_at is null or annulled_at >= ${asOf})`,
    measure: 'count(*)',
    publicColumns: ['topic', 'article', 'channel', 'asked_at'],
  },
]
