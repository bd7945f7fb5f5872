import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import { announce } from '../../core/live.ts'
import { type Booking, bookingOf, mustBe, release, selectBookings } from './booking.ts'
import type { Service } from './service.ts'
import type { Waiting } from './waiting.ts'

/** The bookings of a venue's day in the order of their times; expired holds are left out. */
export const dayAt = (ctx: Ctx, venue: string, date: string): Promise<Booking[]> =>
  rows(
    ctx.db,
    sql<Booking>`${selectBookings}
      where s.venue = ${venue} and s.date = ${date} and b.annulled_at is null
        and (b.state in ('booked', 'attended', 'no-show')
          or (b.state = 'held' and b.taken @> ${ctx.now}::timestamptz))
      order by s.starts_at, b.seat`,
  )

/** The venue and the day of a booking or of a place on a list, as far as the actor sees them. */
export const dayOfNumber = (
  ctx: Ctx,
  service: Service,
  no: string,
): Promise<{ venue: string; date: string } | undefined> =>
  row(
    ctx.db,
    sql<{ venue: string; date: string }>`
      select s.venue, s.date::text from bookings.booking b join bookings.slot s on s.id = b.slot
        where b.no = ${no} and b.service = ${service.name}
      union all
      select w.venue, w.date::text from bookings.waiting w
        where w.no = ${no} and w.service = ${service.name}`,
  )

/** Who waits for a place on a venue's day, in their order. */
export const listOf = (ctx: Ctx, venue: string, date: string): Promise<Waiting[]> =>
  rows(
    ctx.db,
    sql<Waiting>`select w.*, bookings.position_of(w.id) as position
      from bookings.waiting w left join bookings.booking b on b.id = w.booking
      where w.venue = ${venue} and w.date = ${date} and w.left_at is null
        and coalesce(b.state, 'held') not in ('booked', 'attended', 'no-show')
      order by w.offers, w.position`,
  )

/** Notes that who booked is here. */
export async function arrive(ctx: Ctx, service: Service, no: string): Promise<void> {
  const booking = await bookingOf(ctx, service, no)
  mustBe(booking, 'booked')
  mustBeToday(ctx, booking)
  await sql`update bookings.booking set arrived_at = ${ctx.now}
    where id = ${booking.id}`.execute(ctx.db)
  await note(ctx, booking, 'bookings.arrived')
}

/** Notes that it took place, and about what: a code of the system's own list, never words. */
export async function attend(
  ctx: Ctx,
  service: Service,
  wanted: { readonly no: string; readonly topic?: string | undefined },
): Promise<Booking> {
  const booking = await bookingOf(ctx, service, wanted.no)
  mustBe(booking, 'booked')
  mustBeToday(ctx, booking)
  await sql`update bookings.booking set state = 'attended', topic = ${wanted.topic ?? null},
      arrived_at = coalesce(arrived_at, ${ctx.now}), ended_at = ${ctx.now},
      recorded_at = ${ctx.now}, provider = ${booking.provider}
    where id = ${booking.id}`.execute(ctx.db)
  await note(ctx, booking, 'bookings.attended', { topic: wanted.topic ?? '' })
  return booking
}

/** Notes that nobody came. Only after the time has begun; the seat is free for a walk-in. */
export async function miss(ctx: Ctx, service: Service, no: string): Promise<void> {
  const booking = await bookingOf(ctx, service, no)
  mustBe(booking, 'booked')
  if (booking.starts_at > ctx.now)
    throw new Refused('bookings.early', 409, {
      zh: '還沒到預約的時間，不能記為未到。',
      en: 'The booked time has not come yet.',
    })
  await release(ctx, booking, 'no-show')
  await announce(ctx, `bookings:${booking.venue}`)
}

/** Takes an attendance entered by mistake out of the count; the row stays, with the reason. */
export async function annul(
  ctx: Ctx,
  service: Service,
  wanted: { readonly no: string; readonly reason: string },
): Promise<void> {
  const booking = await bookingOf(ctx, service, wanted.no)
  mustBe(booking, 'attended')
  await sql`update bookings.booking set annulled_at = ${ctx.now}, annul_reason = ${wanted.reason}
    where id = ${booking.id} and annulled_at is null`.execute(ctx.db)
  await note(ctx, booking, 'bookings.annulled')
}

async function note(
  ctx: Ctx,
  { id, agency, no, venue }: Booking,
  type: string,
  data: Record<string, string> = {},
): Promise<void> {
  await record(ctx, { record: id, type, agency, data: { no, ...data } })
  await announce(ctx, `bookings:${venue}`)
}

/** Refuses what is done at the desk on another day than the booking's. */
function mustBeToday(ctx: Ctx, { date }: Booking): void {
  if (new Date(+ctx.now + 8 * 3_600_000).toISOString().slice(0, 10) !== date)
    throw new Refused('bookings.day', 409, {
      zh: '這筆預約不是今天的。',
      en: 'This booking is not for today.',
    })
}
