import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseSeat, nextProvider, restUntil, slotTimes, type Visit, whyNot } from './rules.ts'

const dayMs = 86_400_000
const start = +new Date('2026-03-02T09:00:00+08:00')
const onDay = (n: number) => new Date(start + n * dayMs)
const visit = (state: Visit['state'], n: number): Visit => ({ state, startsAt: onDay(n) })

const rules = {
  quotas: [
    { per: 'days' as const, days: 14, most: 1 },
    { per: 'half-year' as const, most: 3 },
  ],
  noShow: { count: 2, withinDays: 180, restDays: 30 },
}

test('one visit in fourteen days: the fourteenth day after is free again, on both sides', () => {
  const booked = [visit('booked', 20)]
  for (const day of [7, 20, 33]) assert.ok(whyNot(booked, rules, onDay(day), onDay(0)), `${day}`)
  for (const day of [6, 34]) assert.equal(whyNot(booked, rules, onDay(day), onDay(0)), undefined)
})

test('a half-year is a civil one, and what was cancelled or only held does not count', () => {
  const three = [visit('attended', 0), visit('attended', 20), visit('attended', 40)]
  assert.ok(whyNot(three, rules, onDay(60), onDay(50)))
  // 1 July is day 121.
  assert.equal(whyNot(three, rules, onDay(121), onDay(50)), undefined)
  const unmade = three.map((one) => ({ ...one, state: 'cancelled' as const }))
  assert.equal(whyNot(unmade, rules, onDay(60), onDay(50)), undefined)
})

test('two missed within the days rest from the last one, for so long and no longer', () => {
  const missed = [visit('no-show', 0), visit('no-show', 180)]
  assert.deepEqual(restUntil(missed, rules.noShow, onDay(181)), onDay(210))
  assert.equal(restUntil(missed, rules.noShow, onDay(210)), undefined)
  const apart = [visit('no-show', 0), visit('no-show', 181)]
  assert.equal(restUntil(apart, rules.noShow, onDay(182)), undefined)
  assert.equal(restUntil([visit('no-show', 180)], rules.noShow, onDay(181)), undefined)
})

const visits = fc.array(
  fc.record({
    state: fc.constantFrom<Visit['state']>('held', 'booked', 'attended', 'no-show', 'cancelled'),
    startsAt: fc.integer({ min: -200, max: 60 }).map(onDay),
  }),
  { maxLength: 8 },
)

test('the order in which visits are known changes nothing, and one more never helps', () => {
  fc.assert(
    fc.property(visits, visits, fc.integer({ min: 0, max: 60 }), (some, more, day) => {
      const ask = (all: readonly Visit[]) => whyNot(all, rules, onDay(day), onDay(0))
      assert.deepEqual(ask(some), ask([...some].reverse()))
      if (ask(some)) assert.ok(ask([...some, ...more]))
    }),
  )
})

test('a seat is chosen if and only if one is left, and it is one that is left', () => {
  const seats = fc.uniqueArray(fc.integer({ min: 1, max: 6 }))
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), seats, seats, (capacity, taken, barred) => {
      const seat = chooseSeat(capacity, new Set(taken), new Set(barred))
      const left = Array.from({ length: capacity }, (_, i) => i + 1).filter(
        (one) => !taken.includes(one) && !barred.includes(one),
      )
      assert.equal(seat, left[0])
    }),
  )
})

test('drawn again and again, nobody of the pool serves two times more than another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 80 }), (size, draws) => {
      const pool = Array.from({ length: size }, (_, i) => `p${i}`)
      const served = new Map<string, number>()
      for (let i = 0; i < draws; i++) {
        const next = nextProvider(pool, served, new Set())!
        served.set(next, (served.get(next) ?? 0) + 1)
      }
      const counts = pool.map((one) => served.get(one) ?? 0)
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 1)
    }),
  )
  assert.equal(nextProvider(['a'], new Map(), new Set(['a'])), undefined)
})

test('slots fill a session from its beginning and never reach past its end', () => {
  assert.deepEqual(slotTimes({ from: 540, to: 600, minutes: 25 }), [
    { from: 540, to: 565 },
    { from: 565, to: 590 },
  ])
})
