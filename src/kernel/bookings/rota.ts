import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, row, rows } from '../../core/db.ts'
import { invalid, notFound, Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Text } from '../../core/i18n.ts'
import { type Booking, release, selectBookings } from './booking.ts'
import { cancelledLetter, send } from './letters.ts'
import { nextProvider } from './rules.ts'
import { freeSeat, holdRow, lockSlot } from './seats.ts'
import type { Service } from './service.ts'

type Open = { session: string; date: string; seat: number; record: string }

/**
 * Draws who serves the sessions that have slots and no rota yet, in order of their days: each time
 * whoever served least. A provider has one session a day, so that nobody must be in two places.
 */
export async function drawRota(ctx: Ctx, service: Service): Promise<number> {
  if (!service.providers) return 0
  const open = await rows(
    ctx.db,
    sql<Open>`select distinct s.session, s.date, seat.seat, v.record
      from bookings.slot s join bookings.venue v on v.id = s.venue
      cross join lateral generate_series(1, s.capacity) as seat(seat)
      where v.service = ${service.name} and not exists (select from bookings.duty d
        where d.session = s.session and d.date = s.date and d.seat = seat.seat)
      order by s.date, s.session, seat.seat`,
  )
  const pool = await poolOf(ctx, service)
  const served = new Map(pool.map(({ id, duties }) => [id, duties]))
  const busy = await busyDays(ctx, service)
  const drawn = open.map(({ session, date, seat }) => {
    const today = busy.get(date) ?? new Set()
    const provider = nextProvider([...served.keys()], served, today) ?? null
    if (provider) {
      served.set(provider, served.get(provider)! + 1)
      busy.set(date, today.add(provider))
    }
    return { session, date, seat, provider }
  })
  const columns = ['session', 'date', 'seat', 'provider'] as const
  await insertRows(ctx.db, 'bookings.duty', columns, drawn, 'on conflict do nothing')
  for (const venue of new Set(open.map((one) => one.record)))
    await record(ctx, { record: venue, type: 'bookings.rota-drawn' })
  return drawn.length
}

export type Provider = { id: string; code: string; name: string; duties: number }

/** The pool of a service with how many sessions each was given, in the order of their codes. */
export const poolOf = (ctx: Ctx, service: Service): Promise<Provider[]> =>
  rows(
    ctx.db,
    sql<Provider>`select p.id, p.code, p.name, count(d.*) as duties
      from bookings.provider p left join bookings.duty d on d.provider = p.id
      where p.service = ${service.name} and p.active group by p.id order by p.code`,
  )

async function busyDays(ctx: Ctx, service: Service): Promise<Map<string, Set<string>>> {
  const found = await rows(
    ctx.db,
    sql<{ date: string; provider: string }>`select d.date, d.provider from bookings.duty d
      join bookings.provider p on p.id = d.provider where p.service = ${service.name}`,
  )
  const days = new Map<string, Set<string>>()
  for (const { date, provider } of found)
    days.set(date, (days.get(date) ?? new Set()).add(provider))
  return days
}

export type Duty = {
  readonly session: string
  readonly date: string
  readonly seat: number
  readonly provider: string | null
  readonly name: string | null
  readonly venue: string
  readonly from_minute: number
  readonly to_minute: number
}

/** Who serves at a venue from one day to another (`to` is excluded). */
export const rotaOf = (ctx: Ctx, venue: string, from: string, to: string): Promise<Duty[]> =>
  rows(
    ctx.db,
    sql<Duty>`select d.*, p.name, s.venue, s.from_minute, s.to_minute from bookings.duty d
      join bookings.session s on s.id = d.session left join bookings.provider p on p.id = d.provider
      where s.venue = ${venue} and d.date >= ${from} and d.date < ${to}
      order by d.date, s.from_minute, d.seat`,
  )

/**
 * Gives a seat of the rota to another provider, or to nobody when `provider` is null. Bookings of
 * a seat without a provider move to another seat of their slot; where none is free they are
 * cancelled with a letter. Refuses a provider who serves elsewhere that day, and another's venue.
 */
export async function changeDuty(
  ctx: Ctx,
  service: Service,
  wanted: {
    readonly session: string
    readonly date: string
    readonly seat: number
    readonly provider: string | null
  },
): Promise<{ moved: number; cancelled: number }> {
  const { session, date, seat, provider } = wanted
  const at = await row(
    ctx.db,
    sql<{ record: string; agency: string; mine: boolean }>`select v.record, v.agency,
        (core.scope() = 'city' or v.agency = any (core.agencies())) as mine
      from bookings.duty d join bookings.session s on s.id = d.session
      join bookings.venue v on v.id = s.venue
      where d.session = ${session} and d.date = ${date} and d.seat = ${seat}
        and v.service = ${service.name} for update of d`,
  )
  if (!at?.mine) throw notFound({ zh: '這個班次', en: 'this duty' })
  if (provider) await mustBeFree(ctx, service, provider, date)
  await sql`update bookings.duty set provider = ${provider}
    where session = ${session} and date = ${date} and seat = ${seat}`.execute(ctx.db)
  await record(ctx, {
    record: at.record,
    type: 'bookings.duty-changed',
    agency: at.agency,
    data: { session, date, seat, provider },
  })
  if (provider) return { moved: 0, cancelled: 0 }
  return emptySeat(ctx, service, wanted)
}

async function mustBeFree(ctx: Ctx, service: Service, provider: string, date: string) {
  const { n, known } = await one(
    ctx.db,
    sql<{ n: number; known: number }>`select
      (select count(*) from bookings.duty where provider::text = ${provider}
        and date = ${date}) as n,
      (select count(*) from bookings.provider where id::text = ${provider}
        and service = ${service.name} and active) as known`,
  )
  if (known === 0) throw invalid({ provider: { zh: '請選一個人。', en: 'Choose a person.' } })
  if (n > 0)
    throw new Refused('bookings.busy', 409, {
      zh: '這個人當天已有其他班次。',
      en: 'This person serves elsewhere on that day.',
    })
}

async function emptySeat(
  ctx: Ctx,
  service: Service,
  at: { session: string; date: string; seat: number },
): Promise<{ moved: number; cancelled: number }> {
  const bookings = await rows(
    ctx.db,
    sql<Booking>`${selectBookings} where s.session = ${at.session} and s.date = ${at.date}
      and b.seat = ${at.seat} and s.starts_at > ${ctx.now} and b.state in ('held', 'booked')`,
  )
  let moved = 0
  for (const booking of bookings)
    if (await moveSeat(ctx, service, booking)) moved++
    else await cancelByCity(ctx, service, booking, absent)
  return { moved, cancelled: bookings.length - moved }
}

const absent: Text = {
  zh: '當天的服務人員無法到場。',
  en: 'Whoever was to serve on that day cannot come.',
}

/** Another seat of the same slot: the time stays, so nobody needs to be told. */
async function moveSeat(ctx: Ctx, service: Service, booking: Booking): Promise<boolean> {
  const slot = await lockSlot(ctx, service, booking.slot)
  const seat = await freeSeat(ctx, slot, []).catch((error) => {
    if (error instanceof Refused) return undefined
    throw error
  })
  if (seat === undefined) return false
  await sql`update bookings.booking set seat = ${seat} where id = ${booking.id}`.execute(ctx.db)
  const { id, agency, no } = booking
  await record(ctx, { record: id, type: 'bookings.reseated', agency, data: { no, seat } })
  return true
}

/** Cancels a booking for a reason of the city's, and says so by letter. */
export async function cancelByCity(
  ctx: Ctx,
  service: Service,
  booking: Booking,
  reason: Text,
): Promise<void> {
  await holdRow(ctx, booking.id)
  await release(ctx, booking, 'cancelled', { reason: reason.zh })
  if (booking.state !== 'booked') return
  const letter = await cancelledLetter(ctx, service, booking, reason)
  await send(ctx, booking, letter, service.path)
}
