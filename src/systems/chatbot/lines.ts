import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { operation } from '../../core/operation.ts'
import { seedId } from '../../kernel/identity/seed.ts'

const Pack = Type.Object({
  /** When the lines count as full: at least this share of seats busy, or so many waiting. */
  full: Type.Array(
    Type.Object({
      queue: Type.String({ minLength: 1 }),
      occupancy: Type.Number({ minimum: 0, maximum: 1 }),
      waiting: Type.Integer({ minimum: 1 }),
    }),
  ),
  /** Sites that may show the chat in a frame, as origins. */
  embed: Type.Array(Type.String({ pattern: '^https://[^/]+$' })),
})

/** The chatbot's own part of the city pack, `chatbot.json`. Throws when not of the shape. */
export const chatbotPack = (city: City) => city.read('chatbot.json', Pack)

/** How busy a queue of the telephone lines was at a time. */
export type LineState = {
  readonly queue: string
  readonly busy: number
  readonly waiting: number
  readonly seats: number
  readonly at: Date
}

/** The call centre says how busy its lines are; the chat offers itself while they are full. */
export const noteLines = operation({
  name: 'chatbot.note-lines',
  title: { zh: '回報專線忙線情形', en: 'Say how busy the lines are' },
  permission: 'chatbot.lines',
  input: Type.Object({
    queue: Type.String({ minLength: 1, maxLength: 60 }),
    busy: Type.Integer({ minimum: 0 }),
    waiting: Type.Integer({ minimum: 0 }),
    seats: Type.Integer({ minimum: 0 }),
  }),
  run: async (ctx, { queue, busy, waiting, seats }) => {
    await sql`insert into chatbot.lines values (${queue}, ${busy}, ${waiting}, ${seats}, ${ctx.now})
      on conflict (queue) do update set busy = excluded.busy, waiting = excluded.waiting,
        seats = excluded.seats, at = excluded.at`.execute(ctx.db)
    const data = { queue, busy, waiting, seats }
    await record(ctx, { record: seedId(`lines:${queue}`), type: 'chatbot.lines-noted', data })
  },
})

const staleMs = 2 * 60_000

/** Whether a queue is full by the city's rule. After two minutes a state says nothing. */
export function isFull(
  state: LineState,
  rule: { readonly occupancy: number; readonly waiting: number },
  now: Date,
): boolean {
  if (+now - +state.at > staleMs) return false
  const occupied = state.seats === 0 || state.busy / state.seats >= rule.occupancy
  return occupied || state.waiting >= rule.waiting
}

/** The queues that are full now, each with the time of its state. */
export async function fullLines(ctx: Ctx): Promise<LineState[]> {
  const states = await rows(ctx.db, sql<LineState>`select * from chatbot.lines order by queue`)
  const rules = new Map(chatbotPack(ctx.city).full.map((rule) => [rule.queue, rule]))
  return states.filter((state) => {
    const rule = rules.get(state.queue)
    return rule !== undefined && isFull(state, rule, ctx.now)
  })
}
