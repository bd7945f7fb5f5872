import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { insertRows, row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { isoDate } from '../../core/format.ts'
import { dayAt, dayOf, type OfficeCalendar, startOf } from '../calendar/office-days.ts'
import { officeCalendar } from '../calendar/store.ts'
import { slotTimes } from './rules.ts'
import type { Service } from './service.ts'

/** The key of a venue: two services may both have one called `fengshan`. */
export const venueId = (service: Service, code: string): string => `${service.name}.${code}`

/** The code of a venue within its service. */
export const venueCode = (id: string): string => id.slice(id.indexOf('.') + 1)

/** Brings places, weekly sessions and the pool of providers from the city pack. Safe to repeat. */
export async function seedService(ctx: Ctx, service: Service): Promise<void> {
  const seeds = service.venues(ctx.city)
  const known = await rows(
    ctx.db,
    sql<{ id: string }>`select id from bookings.venue where service = ${service.name}`,
  )
  const ids = new Set(known.map(({ id }) => id))
  const fresh = seeds.filter(({ id }) => !ids.has(venueId(service, id)))
  for (const seed of fresh) await seedVenue(ctx, service, seed)
  const providers = (service.providers?.(ctx.city) ?? []).map(({ code, name }) => ({
    ...{ id: randomUUID(), service: service.name, code, name },
    active: true,
  }))
  const columns = ['id', 'service', 'code', 'name', 'active'] as const
  await insertRows(ctx.db, 'bookings.provider', columns, providers, 'on conflict do nothing')
  if (fresh.length === 0) ctx.recorded.count++ // what is known already is no change
}

async function seedVenue(ctx: Ctx, service: Service, seed: ReturnType<Service['venues']>[number]) {
  const id = venueId(service, seed.id)
  const key = randomUUID()
  await sql`insert into bookings.venue (id, record, service, agency, name_zh, name_en,
      address_zh, address_en, opened_on, recorded_at)
    values (${id}, ${key}, ${service.name}, ${seed.agency}, ${seed.name.zh}, ${seed.name.en},
      ${seed.address.zh}, ${seed.address.en}, ${seed.openedOn}, ${ctx.now})`.execute(ctx.db)
  const sessions = seed.sessions.flatMap((session) =>
    session.weekdays.map((weekday) => ({
      id: `${id}.${weekday}.${session.from.replace(':', '')}`,
      venue: id,
      weekday,
      from_minute: minuteOf(session.from),
      to_minute: minuteOf(session.to),
      slot_minutes: session.slotMinutes,
      capacity: session.capacity,
      valid_from: seed.openedOn,
    })),
  )
  await insertRows(ctx.db, 'bookings.session', sessionColumns, sessions)
  const data = { venue: id, sessions: sessions.length }
  await record(ctx, { record: key, type: 'bookings.venue-opened', agency: seed.agency, data })
}

const sessionColumns = [
  ...(['id', 'venue', 'weekday', 'from_minute', 'to_minute', 'slot_minutes', 'capacity'] as const),
  'valid_from' as const,
]

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

type Session = {
  id: string
  venue: string
  record: string
  weekday: number
  from_minute: number
  to_minute: number
  slot_minutes: number
  capacity: number
  valid_from: string
  valid_to: string | null
  closed_on: string | null
}

/**
 * Opens the slots of a service from one day to another (`to` is excluded), on office days and
 * within office hours only. What is open already stays. Returns how many were added.
 */
export async function openSlots(
  ctx: Ctx,
  service: Service,
  span: { readonly from: string; readonly to: string },
): Promise<number> {
  const calendar = await officeCalendar(ctx)
  const sessions = await sessionsOf(ctx, service)
  const wanted = []
  for (let day = dayOf(span.from); day < dayOf(span.to); day++) {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
    for (const session of sessions.filter((one) => meets(one, day, date)))
      for (const { from, to } of timesOf(session)) {
        const [starts_at, ends_at] = [atMinute(day, from), atMinute(day, to)]
        const { id, venue, capacity } = session
        if (isOfficeTime(calendar, starts_at, ends_at))
          wanted.push({ session: id, venue, date, starts_at, ends_at, capacity })
      }
  }
  const before = await countSlots(ctx, service)
  await insertRows(ctx.db, 'bookings.slot', slotColumns, wanted, 'on conflict do nothing')
  const added = (await countSlots(ctx, service)) - before
  const venues = new Map(sessions.map((session) => [session.venue, session.record]))
  if (added > 0)
    for (const [venue, key] of venues)
      await record(ctx, { record: key, type: 'bookings.slots-opened', data: { venue, ...span } })
  return added
}

/** Whether offices work from one instant to another of the same day. */
export function isOfficeTime(calendar: OfficeCalendar, from: Date, to: Date): boolean {
  const day = dayAt(from)
  const [begin, end] = [from, to].map((at) => (+at - +startOf(day)) / 60_000) as [number, number]
  return calendar.windowsOf(day).some((w) => w.from <= begin && end <= w.to)
}

const slotColumns = ['session', 'venue', 'date', 'starts_at', 'ends_at', 'capacity'] as const

const atMinute = (day: number, minute: number) => new Date(+startOf(day) + minute * 60_000)

const timesOf = (session: Session) =>
  slotTimes({
    from: session.from_minute,
    to: session.to_minute,
    minutes: session.slot_minutes,
  })

// 1970-01-01 was a Thursday; Monday is 1.
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

const meets = (session: Session, day: number, date: string): boolean =>
  session.weekday === weekdayOf(day) &&
  session.valid_from <= date &&
  (session.valid_to === null || date < session.valid_to) &&
  (session.closed_on === null || date < session.closed_on)

const sessionsOf = (ctx: Ctx, service: Service): Promise<Session[]> =>
  rows(
    ctx.db,
    sql<Session>`select s.*, v.record, v.closed_on
      from bookings.session s join bookings.venue v on v.id = s.venue
      where v.service = ${service.name} order by s.id`,
  )

async function countSlots(ctx: Ctx, service: Service): Promise<number> {
  const found = await row(
    ctx.db,
    sql<{ n: number }>`select count(*) as n from bookings.slot s
      join bookings.venue v on v.id = s.venue where v.service = ${service.name}`,
  )
  return found?.n ?? 0
}

export type Venue = {
  readonly id: string
  readonly record: string
  readonly service: string
  readonly agency: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly address: { readonly zh: string; readonly en: string }
}

/** The open places of a service in the order of the city pack; on demand the closed ones too. */
export async function venuesOf(ctx: Ctx, service: Service, closed = false): Promise<Venue[]> {
  type Found = Omit<Venue, 'name' | 'address'> & Record<'nz' | 'ne' | 'az' | 'ae', string>
  const found = await rows(
    ctx.db,
    sql<Found>`select id, record, service, agency, name_zh as nz, name_en as ne, address_zh as az,
        address_en as ae
      from bookings.venue where service = ${service.name}
        and (${closed} or closed_on is null or closed_on > ${isoDate(ctx.now)})`,
  )
  const order = service.venues(ctx.city).map(({ id }) => venueId(service, id))
  return found
    .map(({ nz, ne, az, ae, ...venue }) => ({
      ...venue,
      name: { zh: nz, en: ne },
      address: { zh: az, en: ae },
    }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

export type FreeSlot = {
  readonly id: number
  readonly venue: string
  readonly date: string
  readonly starts_at: Date
  readonly ends_at: Date
  readonly capacity: number
  /** Seats that somebody could take now. */
  readonly free: number
}

/**
 * The slots of a service that begin after now, within the weeks that may be booked, with what is
 * free of each. A hold that expired takes nothing; a seat whose provider is away cannot be taken.
 * `running` adds the slots that have begun, for those who walk in.
 */
export function slotsAhead(
  ctx: Ctx,
  service: Service,
  where: { readonly venue?: string; readonly date?: string; readonly running?: boolean } = {},
): Promise<FreeSlot[]> {
  const until = new Date(+ctx.now + service.rules(ctx.city).weeksAhead * 7 * 86_400_000)
  return rows(
    ctx.db,
    sql<FreeSlot>`
      with ahead as materialized (
        select s.* from bookings.slot s join bookings.venue v on v.id = s.venue
        where v.service = ${service.name} and s.closed_zh is null
          and (case when ${where.running ?? false} then s.ends_at else s.starts_at end) > ${ctx.now}
          and s.starts_at < ${until}
          and (${where.venue ?? null}::text is null or s.venue = ${where.venue ?? null})
          and (${where.date ?? null}::date is null or s.date = ${where.date ?? null}::date)
      ), taken as (
        select b.slot, count(*) as n from bookings.seat b join ahead a on a.id = b.slot
        where b.taken @> ${ctx.now}::timestamptz group by b.slot
      ), away as (
        select a.id as slot, count(*) as n from ahead a join bookings.duty d
          on d.session = a.session and d.date = a.date and d.provider is null
        where not exists (select from bookings.seat b
          where b.slot = a.id and b.seat = d.seat and b.taken @> ${ctx.now}::timestamptz)
        group by a.id
      )
      select a.id, a.venue, a.date, a.starts_at, a.ends_at, a.capacity,
        greatest(0, a.capacity - coalesce(t.n, 0) - coalesce(w.n, 0)) as free
      from ahead a left join taken t on t.slot = a.id left join away w on w.slot = a.id
      order by a.starts_at, a.venue`,
  )
}
