import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'

export type InteractionKind = 'call' | 'chat' | 'mail' | 'fax' | 'letter' | 'oral'

/** By which way something came in, in words. */
export const wayTitles: Readonly<Record<InteractionKind, Text>> = {
  call: { zh: '來電', en: 'Call' },
  chat: { zh: '文字客服', en: 'Chat' },
  mail: { zh: '電子郵件', en: 'E-mail' },
  fax: { zh: '傳真', en: 'Fax' },
  letter: { zh: '書信', en: 'Letter' },
  oral: { zh: '口述', en: 'Spoken' },
}

/** One line of a conversation. */
export type InteractionLine = {
  readonly at: string
  readonly who: 'citizen' | 'bot' | 'operator'
  readonly text: string
}

/**
 * A call, a chat, an e-mail or a paper, kept before or with a case. `reference` is its id at the
 * source; the same one is kept once.
 */
export type Interaction = {
  readonly kind: InteractionKind
  readonly reference: string
  readonly at: Date
  readonly summary: string
  readonly lines: readonly InteractionLine[]
}

/**
 * Keeps what came in and returns its id. A form that is opened with `?via=<id>` joins it to the
 * case that it files or the booking that it makes; kept again under the same reference, its words
 * are brought up to date.
 */
export async function keepInteraction(
  ctx: Ctx,
  given: Interaction,
  caseId: string | null = null,
): Promise<string> {
  const id = interactionId(ctx, given)
  await sql`select set_config('takao.interaction', ${id}, true)`.execute(ctx.db)
  const lines = JSON.stringify(given.lines)
  await sql`insert into cases.interaction
      (id, case_id, kind, reference, at, summary, lines, kept_by)
    values (${id}, ${caseId}, ${given.kind}, ${given.reference}, ${given.at},
      ${given.summary}, ${lines}::jsonb, ${ctx.actor.id})
    on conflict (id) do update set summary = excluded.summary, lines = excluded.lines,
      case_id = coalesce(cases.interaction.case_id, excluded.case_id)`.execute(ctx.db)
  await record(ctx, {
    record: id,
    type: 'cases.interaction-kept',
    data: { kind: given.kind, lines: given.lines.length, ...(caseId && { case: caseId }) },
    personal: [given.summary, JSON.parse(lines)],
  })
  return id
}

/** The same for the same source, and guessed by nobody: it opens what it names. */
function interactionId(ctx: Ctx, { kind, reference }: Interaction): string {
  const mac = createHmac('sha256', ctx.config.secret).update(`interaction:${kind}:${reference}`)
  const hex = mac.digest('hex')
  const part = (from: number, to: number) => hex.slice(from, to)
  return [part(0, 8), part(8, 12), `8${part(13, 16)}`, `8${part(17, 20)}`, part(20, 32)].join('-')
}

/** What came of an interaction: a case, or a booking. */
export type Outcome = { readonly case: string } | { readonly booking: string }

/** Joins what came in to what was opened from it, by its id. An unknown id changes nothing. */
export async function joinInteraction(ctx: Ctx, via: string, to: Outcome): Promise<void> {
  if (!/^[0-9a-f-]{36}$/.test(via)) return
  // The id is the capability: who holds the link may join it, once, to what was just opened.
  await sql`select set_config('takao.interaction', ${via}, true)`.execute(ctx.db)
  const column = 'case' in to ? sql`case_id` : sql`booking`
  const joined = await row(
    ctx.db,
    sql<{ kind: string }>`update cases.interaction set ${column} = ${Object.values(to)[0]}
      where id = ${via} and case_id is null and booking is null returning kind`,
  )
  if (!joined) return
  await record(ctx, {
    record: via,
    type: 'cases.interaction-joined',
    data: { kind: joined.kind, ...to },
  })
}

/** By which way bookings came, by their ids; only of those that came from a call or a chat. */
export async function waysOfBookings(
  ctx: Ctx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, InteractionKind>> {
  const found = await rows(
    ctx.db,
    sql<{ booking: string; kind: InteractionKind }>`select booking, kind from cases.interaction
      where booking = any (${ids}::uuid[])`,
  )
  return new Map(found.map(({ booking, kind }) => [booking, kind]))
}

/** Everything that came in about a case, oldest first. */
export const interactionsOf = (ctx: Ctx, caseId: string) =>
  rows(
    ctx.db,
    sql<Interaction & { id: string }>`select id, kind, reference, at, summary, lines
      from cases.interaction where case_id = ${caseId} order by at`,
  )
