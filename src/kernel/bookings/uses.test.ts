import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { testCity } from '../../../test/city.ts'
import { type Actor, publicActor, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { secretHash } from '../../core/number.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { bookAtDesk, confirmHold } from './book.ts'
import { bookingOperations, personFields } from './operations.ts'
import type { Taken } from './seats.ts'
import type { BookingRules, Service, VenueSeed } from './service.ts'
import { slotsAhead } from './slots.ts'
import { upkeepOf } from './upkeep.ts'

/* Three uses of the kernel, as they should read: a consultation, a course, a ferry. */

const platform = await testCity()
const monday = new Date('2026-03-02T08:00:00+08:00')
const keeper = systemActor('test')

const rules: BookingRules = { weeksAhead: 1, holdMinutes: 10, offerMinutes: 60, quotas: [] }
const venue = (id: string, session: VenueSeed['sessions'][number]): VenueSeed => ({
  id,
  agency: 'lingya-district',
  name: { zh: '示範地點', en: 'A sample place' },
  address: { zh: '示範路 1 號', en: '1 Sample Road' },
  openedOn: '2020-01-01',
  sessions: [session],
})
const mondays = { weekdays: [1], from: '09:00', to: '10:00', slotMinutes: 30, capacity: 1 }

const service = (name: string, prefix: string, rest: Partial<Service>): Service => ({
  ...{ name, prefix, title: { zh: name, en: name }, path: `/${name}` },
  rules: () => rules,
  venues: () => [venue('one', mondays)],
  ...rest,
})

/** What a system over the kernel adds: the operations that carry its own details. */
const systemOver = (of: Service) => ({
  ...bookingOperations(of),
  ...upkeepOf(of),
  book: operation({
    name: `${of.name}.book`,
    title: of.title,
    permission: 'public',
    input: Type.Object({ no: Type.String(), ...personFields }),
    run: (ctx, { no, ...person }) => confirmHold(ctx, of, no, person),
  }),
  walkIn: operation({
    name: `${of.name}.walk-in`,
    title: of.title,
    permission: `${of.name}.desk`,
    input: Type.Object({ slot: Type.Integer(), ...personFields }),
    run: (ctx, { slot, ...person }) =>
      bookAtDesk(ctx, of, { slot, person, channel: 'walk-in' as const }),
  }),
})

const holderOf = ({ no, code }: Pick<Taken, 'no' | 'code'>): Actor => ({
  ...publicActor,
  kind: 'holder',
  secrets: [secretHash(platform.config.secret, no, code)],
})
const at = (now: Date) => ({ now })
const later = (minutes: number) => at(new Date(+monday + minutes * 60_000))
const person = (n: number) => ({
  name: `示範${n}`,
  phone: `0900-000-${String(n).padStart(3, '0')}`,
})
const ahead = (of: Service, now = monday) =>
  read(platform, publicActor, 'public', (ctx) => slotsAhead(ctx, of), at(now))
const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

test('a consultation is held, confirmed and given back', async () => {
  const advice = service('advice', 'Q', { providers: () => [{ code: 'a', name: '甲' }] })
  const { open, hold, book, cancel } = systemOver(advice)
  await perform(platform, open, keeper, {}, at(monday))
  const [first, second] = await ahead(advice)
  assert.deepEqual([first?.free, second?.free], [1, 1])

  const held = await perform(platform, hold, publicActor, { slot: first?.id }, at(monday))
  assert.equal((await ahead(advice))[0]?.free, 0)
  const details = { no: held.no, ...person(1) }
  const booked = await perform(platform, book, holderOf(held), details, later(5))
  assert.equal(booked.provider_name, '甲')
  assert.equal((await ahead(advice))[0]?.free, 0)

  await perform(platform, cancel, holderOf(held), { no: held.no }, later(6))
  assert.equal((await ahead(advice, later(6).now))[0]?.free, 1)
})

test('a course has twelve places, an expired hold frees one, and the list moves up', async () => {
  const evenings = { weekdays: [1], from: '14:00', to: '16:00', slotMinutes: 120, capacity: 12 }
  const course = service('course', 'R', { venues: () => [venue('hall', evenings)] })
  const { open, hold, book, cancel, join, offer } = systemOver(course)
  await perform(platform, open, keeper, {}, at(monday))
  const [lesson] = await ahead(course)
  const slot = lesson?.id
  const holds = []
  for (let i = 0; i < 12; i++)
    holds.push(await perform(platform, hold, publicActor, { slot }, at(monday)))
  await assert.rejects(
    perform(platform, hold, publicActor, { slot }, later(9)),
    refused('bookings.full'),
  )
  for (const [i, held] of holds.slice(0, 11).entries())
    await perform(platform, book, holderOf(held), { no: held.no, ...person(i) }, later(9))
  // Nobody ran a job: the twelfth hold is over by the clock.
  const last = await perform(platform, hold, publicActor, { slot }, later(10))
  await perform(platform, book, holderOf(last), { no: last.no, ...person(50) }, later(11))
  await assert.rejects(
    perform(platform, book, holderOf(holds[11]!), { no: holds[11]?.no, ...person(51) }, later(12)),
    refused('bookings.full'),
  )

  const wish = { venue: 'course.hall', date: '2026-03-02' }
  const waiting = await perform(platform, join, publicActor, { ...wish, ...person(60) }, later(13))
  await perform(platform, join, publicActor, { ...wish, ...person(61) }, later(13))
  assert.equal(waiting.position, 1)
  await assert.rejects(
    perform(platform, join, publicActor, { ...wish, ...person(60) }, later(13)),
    refused('bookings.waiting'),
  )
  await perform(platform, cancel, holderOf(holds[0]!), { no: holds[0]?.no }, later(14))
  // The place went to the first on the list at once; nobody else can take it.
  await assert.rejects(
    perform(platform, hold, publicActor, { slot }, later(14)),
    refused('bookings.full'),
  )
  assert.equal((await perform(platform, offer, keeper, {}, later(20))).done, 0)
  // The offer passes unanswered, and the second person is asked.
  assert.equal((await perform(platform, offer, keeper, {}, later(75))).done, 1)
  assert.equal((await perform(platform, offer, keeper, {}, later(76))).done, 0)
})

test('a ferry takes those who walk on, also after it was due, while seats last', async () => {
  const sailings = { weekdays: [1], from: '09:00', to: '09:30', slotMinutes: 30, capacity: 2 }
  const ferry = service('ferry', 'U', { venues: () => [venue('pier', sailings)] })
  const { open, walkIn } = systemOver(ferry)
  await perform(platform, open, keeper, {}, at(monday))
  const [sailing] = await ahead(ferry)
  const slot = sailing?.id
  const boarding = later(65)
  await perform(platform, walkIn, keeper, { slot, ...person(1) }, boarding)
  await perform(platform, walkIn, keeper, { slot, ...person(1) }, boarding)
  await assert.rejects(
    perform(platform, walkIn, keeper, { slot, ...person(2) }, boarding),
    refused('bookings.full'),
  )
})
