import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { annul, annulInput } from '../../core/annul.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, rows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { nextLink, record, recordMany, stamp } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { operation } from '../../core/operation.ts'
import { bigrams } from '../../core/search.ts'
import { noteUnanswered } from '../../kernel/knowledge/gaps.ts'
import { enquiryTopics } from './topics.ts'

const channel = Type.Union(
  ['counter', 'phone'].map((value) => Type.Literal(value)),
  { description: 'counter: at the desk; phone: 1999' },
)

const enquiryInput = Type.Object({
  topic: Type.String({ maxLength: 60 }),
  channel,
  question: Type.String({ minLength: 2, maxLength: 500 }),
  answer: Type.Optional(Type.String({ maxLength: 2000 })),
  article: Type.Optional(
    Type.String({ maxLength: 60, description: 'of the knowledge base, when it gave the answer' }),
  ),
  answered: Type.Boolean({ default: true, description: 'false: nobody knew; it goes on a list' }),
  seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 14_400 })),
})

/** Records an answered question in seconds: no case, no clock, no personal data. Figure F066. */
export const recordEnquiry = operation({
  name: 'enquiries.record',
  title: { zh: '記錄諮詢', en: 'Record an enquiry' },
  permission: 'enquiries.record',
  input: enquiryInput,
  output: Type.Object({ id: Type.String() }),
  run: async (ctx, input) => {
    const [saved] = await saveEnquiries(ctx, [{ ...input, answeredAt: ctx.now }])
    const { id = '', agency = '' } = saved ?? {}
    if (!input.answered)
      await noteUnanswered(ctx, { question: input.question, source: 'desk', agency })
    await announce(ctx, 'enquiries')
    return { id }
  },
})

type Enquiry = {
  topic: string
  channel: string
  question: string
  answer?: string | undefined
  article?: string | undefined
  answered: boolean
  seconds?: number | undefined
  answeredAt: Date
}

/** Many at once, each with its own event: for imports and the demo. */
export const importEnquiries = operation({
  name: 'enquiries.import',
  title: { zh: '匯入諮詢紀錄', en: 'Import enquiries' },
  permission: 'enquiries.import',
  input: Type.Object({
    enquiries: Type.Array(
      Type.Object({
        ...enquiryInput.properties,
        at: Type.String({ description: 'ISO 8601 with zone' }),
      }),
      { maxItems: 20_000 },
    ),
  }),
  run: async (ctx, { enquiries }) => {
    const saved = await saveEnquiries(
      ctx,
      enquiries.map((e) => ({ ...e, answeredAt: new Date(e.at) })),
    )
    return { saved: saved.length }
  },
})

type Saved = { readonly id: string; readonly agency: string }

async function saveEnquiries(ctx: Ctx, all: readonly Enquiry[]): Promise<Saved[]> {
  const known = new Map(enquiryTopics(ctx.city).map((topic) => [topic.code, topic]))
  const saved = all.map((enquiry) => {
    const topic = known.get(enquiry.topic)
    if (!topic) throw invalid({ topic: { zh: '請選一個主題。', en: 'Choose a topic.' } })
    return {
      id: randomUUID(),
      topic: enquiry.topic,
      agency: topic.agency,
      channel: enquiry.channel,
      question: enquiry.question,
      answer: enquiry.answer ?? '',
      article: enquiry.article ?? null,
      answered: enquiry.answered,
      seconds: enquiry.seconds ?? null,
      operator: ctx.actor.id,
      answered_at: enquiry.answeredAt,
      // An imported enquiry is known since the import, not since the call.
      recorded_at: ctx.now,
      grams: bigrams(enquiry.question),
    }
  })
  await insertRows(ctx.db, 'enquiries.enquiry', columns, saved)
  await recordMany(
    ctx,
    saved.map((e) =>
      nextLink(
        {
          record: e.id,
          type: 'enquiries.recorded',
          agency: e.agency,
          data: { topic: e.topic, channel: e.channel, answered: e.answered },
          personal: [e.question, e.answer],
        },
        null,
        stamp(ctx),
      ),
    ),
  )
  return saved
}

const columns = [
  ...(['id', 'topic', 'agency', 'channel', 'question', 'answer', 'article'] as const),
  ...(['answered', 'seconds', 'operator', 'answered_at', 'recorded_at', 'grams'] as const),
]

/** Takes an enquiry entered by mistake out of the count; the row stays, with the reason. */
export const annulEnquiry = operation({
  name: 'enquiries.annul',
  title: { zh: '撤銷誤登的諮詢', en: 'Annul a mistaken enquiry' },
  permission: 'enquiries.annul',
  input: annulInput,
  run: async (ctx, input) => {
    const what = { zh: '這筆諮詢', en: 'this enquiry' }
    const { agency } = await annul(ctx, 'enquiries.enquiry', input, what)
    await record(ctx, { record: input.id, type: 'enquiries.annulled', agency })
  },
})

export type EnquiryRow = {
  id: string
  topic: string
  agency: string
  channel: string
  question: string
  answer: string
  answered: boolean
  answered_at: Date
  annulled_at: Date | null
}

/** Earlier questions and answers, newest first; words are matched by bigrams. */
export const searchEnquiries = operation({
  name: 'enquiries.search',
  title: { zh: '搜尋諮詢紀錄', en: 'Search enquiries' },
  permission: 'enquiries.read',
  reads: true,
  input: Type.Object({
    q: Type.String({ maxLength: 200, default: '' }),
    topic: Type.String({ maxLength: 60, default: '' }),
    limit: Type.Integer({ minimum: 1, maximum: 50, default: 50 }),
  }),
  run: (ctx, { q, topic, limit }) => {
    const grams = bigrams(q)
    return rows(
      ctx.db,
      sql<EnquiryRow>`select id, topic, agency, channel, question, answer, answered, answered_at,
          annulled_at
        from enquiries.enquiry
        where (${grams.length === 0} or grams @> ${grams}::text[])
          and (${topic} = '' or topic = ${topic})
        order by answered_at desc limit ${limit}`,
    )
  },
})
