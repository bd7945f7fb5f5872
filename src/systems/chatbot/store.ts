import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { one, row, rows } from '../../core/db.ts'
import { keepInteraction } from '../../kernel/cases/interactions.ts'
import type { Shown } from './bot.ts'

/** Where a conversation takes place: our page, another site's frame, or LINE. */
export type Channel = 'web' | 'embed' | 'line'

export const channelInput = Type.Union(
  [Type.Literal('web'), Type.Literal('embed'), Type.Literal('line')],
  { default: 'web' },
)

/** A conversation: with the bot, waiting for a person, taken by one, or ended. */
export type Conversation = {
  readonly id: string
  readonly secret: string
  readonly channel: Channel
  readonly state: 'bot' | 'waiting' | 'taken' | 'closed'
  readonly operator: string | null
  /** The interaction that a form joins to its case, once one was offered. */
  readonly via: string | null
  readonly openedAt: Date
  readonly lastAt: Date
  readonly waitingSince: Date | null
}

/** One thing said. */
export type Turn = {
  readonly no: number
  readonly who: 'citizen' | 'bot' | 'operator'
  readonly text: string
  readonly shown: Shown
  readonly at: Date
}

/** How long a conversation may rest before the next word begins a new one. */
export const restHours = 2

/** What is stored of a key; the key itself lives in a cookie only. */
export const chatSecret = (key: string): string =>
  createHash('sha256').update(`chat:${key}`).digest('hex')

/** The topic on which browsers of one conversation hear of news. */
export const newsOf = (secret: string): string => `chat:${secret}`

/** Lets the running transaction see the conversation of a key, as its holder. */
export const hold = (ctx: Ctx, secret: string) =>
  sql`select set_config('takao.secrets', ${secret}, true)`.execute(ctx.db)

const columns = sql`id, secret, channel, state, operator, via, opened_at as "openedAt",
  last_at as "lastAt", waiting_since as "waitingSince"`

/** The newest conversation of a key, unless it has rested too long. */
export const heldConversation = (ctx: Ctx, secret: string): Promise<Conversation | undefined> =>
  row(
    ctx.db,
    sql<Conversation>`select ${columns} from chatbot.conversation
      where secret = ${secret} and last_at > ${earliest(ctx.now)}
      order by state = 'closed', opened_at desc limit 1`,
  )

/** The same, locked until the transaction ends, so that turns keep their order. */
export const lockedConversation = (ctx: Ctx, id: string): Promise<Conversation | undefined> =>
  row(
    ctx.db,
    sql<Conversation>`select ${columns} from chatbot.conversation
      where id::text = ${id} for update`,
  )

/** Conversations that wait or are taken, who waits longest first; rested ones are left out. */
export const openConversations = (ctx: Ctx): Promise<(Conversation & { last: string })[]> =>
  rows(
    ctx.db,
    sql<Conversation & { last: string }>`select ${columns}, coalesce((select t.text
        from chatbot.turn t where t.conversation = c.id and t.who = 'citizen'
        order by t.no desc limit 1), '') as last
      from chatbot.conversation c
      where state in ('waiting', 'taken') and last_at > ${earliest(ctx.now)}
      order by state = 'taken', waiting_since, last_at limit 200`,
  )

const earliest = (now: Date): Date => new Date(+now - restHours * 3_600_000)

/** How many wait before this one. */
export async function aheadOf(ctx: Ctx, since: Date): Promise<number> {
  const { n } = await one(ctx.db, sql<{ n: number }>`select chatbot.ahead_of(${since}) as n`)
  return n
}

/** Everything said, oldest first. */
export const turnsOf = (ctx: Ctx, id: string): Promise<Turn[]> =>
  rows(
    ctx.db,
    sql<Turn>`select no, who, text, shown, at from chatbot.turn
      where conversation::text = ${id} order by no`,
  )

/** Adds turns to a conversation that the caller has locked. */
export async function addTurns(
  ctx: Ctx,
  id: string,
  said: readonly Pick<Turn, 'who' | 'text' | 'shown'>[],
): Promise<void> {
  for (const { who, text, shown } of said)
    await sql`insert into chatbot.turn (conversation, no, who, text, shown, at)
      select ${id}, coalesce(max(no), 0) + 1, ${who}, ${text}, ${JSON.stringify(shown)}::jsonb,
        ${ctx.now}
      from chatbot.turn where conversation = ${id}`.execute(ctx.db)
  await sql`update chatbot.conversation set last_at = ${ctx.now} where id = ${id}`.execute(ctx.db)
}

/**
 * Hands the whole conversation to the cases, so that a form opened from it joins it to its case;
 * called again, its words are brought up to date.
 */
export async function shareWithCase(ctx: Ctx, { id, openedAt }: Conversation): Promise<string> {
  const turns = await turnsOf(ctx, id)
  const question = turns.find(({ who }) => who === 'citizen')?.text ?? ''
  const via = await keepInteraction(ctx, {
    kind: 'chat',
    reference: id,
    at: openedAt,
    summary: [...question].slice(0, 80).join(''),
    lines: turns.map(({ at, who, text }) => ({ at: at.toISOString(), who, text })),
  })
  await sql`update chatbot.conversation set via = ${via} where id = ${id}`.execute(ctx.db)
  return via
}
