import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { applyScope, onDuplicate, one, row, rows } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Locale } from '../../core/i18n.ts'
import { followCode, recordNumber, secretHash } from '../../core/number.ts'
import { seeBooking } from './booking.ts'
import { offerLetter, send } from './letters.ts'
import { type Person, personDigests } from './people.ts'
import { holdRow, type Slot, takeSeat } from './seats.ts'
import type { Service } from './service.ts'
import { slotsAhead } from './slots.ts'

/**
 * Puts a person on the list of a full day at a venue. Refuses a day that has free places, and a
 * person who waits for it already.
 */
export async function joinWaiting(
  ctx: Ctx,
  service: Service,
  wish: { readonly venue: string; readonly date: string; readonly person: Person },
): Promise<{ no: string; code: string; position: number }> {
  const { venue, date, person } = wish
  const slots = await slotsAhead(ctx, service, { venue, date })
  if (slots.length === 0) throw notFound({ zh: '這一天的時段', en: 'times on this day' })
  if (slots.some(({ free }) => free > 0)) throw stillFree()
  const { n, agency } = await one(
    ctx.db,
    sql<{ n: number; agency: string }>`select nextval('bookings.number') as n, agency
      from bookings.venue where id = ${venue}`,
  )
  const { secret } = ctx.config
  const no = recordNumber(service.prefix, ctx.now, n)
  const code = followCode(secret, no)
  const id = randomUUID()
  await holdRow(ctx, id)
  await sql`insert into bookings.waiting (id, no, secret_hash, service, venue, agency, date, name,
      phone, email, locale, persons, joined_at)
    values (${id}, ${no}, ${secretHash(secret, no, code)}, ${service.name}, ${venue}, ${agency},
      ${date}, ${person.name}, ${person.phone}, ${person.email ?? null}, ${ctx.locale},
      ${personDigests(ctx, person)}, ${ctx.now})`
    .execute(ctx.db)
    .catch(onDuplicate(onTheList))
  const personal = [person.name, person.phone, person.email ?? '']
  await record(ctx, { record: id, type: 'bookings.waiting', agency, data: { no, date }, personal })
  const { position } = await one(ctx.db, positionOf(id))
  return { no, code, position }
}

const onTheList = () =>
  new Refused('bookings.waiting', 409, {
    zh: '您已經在這一天的候補名單上，請用候補號碼查詢順位。',
    en: 'You are on the list of this day already; look up your place by its number.',
  })

const stillFree = () =>
  new Refused('bookings.free', 409, {
    zh: '這一天還有空位，請直接預約。',
    en: 'There are free times on this day. Please book one.',
  })

/** How many stand before a person, plus one; those who left or have a place do not count. */
const positionOf = (id: string) => sql<{ position: number }>`
  select bookings.position_of(${id}::uuid) as position`

export type Waiting = {
  readonly id: string
  readonly no: string
  readonly venue: string
  readonly agency: string
  readonly date: string
  readonly name: string
  readonly phone: string
  readonly email: string | null
  readonly locale: Locale
  readonly persons: readonly string[]
  readonly booking: string | null
  readonly joined_at: Date
  readonly left_at: Date | null
  readonly position: number
}

/** A place on the list by its number, under the row scope of whoever asks; undefined if none. */
export const waitingOf = (ctx: Ctx, service: Service, no: string): Promise<Waiting | undefined> =>
  row(
    ctx.db,
    sql<Waiting>`select w.*, bookings.position_of(w.id) as position from bookings.waiting w
      where w.no = ${no} and w.service = ${service.name}`,
  )

/** Leaves the list. */
export async function leaveWaiting(ctx: Ctx, service: Service, no: string): Promise<void> {
  const found = await waitingOf(ctx, service, no)
  if (!found || found.left_at) throw notFound({ zh: `候補 ${no}`, en: `the waiting number ${no}` })
  await sql`update bookings.waiting set left_at = ${ctx.now} where id = ${found.id}`.execute(ctx.db)
  const { id, agency } = found
  await record(ctx, { record: id, type: 'bookings.left', agency, data: { no } })
}

/**
 * Offers a free seat of a slot to the first who waits for its day: a hold in their name, longer
 * than usual, told by e-mail. Whoever let an offer pass stays, behind those who had none. Returns
 * the number of the offer, or undefined where nobody waits or nothing is free.
 */
export function offerPlace(ctx: Ctx, service: Service, slot: number): Promise<string | undefined> {
  // A citizen who cancels may not read the list; the platform passes the place on for them.
  return asPlatform(ctx, async () => {
    const at = await row(
      ctx.db,
      sql<Slot>`select s.*, v.agency from bookings.slot s join bookings.venue v on v.id = s.venue
        where s.id = ${slot} and s.closed_zh is null and s.starts_at > ${ctx.now} for update of s`,
    )
    const first = at && (await firstWaiting(ctx, at))
    if (!at || !first) return undefined
    const minutes = service.rules(ctx.city).offerMinutes
    const until = new Date(Math.min(+ctx.now + minutes * 60_000, +at.starts_at))
    const taken = await takeSeat(ctx, service, { slot, until, channel: 'offer' }).catch(noSeat)
    if (!taken) return undefined
    await giveTo(ctx, service, first, { ...taken, until })
    return taken.no
  })
}

const noSeat = (error: unknown): undefined => {
  if (error instanceof Refused) return undefined
  throw error
}

const firstWaiting = (ctx: Ctx, at: Slot): Promise<Waiting | undefined> =>
  row(
    ctx.db,
    sql<Waiting>`select w.* from bookings.waiting w
      where w.venue = ${at.venue} and w.date = ${at.date} and w.left_at is null
        and not exists (select from bookings.booking b where b.id = w.booking
          and (b.state in ('booked', 'attended', 'no-show')
            or (b.state = 'held' and b.taken @> ${ctx.now}::timestamptz)))
      order by w.offers, w.position limit 1 for update of w`,
  )

async function giveTo(
  ctx: Ctx,
  service: Service,
  to: Waiting,
  offer: { id: string; no: string; until: Date },
): Promise<void> {
  await sql`update bookings.booking set name = ${to.name}, phone = ${to.phone},
      email = ${to.email}, locale = ${to.locale}, persons = ${to.persons}
    where id = ${offer.id}`.execute(ctx.db)
  await sql`update bookings.waiting set offers = offers + 1, booking = ${offer.id}
    where id = ${to.id}`.execute(ctx.db)
  const data = { no: to.no, offer: offer.no, until: offer.until.toISOString() }
  await record(ctx, { record: to.id, type: 'bookings.offered', agency: to.agency, data })
  const booking = await seeBooking(ctx, service, offer.no)
  const letter = await offerLetter(ctx, service, booking, offer.until)
  await send(ctx, booking, letter, `${service.path}/${offer.no}`)
}

/** Passes on every place that came free, such as one whose offer expired. Safe to repeat. */
export async function offerAll(ctx: Ctx, service: Service): Promise<number> {
  const days = await rows(
    ctx.db,
    sql<{ venue: string; date: string }>`select distinct venue, date from bookings.waiting
      where service = ${service.name} and left_at is null and date >= (${ctx.now}::date)`,
  )
  let offered = 0
  for (const day of days)
    for (const slot of await slotsAhead(ctx, service, day))
      for (let i = 0; i < slot.free; i++) if (await offerPlace(ctx, service, slot.id)) offered++
  return offered
}

/** Runs a part of an operation with the platform's own sight, then takes it back. */
async function asPlatform<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  type Scope = Record<'scope' | 'person' | 'agencies' | 'secrets', string>
  const before = await one(
    ctx.db,
    sql<Scope>`select current_setting('takao.scope', true) as scope,
      current_setting('takao.person', true) as person,
      current_setting('takao.agencies', true) as agencies,
      current_setting('takao.secrets', true) as secrets`,
  )
  await applyScope(ctx.db, { scope: 'city', person: '', agencies: [], secrets: [] })
  const done = await work()
  // After a failure the transaction is over, and its settings with it.
  await applyScope(ctx.db, {
    scope: before.scope as 'none',
    person: before.person,
    agencies: before.agencies ? before.agencies.split(',') : [],
    secrets: before.secrets ? before.secrets.split(',') : [],
  })
  return done
}
