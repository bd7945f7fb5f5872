import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { one, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { bookingOperations } from './operations.ts'
import type { Service } from './service.ts'
import { slotsAhead } from './slots.ts'
import { upkeepOf } from './upkeep.ts'

/* Nobody overbooks: not by racing, and not by any order of holds, expiries and cancellations. */

const platform = await testCity()
const monday = new Date('2026-03-02T08:00:00+08:00')
const keeper = systemActor('test')

const hall = (name: string, prefix: string, capacity: number): Service => ({
  ...{ name, prefix, title: { zh: name, en: name }, path: `/${name}` },
  rules: () => ({ weeksAhead: 1, holdMinutes: 10, offerMinutes: 60, quotas: [] }),
  venues: () => [
    {
      ...{ id: 'hall', agency: 'lingya-district', openedOn: '2020-01-01' },
      name: { zh: '禮堂', en: 'Hall' },
      address: { zh: '', en: '' },
      sessions: [
        { weekdays: [1], from: '09:00', to: '12:00', slotMinutes: 20, capacity },
        { weekdays: [1], from: '14:00', to: '17:00', slotMinutes: 20, capacity },
      ],
    },
  ],
})

async function openHall(name: string, prefix: string, capacity: number) {
  const service = hall(name, prefix, capacity)
  await perform(platform, upkeepOf(service).open, keeper, {}, { now: monday })
  const slots = await read(platform, publicActor, 'public', (ctx) => slotsAhead(ctx, service), {
    now: monday,
  })
  return { service, slots, ...bookingOperations(service) }
}

test('of twenty who reach for the last place at once, exactly one has it', async () => {
  const { slots, hold } = await openHall('race', 'V', 1)
  const slot = slots[0]!.id
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      perform(platform, hold, publicActor, { slot }, { now: monday }),
    ),
  )
  const won = tries.filter(({ status }) => status === 'fulfilled')
  const reasons = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(won.length, 1)
  assert.equal(reasons.length, 19)
  for (const reason of reasons)
    assert.ok(reason instanceof Refused && reason.code === 'bookings.full', String(reason))
})

test('the database itself refuses a second booking of a seat', async () => {
  const { slots, hold } = await openHall('last-word', 'W', 1)
  await perform(platform, hold, publicActor, { slot: slots[0]!.id }, { now: monday })
  const twice = platform.database.owner.query(
    `insert into bookings.booking (id, no, secret_hash, service, venue, agency, slot, seat,
        capacity, taken, state, channel, made_at)
      select gen_random_uuid(), no || 'x', secret_hash, service, venue, agency, slot, seat,
        capacity, taken, state, channel, made_at
      from bookings.booking where slot = $1`,
    [slots[0]!.id],
  )
  await assert.rejects(twice, { code: '23P01' })
  const beyond = platform.database.owner.query(
    `update bookings.booking set seat = 2 where slot = $1`,
    [slots[0]!.id],
  )
  await assert.rejects(beyond, { code: '23514' })
})

test('whatever happens in whatever order, no moment has more people than places', async () => {
  const capacity = 2
  const { service, slots, hold, cancel } = await openHall('any-order', 'X', capacity)
  let next = 0
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 7 }),
    act: fc.constantFrom('hold' as const, 'cancel' as const),
    which: fc.nat(20),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const slot = slots[next++ % slots.length]!.id
      let now = +monday
      const made: string[] = []
      for (const { wait, act, which } of steps) {
        now += wait * 60_000
        const manner = { now: new Date(now) }
        const no = made[which % Math.max(1, made.length)]
        try {
          if (act === 'hold')
            made.push((await perform(platform, hold, keeper, { slot }, manner)).no)
          else if (no) await perform(platform, cancel, keeper, { no }, manner)
        } catch (error) {
          if (!(error instanceof Refused)) throw error
        }
        const free = await read(
          platform,
          publicActor,
          'public',
          (ctx) => slotsAhead(ctx, service),
          manner,
        )
        const shown = free.find(({ id }) => id === slot)?.free
        const taken = await takenAt(slot, manner.now)
        assert.ok(taken <= capacity)
        assert.equal(shown, capacity - taken)
      }
    }),
    { numRuns: 18 },
  )
})

const takenAt = async (slot: number, at: Date): Promise<number> => {
  const { n } = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ n: number }>`select count(*) as n from bookings.booking
        where slot = ${slot} and taken @> ${at}::timestamptz`,
    ),
  )
  return n
}
