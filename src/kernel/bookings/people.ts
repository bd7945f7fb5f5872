import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { digest } from '../../core/event.ts'
import { type Visit, whyNot } from './rules.ts'
import type { Service } from './service.ts'

/** Who comes. The identity number is kept as a keyed digest only. */
export type Person = {
  readonly name: string
  readonly phone: string
  readonly email?: string | undefined
  readonly idNumber?: string | undefined
  /** How many come together, the person included. */
  readonly people?: number | undefined
}

/** A person as keyed digests: by telephone, and by identity number where given. */
export function personDigests(ctx: Ctx, { phone, idNumber }: Person): string[] {
  const { secret } = ctx.config
  const byPhone = digest({ phone: bare(phone) }, secret)
  return idNumber ? [byPhone, digest({ id: bare(idNumber) }, secret)].sort() : [byPhone]
}

const bare = (given: string): string =>
  given
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')

/**
 * Lets a person book a slot that begins at `startsAt`, or refuses by quota or by the no-show rule.
 * Two bookings of one person wait for each other, so that both cannot pass. `except` is the number
 * of the booking that is moved.
 */
export async function admit(
  ctx: Ctx,
  service: Service,
  persons: readonly string[],
  startsAt: Date,
  except = '',
): Promise<void> {
  for (const one of persons)
    await sql`select pg_advisory_xact_lock(hashtextextended(${service.name + one}, 0))`.execute(
      ctx.db,
    )
  const found = await rows(
    ctx.db,
    sql<{ no: string; state: Visit['state']; starts_at: Date }>`
      select no, state, starts_at from bookings.visits_of(${service.name}, ${persons}::text[])`,
  )
  const visits = found
    .filter(({ no }) => no !== except)
    .map(({ state, starts_at }) => ({ state, startsAt: starts_at }))
  const reason = whyNot(visits, service.rules(ctx.city), startsAt, ctx.now)
  if (reason) throw new Refused('bookings.quota', 409, reason)
}
