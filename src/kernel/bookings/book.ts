import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { record } from '../../core/event.ts'
import { type Booking, bookingOf, mustBe, mustBeAhead, release, seeBooking } from './booking.ts'
import { bookedLetter, cancelledLetter, send } from './letters.ts'
import { admit, type Person, personDigests } from './people.ts'
import type { Taken } from './seats.ts'
import { freeSeat, full, isOverlap, lockSlot, refuseClosed, type Slot, takeSeat } from './seats.ts'
import type { Service } from './service.ts'
import { offerPlace } from './waiting.ts'

/** Holds a seat for some minutes while its details are written. */
export const holdSeat = (ctx: Ctx, service: Service, slot: number): Promise<Taken> => {
  const minutes = service.rules(ctx.city).holdMinutes
  const until = new Date(+ctx.now + minutes * 60_000)
  return takeSeat(ctx, service, { slot, until, channel: 'web' })
}

/**
 * Makes a held seat a booking. An expired hold still serves while nobody else took the seat. Moves
 * to another seat where the provider is among `avoid`. Refuses by quota and by the no-show rule.
 */
export async function confirmHold(
  ctx: Ctx,
  service: Service,
  no: string,
  person: Person,
  avoid: readonly string[] = [],
): Promise<Booking> {
  const held = await bookingOf(ctx, service, no)
  mustBe(held, 'held')
  const slot = await lockSlot(ctx, service, held.slot)
  refuseClosed(ctx, slot, 'web')
  const persons = personDigests(ctx, person)
  await admit(ctx, service, persons, slot.starts_at, no)
  const seat = await seatFor(ctx, held, slot, avoid)
  await sql`update bookings.booking set state = 'booked', seat = ${seat}, taken = tstzrange(
      case when upper(taken) > ${ctx.now} then lower(taken) else ${ctx.now} end, null)
    where id = ${held.id}`
    .execute(ctx.db)
    .catch(overlapIsFull)
  await name(ctx, held, person, persons, { no, slot: held.slot, seat })
  return told(ctx, service, no)
}

/** The seat of the hold, or another of the slot where it was lost or its provider won't do. */
async function seatFor(ctx: Ctx, held: Booking, slot: Slot, avoid: readonly string[]) {
  const expired = held.until !== null && held.until <= ctx.now
  if (!expired && !avoid.includes(held.provider ?? '')) return held.seat
  return freeSeat(ctx, slot, avoid, expired ? 0 : held.seat)
}

/**
 * Takes a seat for someone who came or called, without a hold. A walk-in is served whatever the
 * quota says, and without a letter.
 */
export async function bookAtDesk(
  ctx: Ctx,
  service: Service,
  wanted: {
    readonly slot: number
    readonly person: Person
    readonly channel: 'desk' | 'walk-in'
    readonly avoid?: readonly string[]
  },
): Promise<Booking> {
  const { slot, person, channel, avoid = [] } = wanted
  const { starts_at } = await lockSlot(ctx, service, slot)
  const persons = personDigests(ctx, person)
  if (channel === 'desk') await admit(ctx, service, persons, starts_at)
  const taken = await takeSeat(ctx, service, { slot, until: null, channel, avoid })
  if (channel === 'walk-in')
    await sql`update bookings.booking set arrived_at = ${ctx.now}
      where id = ${taken.id}`.execute(ctx.db)
  const booked = await seeBooking(ctx, service, taken.no)
  await name(ctx, booked, person, persons, { no: taken.no, channel })
  return channel === 'desk' ? told(ctx, service, taken.no) : seeBooking(ctx, service, taken.no)
}

/** Writes down who comes, and notes that it is booked. */
async function name(
  ctx: Ctx,
  { id, agency }: Booking,
  person: Person,
  persons: readonly string[],
  data: Record<string, string | number>,
): Promise<void> {
  await sql`update bookings.booking set name = ${person.name}, phone = ${person.phone},
      email = ${person.email ?? null}, people = ${person.people ?? 1}, persons = ${persons}
    where id = ${id}`.execute(ctx.db)
  const personal = [person.name, person.phone, person.email ?? '']
  await record(ctx, { record: id, type: 'bookings.booked', agency, data, personal })
}

async function told(ctx: Ctx, service: Service, no: string): Promise<Booking> {
  const booked = await seeBooking(ctx, service, no)
  const letter = await bookedLetter(ctx, service, booked)
  await send(ctx, booked, letter, `${service.path}/${no}`)
  return booked
}

/** Gives the seat back and offers it to who waits. A hold is dropped without a letter. */
export async function cancelBooking(ctx: Ctx, service: Service, no: string): Promise<Booking> {
  const booking = await bookingOf(ctx, service, no)
  mustBe(booking, 'held', 'booked')
  mustBeAhead(ctx, booking)
  await release(ctx, booking, 'cancelled')
  if (booking.state === 'booked') {
    const letter = await cancelledLetter(ctx, service, booking)
    await send(ctx, booking, letter, `${service.path}/${no}`)
  }
  await offerPlace(ctx, service, booking.slot)
  return booking
}

/** Moves a booking to another slot in one step: the old seat is lost only if the new one is won. */
export async function moveBooking(
  ctx: Ctx,
  service: Service,
  wanted: { readonly no: string; readonly slot: number; readonly avoid?: readonly string[] },
): Promise<Booking> {
  const before = await bookingOf(ctx, service, wanted.no)
  mustBe(before, 'booked')
  mustBeAhead(ctx, before)
  // Both slots in one order, so that two people who change places do not wait for each other.
  const ids = [...new Set([before.slot, wanted.slot])].sort((a, b) => a - b)
  const slots = []
  for (const id of ids) slots.push(await lockSlot(ctx, service, id))
  const slot = slots.find(({ id }) => id === wanted.slot)!
  refuseClosed(ctx, slot, 'web')
  await admit(ctx, service, before.persons, slot.starts_at, before.no)
  const seat = await freeSeat(ctx, slot, wanted.avoid ?? [])
  await sql`update bookings.booking set slot = ${slot.id}, seat = ${seat},
      capacity = ${slot.capacity}, venue = ${slot.venue}, agency = ${slot.agency},
      taken = tstzrange(${ctx.now}, null), reminded_at = null
    where id = ${before.id}`
    .execute(ctx.db)
    .catch(overlapIsFull)
  const { id, no } = before
  const data = { no, from: before.slot, slot: slot.id, seat }
  await record(ctx, { record: id, type: 'bookings.moved', agency: slot.agency, data })
  const moved = await told(ctx, service, no)
  await offerPlace(ctx, service, before.slot)
  return moved
}

const overlapIsFull = (error: unknown): never => {
  throw isOverlap(error) ? full() : error
}
