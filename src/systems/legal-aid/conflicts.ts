import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { digest } from '../../core/event.ts'

/** Someone in a dispute; a name, an identity number, or both. */
export type Party = { readonly name?: string | undefined; readonly idNumber?: string | undefined }

/** Who asks and whom they stand against, each as keyed digests. */
export type Parties = {
  readonly applicant: readonly string[]
  readonly opponent: readonly string[]
}

/** A person as digests of the name and the identity number; nobody is no digest. */
export function partyDigests(ctx: Ctx, { name, idNumber }: Party): string[] {
  const { secret } = ctx.config
  const bare = (given: string) =>
    given
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[\s·．.-]/g, '')
  return [
    ...(name ? [digest({ party: bare(name) }, secret)] : []),
    ...(idNumber ? [digest({ partyId: bare(idNumber) }, secret)] : []),
  ]
}

/**
 * The lawyers who must not advise: they stand for the other side, or against this one. Says nothing
 * of why; whoever asks must know the parties already.
 */
export async function barredLawyers(
  ctx: Ctx,
  { applicant, opponent }: Parties,
  except: string | null = null,
): Promise<string[]> {
  const found = await rows(
    ctx.db,
    sql<{ barred: string }>`select legal_aid.barred(${applicant}::text[], ${opponent}::text[],
      ${except}::uuid) as barred`,
  )
  return found.map(({ barred }) => barred)
}

/** Keeps the parties of a booking with it, so that the other side does not meet the same lawyer. */
export async function keepParties(
  ctx: Ctx,
  of: { readonly id: string; readonly agency: string },
  { applicant, opponent }: Parties,
  topic: string | undefined,
): Promise<void> {
  await sql`insert into legal_aid.matter (booking, agency, topic, applicant, opponent)
    values (${of.id}, ${of.agency}, ${topic ?? null}, ${applicant}, ${opponent})`.execute(ctx.db)
}

/** The parties of a booking in hand, to look for another lawyer when it is moved. */
export async function partiesOf(ctx: Ctx, booking: string): Promise<Parties> {
  const found = await row(
    ctx.db,
    sql<Parties>`select applicant, opponent from legal_aid.matter where booking = ${booking}`,
  )
  return found ?? { applicant: [], opponent: [] }
}

export type Matter = { readonly booking: string; readonly topic: string | null; conflict: boolean }

/** The matters of a venue's day, and where the lawyer on duty must not take one. */
export const mattersOf = (ctx: Ctx, venue: string, date: string): Promise<Matter[]> =>
  rows(
    ctx.db,
    sql<Matter>`select m.booking, m.topic, coalesce(d.provider in (
        select legal_aid.barred(m.applicant, m.opponent, m.booking)), false) as conflict
      from legal_aid.matter m
      join bookings.booking b on b.id = m.booking
      join bookings.slot s on s.id = b.slot
      left join bookings.duty d on d.session = s.session and d.date = s.date and d.seat = b.seat
      where s.venue = ${venue} and s.date = ${date} and b.state = 'booked'`,
  )
