import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { one, row, rows } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { followCode, recordNumber, secretHash } from '../../core/number.ts'
import { chooseSeat } from './rules.ts'
import type { Service } from './service.ts'

export type Channel = 'web' | 'desk' | 'walk-in' | 'offer'

/** A seat that was just taken; the code is shown to who took it and stored nowhere. */
export type Taken = {
  readonly id: string
  readonly no: string
  readonly code: string
  readonly until: Date | null
}

export type Slot = {
  readonly id: number
  readonly session: string
  readonly venue: string
  readonly agency: string
  readonly date: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly capacity: number
  readonly closed_zh: string | null
}

/**
 * Takes a seat of a slot: as a hold until `until`, or for good. `avoid` are providers who must not
 * serve this person. Refuses `bookings.full`, and `bookings.avoided` where only theirs are left.
 */
export async function takeSeat(
  ctx: Ctx,
  service: Service,
  wanted: {
    readonly slot: number
    readonly until: Date | null
    readonly channel: Channel
    readonly avoid?: readonly string[]
  },
): Promise<Taken> {
  const slot = await lockSlot(ctx, service, wanted.slot)
  refuseClosed(ctx, slot, wanted.channel)
  const seat = await freeSeat(ctx, slot, wanted.avoid ?? [])
  const { n } = await one(ctx.db, sql<{ n: number }>`select nextval('bookings.number') as n`)
  const { secret } = ctx.config
  const no = recordNumber(service.prefix, ctx.now, n)
  const code = followCode(secret, no)
  const id = randomUUID()
  await holdRow(ctx, id)
  await sql`insert into bookings.booking (id, no, secret_hash, service, venue, agency, slot, seat,
      capacity, taken, state, channel, locale, made_at)
    values (${id}, ${no}, ${secretHash(secret, no, code)}, ${service.name}, ${slot.venue},
      ${slot.agency}, ${slot.id}, ${seat}, ${slot.capacity},
      tstzrange(${ctx.now}, ${wanted.until}), ${wanted.until ? 'held' : 'booked'},
      ${wanted.channel}, ${ctx.locale}, ${ctx.now})`.execute(ctx.db)
  await record(ctx, {
    record: id,
    type: wanted.until ? 'bookings.held' : 'bookings.taken',
    agency: slot.agency,
    data: { no, slot: slot.id, seat, channel: wanted.channel },
  })
  return { id, no, code, until: wanted.until }
}

/** Keeps one booking in sight of the running transaction, as `takao.record` does for a case. */
export async function holdRow(ctx: Ctx, id: string): Promise<void> {
  await sql`select set_config('takao.record', ${id}, true)`.execute(ctx.db)
}

/** Reads and locks a slot, so that one booking after the other chooses its seat. */
export async function lockSlot(ctx: Ctx, service: Service, id: number): Promise<Slot> {
  const found = await row(
    ctx.db,
    sql<Slot>`select s.*, v.agency from bookings.slot s join bookings.venue v on v.id = s.venue
      where s.id = ${id} and v.service = ${service.name}
      for update of s`,
  )
  if (!found) throw notFound({ zh: '這個時段', en: 'this time' })
  return found
}

/** Refuses a slot that is closed or has begun; whoever comes may still walk into a running one. */
export function refuseClosed(ctx: Ctx, slot: Slot, channel: Channel): void {
  const deadline = channel === 'walk-in' ? slot.ends_at : slot.starts_at
  if (slot.closed_zh !== null || deadline <= ctx.now) throw tooLate()
}

/** A seat of a locked slot that may be taken now; `own` is the one that the asker holds. */
export async function freeSeat(
  ctx: Ctx,
  slot: Slot,
  avoid: readonly string[],
  own = 0,
): Promise<number> {
  const seats = await rows(
    ctx.db,
    sql<{ seat: number }>`select seat from bookings.seat
      where slot = ${slot.id} and taken @> ${ctx.now}::timestamptz and seat <> ${own}`,
  )
  const duties = await rows(
    ctx.db,
    sql<{ seat: number; provider: string | null }>`select seat, provider from bookings.duty
      where session = ${slot.session} and date = ${slot.date}`,
  )
  const taken = new Set([
    ...seats.map(({ seat }) => seat),
    ...duties.filter(({ provider }) => provider === null).map(({ seat }) => seat),
  ])
  const avoided = new Set(
    duties.filter(({ provider }) => avoid.includes(provider ?? '')).map(({ seat }) => seat),
  )
  const seat = chooseSeat(slot.capacity, taken, avoided)
  if (seat !== undefined) return seat
  throw chooseSeat(slot.capacity, taken) === undefined ? full() : unsuitable()
}

/** Whether the database refused two at one seat, as its last word. */
export const isOverlap = (error: unknown): boolean => (error as { code?: string }).code === '23P01'

export const full = () =>
  new Refused('bookings.full', 409, {
    zh: '這個時段剛被約滿了，請選別的時間，或登記候補。',
    en: 'This time has just been taken. Choose another one, or join the waiting list.',
  })

const tooLate = () =>
  new Refused('bookings.closed', 409, {
    zh: '這個時段已不開放預約，請選別的時間。',
    en: 'This time can no longer be booked. Choose another one.',
  })

const unsuitable = () =>
  new Refused('bookings.avoided', 409, {
    zh: '這個時段無法受理您的案件，請選別的日期或地點。原因依規定不能說明。',
    en: 'We cannot take your matter at this time. Choose another day or venue. We may not say why.',
  })
