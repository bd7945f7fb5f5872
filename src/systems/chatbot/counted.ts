import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { annul, annulInput } from '../../core/annul.ts'
import { canonical, sha256Hex } from '../../core/canonical.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { seedId } from '../../kernel/identity/seed.ts'
import { cityTopics } from '../../kernel/knowledge/pack.ts'
import { type Channel, channelInput } from './store.ts'

/** A question as it is counted: no words, no person. Figure F079 counts the answered ones. */
export type Asked = {
  readonly outcome: 'answered' | 'asked-back' | 'handed-over'
  readonly topic: string | null
  readonly article: string | null
  readonly channel: Channel
}

/** Counts a question of the running operation. */
export const countAsked = (ctx: Ctx, asked: Asked): Promise<void> => save(ctx, [asked], ctx.now)

async function save(ctx: Ctx, all: readonly Asked[], at: Date | readonly Date[]): Promise<void> {
  await insertRows(
    ctx.db,
    'chatbot.asked',
    ['id', 'topic', 'article', 'channel', 'outcome', 'asked_at', 'recorded_at'],
    all.map(({ topic, article, channel, outcome }, i) => ({
      id: randomUUID(),
      topic,
      article,
      channel,
      outcome,
      asked_at: at instanceof Date ? at : at[i],
      recorded_at: ctx.now,
    })),
  )
}

/**
 * Brings in questions that another program answered, up to 20,000 at once. They are known since
 * the import. One event holds the digest of the batch.
 */
export const importAsked = operation({
  name: 'chatbot.import',
  title: { zh: '匯入智能客服答題紀錄', en: 'Import answered questions' },
  permission: 'chatbot.import',
  input: Type.Object({
    asked: Type.Array(
      Type.Object({
        topic: Type.String({ maxLength: 60 }),
        article: Type.Optional(Type.String({ maxLength: 60 })),
        channel: channelInput,
        at: Type.String({ description: 'ISO 8601 with zone' }),
      }),
      { minItems: 1, maxItems: 20_000 },
    ),
  }),
  run: async (ctx, { asked }) => {
    const known = new Set(cityTopics(ctx.city).map(({ code }) => code))
    const wrong = asked.findIndex((one) => !known.has(one.topic) || Number.isNaN(+new Date(one.at)))
    if (wrong >= 0)
      throw invalid({
        [`asked.${wrong}`]: { zh: '主題或時間不對。', en: 'The topic or the time is wrong.' },
      })
    await save(
      ctx,
      asked.map(({ topic, article, channel }) => ({
        outcome: 'answered',
        topic,
        article: article ?? null,
        channel,
      })),
      asked.map(({ at }) => new Date(at)),
    )
    const data = { asked: asked.length, digest: sha256Hex(canonical(asked)) }
    await record(ctx, { record: randomUUID(), type: 'chatbot.imported', data })
    return { saved: asked.length }
  },
})

/** Takes a question out of the count, such as a test of the bot; the row stays, with the reason. */
export const annulAsked = operation({
  name: 'chatbot.annul',
  title: { zh: '撤銷誤計的答題', en: 'Annul a counted question' },
  permission: 'chatbot.import',
  input: annulInput,
  run: async (ctx, input) => {
    await annul(ctx, 'chatbot.asked', input, { zh: '這筆答題', en: 'this question' })
    await record(ctx, { record: input.id, type: 'chatbot.annulled' })
  },
})

/** States since when the bot answers, and in which topics. Figures F077 and F078. */
export const declareService = operation({
  name: 'chatbot.declare-service',
  title: { zh: '登錄智能客服啟用', en: 'Declare the chatbot' },
  permission: 'chatbot.import',
  input: Type.Object({ openedOn: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }) }),
  run: async (ctx, { openedOn }) => {
    const topics = cityTopics(ctx.city)
    await sql`insert into chatbot.service (id, opened_on, recorded_at)
      values (${randomUUID()}, ${openedOn}, ${ctx.now})`.execute(ctx.db)
    await insertRows(
      ctx.db,
      'chatbot.topic',
      ['code', 'name', 'enabled_at', 'recorded_at'],
      topics.map(({ code, name }) => ({
        code,
        name,
        enabled_at: `${openedOn}T00:00:00+08:00`,
        recorded_at: ctx.now,
      })),
      'on conflict do nothing',
    )
    const data = { openedOn, topics: topics.map(({ code }) => code) }
    await record(ctx, { record: seedId('chatbot'), type: 'chatbot.declared', data })
  },
})
