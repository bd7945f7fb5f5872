import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type Clock,
  describeRemaining,
  extendClock,
  pauseClock,
  recomputeClock,
  remaining,
  resumeClock,
  startClock,
  stopClock,
  type Unit,
} from './clock.ts'
import { type Closure, dayOf, makeCalendar, startOf } from './office-days.ts'

const windows = [
  { from: 480, to: 720 },
  { from: 810, to: 1050 },
]
const typhoon = { zh: '颱風', en: 'typhoon' }

const calendarWith = (closures: readonly Closure[] = [], revision = 1) =>
  makeCalendar({
    revision,
    from: '2020-01-01',
    to: '2022-12-31',
    exceptions: [
      { date: '2020-09-26', working: true },
      { date: '2020-10-01', working: false },
      { date: '2020-10-02', working: false },
      { date: '2020-10-09', working: false },
    ],
    closures,
    windows,
  })
const calendar = calendarWith()
const taipei = (text: string) => new Date(`${text}+08:00`)
const policy = (unit: Unit, budget: number) => ({ kind: 'reply', unit, budget })

const units = fc.constantFrom<Unit>('wd', 'wh', 'h', 'd')
const instant = fc
  .integer({ min: +taipei('2020-02-01T00:00'), max: +taipei('2021-06-01T00:00') })
  .map((at) => new Date(at))
const budgets = fc.integer({ min: 1, max: 60 })
/** Minutes between one step and the next: from none to two weeks. */
const gaps = fc.array(fc.integer({ min: 0, max: 20_160 }), { minLength: 1, maxLength: 8 })

const later = (at: Date, minutes: number) => new Date(+at + minutes * 60_000)

/** Pauses and resumes in turn, after each gap. */
function lived(unit: Unit, budget: number, start: Date, all: readonly number[], using = calendar) {
  let [clock, at]: [Clock, Date] = [startClock(using, policy(unit, budget), start), start]
  for (const [i, gap] of all.entries()) {
    at = later(at, gap)
    clock = i % 2 === 0 ? pauseClock(using, clock, at) : resumeClock(using, clock, at)
  }
  return { clock, at }
}

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`)

test('a larger budget is never due earlier', () => {
  fc.assert(
    fc.property(units, budgets, budgets, instant, (unit, a, more, at) => {
      const due = (budget: number) => +startClock(calendar, policy(unit, budget), at).due!
      assert.ok(due(a) <= due(a + more))
    }),
  )
})

test('a later start is never due earlier', () => {
  fc.assert(
    fc.property(
      units,
      budgets,
      instant,
      fc.integer({ min: 0, max: 50_000 }),
      (unit, b, at, gap) => {
        const due = (start: Date) => +startClock(calendar, policy(unit, b), start).due!
        assert.ok(due(at) <= due(later(at, gap)))
      },
    ),
  )
})

test('what is spent is the sum over the stretches it ran, whatever the pauses', () => {
  fc.assert(
    fc.property(units, budgets, instant, gaps, (unit, budget, start, all) => {
      const { clock } = lived(unit, budget, start, all)
      const alone = clock.runs.map(({ from, to }) =>
        to === null
          ? 0
          : stopClock(calendar, startClock(calendar, policy(unit, 1), from), to).spent,
      )
      near(
        clock.spent,
        alone.reduce((a, b) => a + b, 0),
      )
    }),
  )
})

test('a pause and a resume at one instant change neither what is spent nor the due time', () => {
  fc.assert(
    fc.property(
      units,
      budgets,
      instant,
      fc.integer({ min: 0, max: 20_160 }),
      (unit, b, at, gap) => {
        const clock = startClock(calendar, policy(unit, b), at)
        const then = later(at, gap)
        const again = resumeClock(calendar, pauseClock(calendar, clock, then), then)
        near(
          remaining(calendar, again, later(then, 60)).amount,
          remaining(calendar, clock, later(then, 60)).amount,
        )
        near(+again.due! / 60_000, +clock.due! / 60_000)
      },
    ),
  )
})

test('spent and remaining make up the budget at every time, also while paused', () => {
  fc.assert(
    fc.property(units, budgets, instant, gaps, (unit, budget, start, all) => {
      const { clock, at } = lived(unit, budget, start, all)
      const left = remaining(calendar, clock, at).amount
      near(left, budget - clock.spent)
      assert.equal(clock.due === null, clock.pausedAt !== null)
    }),
  )
})

test('the same calendar computes the same clock again', () => {
  fc.assert(
    fc.property(units, budgets, instant, gaps, fc.boolean(), (unit, budget, start, all, ends) => {
      const { clock, at } = lived(unit, budget, start, all)
      const last = ends ? stopClock(calendar, clock, later(at, 90)) : clock
      assert.deepEqual(recomputeClock(calendar, last), last)
    }),
  )
})

test('a history lived under one calendar and recomputed equals one lived under the new', () => {
  const closed = calendarWith([{ date: '2020-06-10', reason: typhoon }], 2)
  fc.assert(
    fc.property(units, budgets, instant, gaps, (unit, budget, start, all) => {
      const { clock } = lived(unit, budget, start, all)
      const { clock: other } = lived(unit, budget, start, all, closed)
      assert.deepEqual(recomputeClock(closed, clock), other)
    }),
  )
})

test('an extension never shortens, and several add up', () => {
  const extra = fc.integer({ min: -5, max: 30 })
  fc.assert(
    fc.property(units, budgets, instant, extra, extra, (unit, budget, at, a, b) => {
      const clock = startClock(calendar, policy(unit, budget), at)
      const once = extendClock(calendar, clock, a, at)
      const twice = extendClock(calendar, once, b, at)
      assert.ok(+once.due! >= +clock.due!)
      assert.equal(twice.extended, Math.max(0, a) + Math.max(0, b))
      assert.equal(twice.budget, budget + twice.extended)
    }),
  )
})

test('a closure never makes a clock due earlier', () => {
  const days = fc.integer({ min: 0, max: 500 })
  fc.assert(
    fc.property(fc.constantFrom<Unit>('wd', 'wh'), budgets, instant, days, (unit, b, at, n) => {
      const date = new Date(Date.UTC(2020, 1, 1) + n * 86_400_000).toISOString().slice(0, 10)
      const clock = startClock(calendar, policy(unit, b), at)
      const closed = recomputeClock(calendarWith([{ date, reason: typhoon }], 2), clock)
      assert.ok(+closed.due! >= +clock.due!)
    }),
  )
})

test('a stopped clock is not moved by pause, resume or another stop', () => {
  fc.assert(
    fc.property(units, budgets, instant, gaps, (unit, budget, start, all) => {
      const { clock, at } = lived(unit, budget, start, all)
      const done = stopClock(calendar, clock, at)
      const after = later(at, 5000)
      assert.equal(pauseClock(calendar, done, after), done)
      assert.equal(resumeClock(calendar, done, after), done)
      assert.equal(stopClock(calendar, done, after), done)
    }),
  )
})

/*
 * By hand: the clock starts on Friday 25 September 2020 at 16:00; days count from the day after.
 * Saturday the 26th is a make-up workday (1), Sunday the 27th is none, Monday the 28th (2),
 * Tuesday the 29th (3): due at the end of Tuesday, which is midnight of the 30th.
 */
test('three working days from Friday 2020-09-25 count the make-up Saturday', () => {
  const clock = startClock(calendar, policy('wd', 3), taipei('2020-09-25T16:00'))
  assert.deepEqual(clock.due, taipei('2020-09-30T00:00'))
})

test('without the make-up Saturday the same clock is due a day later', () => {
  const plain = makeCalendar({
    ...{ revision: 1, from: '2020-01-01', to: '2020-12-31', exceptions: [], closures: [], windows },
  })
  const clock = startClock(plain, policy('wd', 3), taipei('2020-09-25T16:00'))
  assert.deepEqual(clock.due, taipei('2020-10-01T00:00'))
})

test('a typhoon day moves the due date by one working day', () => {
  const clock = startClock(calendar, policy('wd', 3), taipei('2020-09-25T16:00'))
  const closed = calendarWith([{ date: '2020-09-28', reason: typhoon }], 2)
  const moved = recomputeClock(closed, clock)
  assert.deepEqual(moved.due, taipei('2020-10-01T00:00'))
  assert.equal(moved.calendarRevision, 2)
})

test('a typhoon afternoon moves no working day, but four working hours', () => {
  const afternoon = { date: '2020-09-28', reason: typhoon, fromMinute: 720, toMinute: 1440 }
  const closed = calendarWith([afternoon], 2)
  const days = startClock(closed, policy('wd', 3), taipei('2020-09-25T16:00'))
  assert.deepEqual(days.due, taipei('2020-09-30T00:00'))
  const hours = startClock(calendar, policy('wh', 8), taipei('2020-09-28T08:00'))
  assert.deepEqual(hours.due, taipei('2020-09-28T17:30'))
  assert.deepEqual(recomputeClock(closed, hours).due, taipei('2020-09-29T12:00'))
})

/*
 * By hand: 9 working hours from Wednesday 30 September 2020 at 16:30 spend 1 h that day. 1 and 2
 * October are off, 3 and 4 are a weekend; Monday the 5th takes the other 8 h, until 17:30.
 */
test('working hours pass over the Mid-Autumn days and the weekend', () => {
  const clock = startClock(calendar, policy('wh', 9), taipei('2020-09-30T16:30'))
  assert.deepEqual(clock.due, taipei('2020-10-05T17:30'))
})

test('thirty calendar days from 2020-07-01 end with 2020-07-31', () => {
  const clock = startClock(calendar, policy('d', 30), taipei('2020-07-01T23:59'))
  assert.deepEqual(clock.due, taipei('2020-08-01T00:00'))
})

test('hours run around the clock, also over a closed weekend', () => {
  const clock = startClock(calendar, policy('h', 24), taipei('2020-10-02T18:00'))
  assert.deepEqual(clock.due, taipei('2020-10-03T18:00'))
})

test('a pause of two days in a clock of working days gives back two days', () => {
  const start = startClock(calendar, policy('wd', 5), taipei('2020-09-07T09:00'))
  assert.deepEqual(start.due, taipei('2020-09-15T00:00'))
  const paused = pauseClock(calendar, start, taipei('2020-09-08T10:00'))
  assert.equal(paused.spent, 1)
  assert.equal(paused.due, null)
  const resumed = resumeClock(calendar, paused, taipei('2020-09-10T10:00'))
  assert.deepEqual(resumed.due, taipei('2020-09-17T00:00'))
})

test('a clock that is overdue stays overdue when it is paused, resumed and stopped', () => {
  const start = startClock(calendar, policy('wd', 1), taipei('2020-09-07T09:00'))
  const paused = pauseClock(calendar, start, taipei('2020-09-11T09:00'))
  assert.equal(
    describeRemaining(calendar, paused, taipei('2020-09-14T09:00')).zh,
    '暫停中，已逾期 3 個工作天',
  )
  const resumed = resumeClock(calendar, paused, taipei('2020-09-14T09:00'))
  assert.deepEqual(resumed.due, taipei('2020-09-09T00:00'))
  const done = stopClock(calendar, resumed, taipei('2020-09-14T10:00'))
  assert.equal(describeRemaining(calendar, done, taipei('2020-09-15T09:00')).zh, '逾期完成')
})

test('a clock due on Friday is overdue on Saturday, though no working day has passed', () => {
  const clock = startClock(calendar, policy('wd', 1), taipei('2020-09-10T09:00'))
  const words = describeRemaining(calendar, clock, taipei('2020-09-12T09:00'))
  assert.deepEqual(words, { zh: '已逾期', en: 'overdue' })
})

test('the state of a clock is told in words of both languages', () => {
  const at = taipei('2020-09-07T09:00')
  const clock = startClock(calendar, policy('wd', 3), at)
  const words = (now: string, of = clock) => describeRemaining(calendar, of, taipei(now))
  assert.deepEqual(words('2020-09-08T09:00'), { zh: '剩 2 個工作天', en: '2 working days left' })
  assert.equal(words('2020-09-09T09:00').en, '1 working day left')
  assert.equal(words('2020-09-10T09:00').zh, '今天到期')
  assert.equal(words('2020-09-14T09:00').en, '2 working days overdue')
  const paused = pauseClock(calendar, clock, taipei('2020-09-08T09:00'))
  assert.equal(words('2020-09-20T09:00', paused).zh, '暫停中，剩 2 個工作天')
  const done = stopClock(calendar, clock, startOf(dayOf('2020-09-12')))
  assert.equal(words('2020-09-20T09:00', done).en, 'done late')
})
