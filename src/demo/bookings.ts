import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Actor, type Ctx, type Platform, publicActor, systemActor } from '../core/context.ts'
import { rows } from '../core/db.ts'
import { halfYear, isoDate } from '../core/format.ts'
import { secretHash } from '../core/number.ts'
import { operation, perform, read } from '../core/operation.ts'
import { drawRota } from '../kernel/bookings/rota.ts'
import { openSlots, seedService, slotsAhead, venueCode } from '../kernel/bookings/slots.ts'
import { upkeepOf } from '../kernel/bookings/upkeep.ts'
import { declareHours, healthPack } from '../systems/health-counter/hours.ts'
import { importServices } from '../systems/health-counter/operations.ts'
import { legalAidPack, legalAidService } from '../systems/legal-aid/legal-aid.ts'
import { book, common, finish, importConsultations } from '../systems/legal-aid/operations.ts'
import { asOf, inBatches } from './desk.ts'
import { pickOne, randomStream } from './random.ts'

const player = systemActor('demo')
const period = halfYear('109H2')
const dayMs = 86_400_000

type Bar = { readonly add: (n: number) => void }

/**
 * The half-year of legal advice and of the health desk, as imports of what took place, `volume`
 * visits of each; then some weeks around today, played as people would.
 */
export async function loadBookings(
  platform: Platform,
  volume: { readonly legalAid: number; readonly health: number },
  bar: Bar,
): Promise<void> {
  const random = randomStream(113)
  const first = { now: new Date(+period.from - dayMs) }
  await perform(platform, openHalfYear, player, {}, first)
  await loadConsultations(platform, random, volume.legalAid)
  bar.add(volume.legalAid)
  const { since, weekdays, hours } = healthPack(platform.city)
  await perform(platform, declareHours, player, { since, weekdays, hours }, first)
  await loadServices(platform, random, volume.health)
  bar.add(volume.health)
  await playRecent(platform, random)
}

const openHalfYear = operation({
  name: 'demo.open-half-year',
  title: { zh: '開放半年的時段', en: 'Open the slots of the half-year' },
  permission: 'demo.load',
  input: Type.Object({}),
  run: async (ctx) => {
    await seedService(ctx, legalAidService)
    // The city that starts today plays one that knew its venues then.
    await sql`update bookings.venue set recorded_at = ${ctx.now}
      where service = 'legal-aid' and recorded_at > ${ctx.now}`.execute(ctx.db)
    const span = { from: isoDate(period.from), to: isoDate(period.to) }
    await openSlots(ctx, legalAidService, span)
    await drawRota(ctx, legalAidService)
  },
})

type Place = { venue: string; starts_at: Date; capacity: number }

const placesOf = (ctx: Ctx): Promise<Place[]> =>
  rows(
    ctx.db,
    sql<Place>`select s.venue, s.starts_at, s.capacity
      from bookings.slot s join bookings.venue v on v.id = s.venue
      where v.service = ${legalAidService.name} and s.starts_at < ${period.to} order by s.id`,
  )

/** `n` consultations at places drawn without repeating one, brought in month by month. */
async function loadConsultations(
  platform: Platform,
  random: () => number,
  n: number,
): Promise<void> {
  const places = await read(platform, player, 'demo.load', placesOf)
  const seats = places.flatMap((place) => Array.from({ length: place.capacity }, () => place))
  const codes = legalAidPack(platform.city).topics.map(({ code }) => code)
  const visits = shuffled(random, seats)
    .slice(0, n)
    .map(({ venue, starts_at }) => ({
      venue: venueCode(venue),
      startsAt: starts_at.toISOString(),
      topic: pickOne(random, codes),
      at: starts_at.toISOString(),
    }))
    .sort((a, b) => a.at.localeCompare(b.at))
  for (const batch of inBatches(visits)) {
    const given = batch.map(({ at: _, ...visit }) => visit)
    await perform(platform, importConsultations, player, { visits: given }, asOf(batch))
  }
}

async function loadServices(platform: Platform, random: () => number, n: number): Promise<void> {
  const places = await read(platform, player, 'demo.load', placesOf)
  const [kind] = healthPack(platform.city).kinds
  const services = Array.from({ length: n }, () => {
    const at = new Date(+pickOne(random, places).starts_at + Math.floor(random() * 20) * 60_000)
    return { kind: kind!.code, at: at.toISOString() }
  }).sort((a, b) => a.at.localeCompare(b.at))
  for (const batch of inBatches(services))
    await perform(platform, importServices, player, { services: batch }, asOf(batch))
}

function shuffled<T>(random: () => number, list: readonly T[]): T[] {
  const all = [...list]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

/** Some weeks around today, so that the pages live: bookings ahead, a full day, those who came. */
async function playRecent(platform: Platform, random: () => number): Promise<void> {
  const now = platform.now()
  const { open, remind } = upkeepOf(legalAidService)
  const before = new Date(+now - 6 * dayMs)
  await perform(platform, open, player, {}, { now: before })
  await perform(platform, open, player, {}, { now })
  const slots = await read(
    platform,
    player,
    'demo.load',
    (ctx) => slotsAhead(ctx, legalAidService),
    { now: before },
  )
  const near = slots.filter(({ starts_at }) => +starts_at < +now + 9 * dayMs)
  const full = nextDayOf(near, now)
  let n = 0
  for (const slot of near) {
    const isFull = slot.venue === full?.venue && slot.date === full.date
    if (!isFull && random() > 0.16) continue
    const seats = isFull ? slot.capacity : 1
    for (let seat = 0; seat < seats; seat++) {
      const madeAt = new Date(Math.min(+now - 60_000, +slot.starts_at - 3_600_000))
      const no = await bookOne(platform, slot.id, ++n, madeAt)
      if (slot.ends_at < now) await comeOrNot(platform, random, no, slot)
    }
  }
  if (full) await waitFor(platform, full, ++n, new Date(+now - 30_000))
  await perform(platform, remind, player, {}, { now })
  await playHealthDesk(platform, now)
}

type Slot = Awaited<ReturnType<typeof slotsAhead>>[number]

/** The next day of the venue with the fewest places; it is shown full. */
const nextDayOf = (slots: readonly Slot[], now: Date): Slot | undefined => {
  const ahead = slots.filter(({ starts_at }) => starts_at > now)
  const size = Map.groupBy(ahead, ({ venue }) => venue)
  const [smallest] = [...size.values()].sort((a, b) => a.length - b.length)
  return smallest?.find(({ date }) => date > isoDate(now))
}

/** An invented person; the number is none that is assigned. */
const person = (n: number) => ({
  name: `示範民眾${n}`,
  phone: `0900-000-${String(n).padStart(3, '0')}`,
  ...(n % 3 === 0 && { email: `person-${n}@mail.example` }),
})

async function bookOne(platform: Platform, slot: number, n: number, at: Date): Promise<string> {
  const topics = legalAidPack(platform.city).topics
  const topic = topics[n % topics.length]!.code
  const held = await perform(platform, common.hold, publicActor, { slot }, { now: at })
  const hash = secretHash(platform.config.secret, held.no, held.code)
  const holder: Actor = { ...publicActor, kind: 'holder', secrets: [hash] }
  const details = { no: held.no, ...person(n), topic, opponent: `對造${n}` }
  await perform(platform, book, holder, details, { now: new Date(+at + 30_000) })
  return held.no
}

async function comeOrNot(platform: Platform, random: () => number, no: string, slot: Slot) {
  const at = { now: slot.ends_at }
  if (random() < 0.12) {
    await perform(platform, common.miss, player, { no }, at)
    return
  }
  await perform(platform, common.arrive, player, { no }, { now: slot.starts_at })
  await perform(platform, finish, player, { no, topic: 'other' }, at)
}

async function waitFor(platform: Platform, full: Slot, n: number, at: Date): Promise<void> {
  const wish = { venue: full.venue, date: full.date, ...person(n) }
  await perform(platform, common.join, publicActor, wish, { now: at })
}

/** A few taps in each of the last weeks, on days when the desk was open. */
async function playHealthDesk(platform: Platform, now: Date): Promise<void> {
  const kinds = healthPack(platform.city).kinds
  const services = Array.from({ length: 60 }, (_, i) => {
    const at = new Date(+now - (i * 2.9 + 1) * dayMs)
    const morning = new Date(`${isoDate(at)}T09:${String((i * 7) % 60).padStart(2, '0')}:00+08:00`)
    return { kind: kinds[i % 4 === 3 ? kinds.length - 1 : 0]!.code, at: morning.toISOString() }
  })
    .filter(({ at }) => ![0, 6].includes(new Date(Date.parse(at) + 8 * 3_600_000).getUTCDay()))
    .sort((a, b) => a.at.localeCompare(b.at))
  for (const batch of inBatches(services))
    await perform(platform, importServices, player, { services: batch }, asOf(batch))
}
