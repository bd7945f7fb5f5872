import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Locale } from '../../core/i18n.ts'
import type { Visit } from './rules.ts'
import { type Channel, holdRow } from './seats.ts'
import type { Service } from './service.ts'

/** A booking as its holder, or the desk of its venue, sees it. */
export type Booking = {
  readonly id: string
  readonly no: string
  readonly service: string
  readonly venue: string
  readonly agency: string
  readonly slot: number
  readonly session: string
  readonly date: string
  readonly seat: number
  readonly state: Visit['state']
  readonly channel: Channel
  readonly name: string | null
  readonly phone: string | null
  readonly email: string | null
  readonly locale: Locale
  readonly people: number
  readonly persons: readonly string[]
  readonly topic: string | null
  readonly starts_at: Date
  readonly ends_at: Date
  /** When a hold ends; null for a booking. */
  readonly until: Date | null
  readonly arrived_at: Date | null
  readonly ended_at: Date | null
  readonly reminded_at: Date | null
  /** Who is on duty at its seat, or who served. */
  readonly provider: string | null
  readonly provider_name: string | null
}

/** The columns of a `Booking`, with its slot and who is on duty. */
export const selectBookings = sql<Booking>`
  select b.*, s.session, s.date, s.starts_at, s.ends_at, upper(b.taken) as until,
    coalesce(b.provider, d.provider) as provider, p.name as provider_name
  from bookings.booking b join bookings.slot s on s.id = b.slot
  left join bookings.duty d on d.session = s.session and d.date = s.date and d.seat = b.seat
  left join bookings.provider p on p.id = coalesce(b.provider, d.provider)`

/** A booking by its number, under the row scope of whoever asks. Refuses a missing one. */
export async function seeBooking(ctx: Ctx, service: Service, no: string): Promise<Booking> {
  const found = await row(
    ctx.db,
    sql<Booking>`${selectBookings} where b.no = ${no} and b.service = ${service.name}`,
  )
  if (!found) throw notFound({ zh: `預約 ${no}`, en: `the booking ${no}` })
  return found
}

/** The same, locked and kept in sight until the change is saved. */
export async function bookingOf(ctx: Ctx, service: Service, no: string): Promise<Booking> {
  const found = await row(
    ctx.db,
    sql<{ id: string }>`select id from bookings.booking
      where no = ${no} and service = ${service.name} for update`,
  )
  if (found) await holdRow(ctx, found.id)
  return seeBooking(ctx, service, no)
}

/** Ends a booking that was not attended and frees its seat from now on. */
export async function release(
  ctx: Ctx,
  { id, agency, no }: Booking,
  state: 'cancelled' | 'no-show',
  data: Record<string, string> = {},
): Promise<void> {
  await sql`update bookings.booking set state = ${state}, ended_at = ${ctx.now},
      taken = tstzrange(lower(taken), greatest(lower(taken), least(upper(taken), ${ctx.now})))
    where id = ${id}`.execute(ctx.db)
  await record(ctx, { record: id, type: `bookings.${state}`, agency, data: { no, ...data } })
}

/** Refuses what a booking's state does not allow. */
export function mustBe(booking: Booking, ...states: readonly Visit['state'][]): void {
  if (!states.includes(booking.state))
    throw new Refused('bookings.state', 409, {
      zh: '這筆預約的狀態已經改變，不能再做這個動作。請重新整理頁面。',
      en: 'The booking has changed, so this can no longer be done. Load the page again.',
    })
}

/** Refuses a change after the booked time has come. */
export function mustBeAhead(ctx: Ctx, booking: Booking): void {
  if (booking.starts_at <= ctx.now)
    throw new Refused('bookings.begun', 409, {
      zh: '預約的時間已經到了，不能再更改；請電洽服務地點。',
      en: 'The booked time has come, so it can no longer be changed. Please call the venue.',
    })
}
