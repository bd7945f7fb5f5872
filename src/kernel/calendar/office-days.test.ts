import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refused } from '../../core/errors.ts'
import {
  addWorkingDays,
  addWorkingMinutes,
  type Closure,
  dayAt,
  dayOf,
  isWorkingDay,
  makeCalendar,
  startOf,
  workingDaysBetween,
  workingMinutesBetween,
} from './office-days.ts'

const windows = [
  { from: 480, to: 720 },
  { from: 810, to: 1050 },
]
const reason = { zh: '颱風', en: 'typhoon' }
const first = dayOf('2020-01-01')
const isoOf = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10)

const days = fc.integer({ min: 0, max: 700 }).map((n) => first + n)
const exceptions = fc.array(fc.record({ date: days.map(isoOf), working: fc.boolean() }), {
  maxLength: 30,
})
const closures: fc.Arbitrary<Closure[]> = fc.array(
  fc.record({
    date: days.map(isoOf),
    reason: fc.constant(reason),
    fromMinute: fc.integer({ min: 0, max: 1000 }),
    toMinute: fc.integer({ min: 1001, max: 1440 }),
  }),
  { maxLength: 20 },
)
const calendars = fc
  .record({ exceptions, closures })
  .map((given) =>
    makeCalendar({ revision: 1, from: '2020-01-01', to: '2022-12-31', windows, ...given }),
  )
const minutes = fc.integer({ min: 0, max: 700 * 1440 })
const instantAt = (minute: number) => new Date(+startOf(first) + minute * 60_000)

test('working days between two days are those a walk would count', () => {
  fc.assert(
    fc.property(calendars, days, days, (calendar, a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a]
      let walked = 0
      for (let day = from + 1; day <= to; day++) if (isWorkingDay(calendar, day)) walked++
      assert.equal(workingDaysBetween(calendar, from, to), walked)
      assert.equal(workingDaysBetween(calendar, to, from), from === to ? walked : 0)
    }),
  )
})

test('the nth working day is the one a walk would reach', () => {
  fc.assert(
    fc.property(calendars, days, fc.integer({ min: 0, max: 60 }), (calendar, from, n) => {
      let [day, left] = [from, n]
      while (left > 0) if (isWorkingDay(calendar, ++day)) left--
      assert.equal(addWorkingDays(calendar, from, n), day)
      assert.equal(workingDaysBetween(calendar, from, day), n)
    }),
  )
})

test('working minutes between two instants are those a walk would count', () => {
  const span = fc.integer({ min: 0, max: 20_000 })
  fc.assert(
    fc.property(calendars, minutes, span, (calendar, start, length) => {
      let walked = 0
      for (let minute = start; minute < start + length; minute++) {
        const at = instantAt(minute)
        const inDay = minute % 1440
        const open = calendar.windowsOf(dayAt(at)).some((w) => inDay >= w.from && inDay < w.to)
        if (open) walked++
      }
      const counted = workingMinutesBetween(calendar, instantAt(start), instantAt(start + length))
      assert.equal(counted, walked)
    }),
    { numRuns: 40 },
  )
})

test('adding working minutes reaches the first instant at which they have passed', () => {
  const some = fc.integer({ min: 1, max: 5000 })
  fc.assert(
    fc.property(calendars, minutes, some, (calendar, start, n) => {
      const from = instantAt(start)
      const reached = addWorkingMinutes(calendar, from, n)
      assert.equal(workingMinutesBetween(calendar, from, reached), n)
      const before = new Date(+reached - 1000)
      assert.ok(workingMinutesBetween(calendar, from, before) < n)
    }),
  )
})

test('a day is a Taipei day: it begins at 16:00 UTC of the day before', () => {
  assert.equal(dayAt(new Date('2020-09-25T15:59:59.999Z')), dayOf('2020-09-25'))
  assert.equal(dayAt(new Date('2020-09-25T16:00:00Z')), dayOf('2020-09-26'))
  assert.equal(startOf(dayOf('2020-09-26')).toISOString(), '2020-09-25T16:00:00.000Z')
})

test('the plain week has five days, also before 1970', () => {
  const old = makeCalendar({
    ...{ revision: 1, from: '1969-12-01', to: '1970-01-31', exceptions: [], closures: [], windows },
  })
  assert.equal(isWorkingDay(old, dayOf('1969-12-27')), false)
  assert.equal(isWorkingDay(old, dayOf('1969-12-29')), true)
  assert.equal(isWorkingDay(old, dayOf('1970-01-04')), false)
})

test('overlapping closures leave what none covers, and a day with nothing is closed', () => {
  const with_ = (...parts: [number, number][]) =>
    makeCalendar({
      ...{ revision: 1, from: '2020-09-01', to: '2020-09-30', exceptions: [], windows },
      closures: parts.map(([fromMinute, toMinute]) => ({
        ...{ date: '2020-09-02', reason, fromMinute, toMinute },
      })),
    })
  const day = dayOf('2020-09-02')
  assert.deepEqual(with_([0, 600], [540, 840]).windowsOf(day), [{ from: 840, to: 1050 }])
  assert.equal(isWorkingDay(with_([0, 800], [720, 1440]), day), false)
  assert.equal(isWorkingDay(with_([720, 810]), day), true)
})

test('a day outside the calendar is refused rather than guessed', () => {
  const calendar = makeCalendar({
    ...{ revision: 1, from: '2020-01-01', to: '2020-12-31', exceptions: [], closures: [], windows },
  })
  const refused = (error: unknown) => error instanceof Refused && error.code === 'calendar.range'
  assert.throws(() => isWorkingDay(calendar, dayOf('2021-01-01')), refused)
  assert.throws(() => addWorkingDays(calendar, dayOf('2020-12-30'), 9), refused)
  assert.throws(() => addWorkingMinutes(calendar, startOf(dayOf('2020-12-31')), 481), refused)
})
