import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'

export type InteractionKind = 'call' | 'chat' | 'mail' | 'fax' | 'letter' | 'oral'

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
 * case that it files; kept again under the same reference, its words are brought up to date.
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

/** Joins what came in before to the case that was opened from it. An unknown id changes nothing. */
export async function joinInteraction(ctx: Ctx, via: string, caseId: string): Promise<void> {
  if (!/^[0-9a-f-]{36}$/.test(via)) return
  // The id is the capability: who holds the link may join it, once, to the case just opened.
  await sql`select set_config('takao.interaction', ${via}, true)`.execute(ctx.db)
  const joined = await row(
    ctx.db,
    sql<{ kind: string }>`update cases.interaction set case_id = ${caseId}
      where id = ${via} and case_id is null returning kind`,
  )
  if (!joined) return
  await record(ctx, {
    record: via,
    type: 'cases.interaction-joined',
    data: { kind: joined.kind, case: caseId },
  })
}

/** Everything that came in about a case, oldest first. */
export const interactionsOf = (ctx: Ctx, caseId: string) =>
  rows(
    ctx.db,
    sql<Interaction & { id: string }>`select id, kind, reference, at, summary, lines
      from cases.interaction where case_id = ${caseId} order by at`,
  )
