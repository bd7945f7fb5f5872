import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, rows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { nextLink, recordMany, stamp } from '../../core/event.ts'
import { followCode, recordNumber, secretHash } from '../../core/number.ts'
import { chooseSeat } from './rules.ts'
import type { Service } from './service.ts'
import { venueId } from './slots.ts'

/** A visit of the past: where, when it began, about what. Nobody is named. */
export const visitInput = Type.Object({
  venue: Type.String({ maxLength: 60, description: "the venue's code, such as siwei" }),
  startsAt: Type.String({ description: 'ISO 8601 with zone; a time that a slot begins' }),
  topic: Type.String({ maxLength: 40 }),
})

type Given = { venue: string; startsAt: string; topic: string }
type Slot = {
  id: number
  venue: string
  agency: string
  starts_at: Date
  ends_at: Date
  capacity: number
  taken: number[] | null
  duty: Record<string, string> | null
}

/**
 * Brings in visits that took place, each at a free seat of its slot, known since the import.
 * Refuses a time without a slot, and more visits than a slot has seats.
 */
export async function importAttended(
  ctx: Ctx,
  service: Service,
  visits: readonly Given[],
): Promise<{ saved: number }> {
  const slots = await slotsAt(ctx, service, visits)
  const first = await reserveNumbers(ctx, visits.length)
  const saved = visits.map((visit, i) => {
    const slot = slots.get(key(venueId(service, visit.venue), new Date(visit.startsAt)))
    const seat = slot && chooseSeat(slot.capacity, slot.taken)
    if (!slot || seat === undefined) throw invalid({ [`visits.${i}`]: noSeat })
    slot.taken.add(seat)
    return bookingRow(ctx, service, slot, seat, visit.topic, first[i]!)
  })
  await insertRows(ctx.db, 'bookings.booking', columns, saved)
  await recordMany(
    ctx,
    saved.map(({ id, no, agency, topic }) =>
      nextLink(
        { record: id, type: 'bookings.attended', agency, data: { no, topic, imported: true } },
        null,
        stamp(ctx),
      ),
    ),
  )
  return { saved: saved.length }
}

const noSeat = {
  zh: '這個時間沒有時段，或已經滿了。',
  en: 'There is no slot at this time, or it is full.',
}

type Seats = Omit<Slot, 'taken'> & { readonly taken: Set<number> }

const key = (venue: string, at: Date) => `${venue} ${at.getTime()}`

async function slotsAt(
  ctx: Ctx,
  service: Service,
  visits: readonly Given[],
): Promise<Map<string, Seats>> {
  const times = visits.map(({ startsAt }) => Date.parse(startsAt))
  const [from, to] = [Math.min(...times), Math.max(...times)].map((ms) => new Date(ms))
  const found = await rows(
    ctx.db,
    sql<Slot>`select s.id, s.venue, v.agency, s.starts_at, s.ends_at, s.capacity,
        (select array_agg(b.seat) from bookings.seat b
          where b.slot = s.id and upper_inf(b.taken)) as taken,
        (select jsonb_object_agg(d.seat, d.provider) from bookings.duty d
          where d.session = s.session and d.date = s.date and d.provider is not null) as duty
      from bookings.slot s join bookings.venue v on v.id = s.venue
      where v.service = ${service.name} and s.starts_at >= ${from} and s.starts_at <= ${to}`,
  )
  return new Map(
    found.map((slot) => [
      key(slot.venue, slot.starts_at),
      { ...slot, taken: new Set(slot.taken ?? []) },
    ]),
  )
}

async function reserveNumbers(ctx: Ctx, n: number): Promise<number[]> {
  const { all } = await one(
    ctx.db,
    sql<{ all: number[] }>`select array_agg(nextval('bookings.number')::int) as all
      from generate_series(1, ${n})`,
  )
  return all
}

function bookingRow(
  ctx: Ctx,
  service: Service,
  slot: Seats,
  seat: number,
  topic: string,
  running: number,
) {
  const { secret } = ctx.config
  const no = recordNumber(service.prefix, slot.starts_at, running)
  return {
    id: randomUUID(),
    no,
    secret_hash: secretHash(secret, no, followCode(secret, no)),
    service: service.name,
    ...{ venue: slot.venue, agency: slot.agency, slot: slot.id, seat, capacity: slot.capacity },
    taken: `[${slot.starts_at.toISOString()},)`,
    ...{ state: 'attended', channel: 'desk', locale: 'zh', people: 1, persons: [], topic },
    provider: slot.duty?.[String(seat)] ?? null,
    made_at: slot.starts_at,
    arrived_at: slot.starts_at,
    ended_at: slot.ends_at,
    recorded_at: ctx.now,
  }
}

const columns = [
  ...(['id', 'no', 'secret_hash', 'service', 'venue', 'agency', 'slot', 'seat'] as const),
  ...(['capacity', 'taken', 'state', 'channel', 'locale', 'people', 'persons'] as const),
  ...(['topic', 'provider', 'made_at', 'arrived_at', 'ended_at', 'recorded_at'] as const),
]
