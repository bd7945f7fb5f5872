import type { Text } from '../../core/i18n.ts'
import {
  addWorkingDays,
  addWorkingMinutes,
  dayAt,
  type OfficeCalendar,
  startOf,
  workingDaysBetween,
  workingMinutesBetween,
} from './office-days.ts'

/** wd working days, wh working hours, h hours around the clock, d calendar days. */
export type Unit = 'wd' | 'wh' | 'h' | 'd'

export type ClockPolicy = { readonly kind: string; readonly unit: Unit; readonly budget: number }

/** A stretch in which the clock ran; the last one is open while it runs. */
export type Run = { readonly from: Date; readonly to: Date | null }

/**
 * A legal clock. The budget is spent while it runs; a pause keeps what was spent and never moves
 * the start. `runs` is the whole history, from which spent and due can be computed again when the
 * calendar is revised. Days count from the day after, and end with the day.
 */
export type Clock = ClockPolicy & {
  readonly spent: number
  readonly startedAt: Date
  readonly runningSince: Date | null
  readonly pausedAt: Date | null
  readonly stoppedAt: Date | null
  /** When the budget is used up if the clock runs on; null while paused. */
  readonly due: Date | null
  readonly calendarRevision: number
  /** What extensions added to the budget so far, in the clock's unit. */
  readonly extended: number
  readonly runs: readonly Run[]
}

/** A clock that runs from `at`. */
export function startClock(calendar: OfficeCalendar, policy: ClockPolicy, at: Date): Clock {
  const { kind, unit, budget } = policy
  return settle(calendar, {
    kind,
    unit,
    budget,
    spent: 0,
    startedAt: at,
    runningSince: at,
    pausedAt: null,
    stoppedAt: null,
    due: null,
    calendarRevision: calendar.revision,
    extended: 0,
    runs: [{ from: at, to: null }],
  })
}

/** Halts the clock; what is spent stays spent. A paused or stopped clock stays as it is. */
export function pauseClock(calendar: OfficeCalendar, clock: Clock, at: Date): Clock {
  if (clock.pausedAt || clock.stoppedAt) return clock
  return settle(calendar, { ...clock, runs: endRun(clock.runs, at), pausedAt: at })
}

/** Lets a paused clock run on with the rest of its budget. */
export function resumeClock(calendar: OfficeCalendar, clock: Clock, at: Date): Clock {
  if (!clock.pausedAt || clock.stoppedAt) return clock
  return settle(calendar, {
    ...clock,
    runs: [...clock.runs, { from: at, to: null }],
    pausedAt: null,
  })
}

/** Ends the clock: the duty is done. Its due time stays, to be compared with `stoppedAt`. */
export function stopClock(calendar: OfficeCalendar, clock: Clock, at: Date): Clock {
  if (clock.stoppedAt) return clock
  const runs = clock.pausedAt ? clock.runs : endRun(clock.runs, at)
  return settle(calendar, { ...clock, runs, stoppedAt: at })
}

/** The clock as if it had begun at `since`: earlier, its first run is longer; later, shorter. */
export function countSince(calendar: OfficeCalendar, clock: Clock, since: Date): Clock {
  const [first, ...rest] = clock.runs
  if (!first) return clock
  return settle(calendar, {
    ...clock,
    startedAt: since,
    runs: [{ ...first, from: since }, ...rest],
  })
}

/** Takes a stop back: the clock ran on as if it had never been stopped. */
export function reviveClock(calendar: OfficeCalendar, clock: Clock): Clock {
  if (!clock.stoppedAt) return clock
  const last = clock.runs.at(-1)!
  const runs = clock.pausedAt
    ? clock.runs
    : [...clock.runs.slice(0, -1), { from: last.from, to: null }]
  return settle(calendar, { ...clock, stoppedAt: null, runs })
}

/** When the given share of the budget (0.5, 1, 3) is or was used up; null while paused. */
export function shareSpentAt(calendar: OfficeCalendar, clock: Clock, share: number): Date | null {
  if (clock.pausedAt) return null
  return dueOf(calendar, { ...clock, budget: clock.budget * share })
}

/** Adds to the budget. `extra` is in the clock's unit and never negative. */
export function extendClock(
  calendar: OfficeCalendar,
  clock: Clock,
  extra: number,
  _at: Date,
): Clock {
  const more = Math.max(0, extra)
  return settle(calendar, {
    ...clock,
    budget: clock.budget + more,
    extended: clock.extended + more,
  })
}

/** The same clock under another revision of the calendar: spent and due follow from its runs. */
export const recomputeClock = (calendar: OfficeCalendar, clock: Clock): Clock =>
  settle(calendar, clock)

function settle(calendar: OfficeCalendar, clock: Clock): Clock {
  const closed = clock.runs.filter((run) => run.to !== null)
  const spent = closed.reduce((all, run) => all + cost(calendar, clock.unit, run.from, run.to!), 0)
  const last = clock.runs.at(-1)!
  const paused = clock.pausedAt !== null && clock.stoppedAt === null
  return {
    ...clock,
    spent,
    runningSince: last.to === null ? last.from : null,
    due: paused ? null : dueOf(calendar, clock),
    calendarRevision: calendar.revision,
  }
}

/** When the budget was or will be used up, over the stretches in which the clock ran. */
function dueOf(calendar: OfficeCalendar, { unit, budget, runs, startedAt }: Clock): Date {
  let rest = budget
  let due = startedAt
  for (const { from, to } of runs) {
    due = dueAfter(calendar, unit, from, rest)
    // What is overdue stays overdue: a pause afterwards does not make it timely.
    if (to === null || due <= to) break
    rest -= cost(calendar, unit, from, to)
  }
  return due
}

const endRun = (runs: readonly Run[], at: Date): readonly Run[] =>
  runs.map((run) => (run.to === null ? { from: run.from, to: at } : run))

/** What a stretch of time costs, in the unit. Days are whole: a pause within one day is free. */
function cost(calendar: OfficeCalendar, unit: Unit, from: Date, to: Date): number {
  if (to <= from) return 0
  if (unit === 'h') return (+to - +from) / 3_600_000
  if (unit === 'wh') return workingMinutesBetween(calendar, from, to) / 60
  if (unit === 'd') return dayAt(to) - dayAt(from)
  return workingDaysBetween(calendar, dayAt(from), dayAt(to))
}

function dueAfter(calendar: OfficeCalendar, unit: Unit, from: Date, budget: number): Date {
  const rest = Math.max(0, budget)
  if (unit === 'h') return new Date(+from + rest * 3_600_000)
  if (unit === 'wh') return addWorkingMinutes(calendar, from, rest * 60)
  if (unit === 'd') return startOf(dayAt(from) + Math.ceil(rest) + 1)
  return startOf(addWorkingDays(calendar, dayAt(from), rest) + 1)
}

/**
 * How much of the budget is left, in the clock's unit, negative when overdue, and which share of it
 * is spent (0 to 1, more when overdue).
 */
export function remaining(
  calendar: OfficeCalendar,
  clock: Clock,
  now: Date,
): { amount: number; share: number } {
  const running = clock.runningSince
  const sinceThen = running ? cost(calendar, clock.unit, running, now) : 0
  const spent = clock.spent + sinceThen
  const share = clock.budget === 0 ? 1 : spent / clock.budget
  return { amount: clock.budget - spent, share }
}

const unitWords: Readonly<Record<Unit, (n: number) => Text>> = {
  wd: (n) => ({ zh: `${n} 個工作天`, en: `${n} working ${n === 1 ? 'day' : 'days'}` }),
  wh: (n) => ({ zh: `${n} 個工作小時`, en: `${n} working ${n === 1 ? 'hour' : 'hours'}` }),
  h: (n) => ({ zh: `${n} 小時`, en: `${n} ${n === 1 ? 'hour' : 'hours'}` }),
  d: (n) => ({ zh: `${n} 天`, en: `${n} ${n === 1 ? 'day' : 'days'}` }),
}

/** The state of a clock in words: 剩 2 個工作天, 今天到期, 已逾期 3 小時, 暫停中， 已停止. */
export function describeRemaining(calendar: OfficeCalendar, clock: Clock, now: Date): Text {
  if (clock.stoppedAt) {
    const late = clock.due !== null && clock.stoppedAt > clock.due
    return late ? { zh: '逾期完成', en: 'done late' } : { zh: '如期完成', en: 'done in time' }
  }
  const { amount } = remaining(calendar, clock, now)
  const over = amount < 0 || (clock.due !== null && now >= clock.due)
  const left = wordsLeft(clock.unit, amount, over)
  if (clock.pausedAt) return { zh: `暫停中，${left.zh}`, en: `paused, ${left.en}` }
  return left
}

function wordsLeft(unit: Unit, amount: number, over: boolean): Text {
  const size = Math.abs(amount)
  const whole = size >= 1 ? Math.floor(size) : Math.round(size * 10) / 10
  const { zh, en } = unitWords[unit](whole)
  // Due on Friday and read on Saturday: late, though no working day has passed.
  if (over) return whole === 0 ? late : { zh: `已逾期 ${zh}`, en: `${en} overdue` }
  if (amount === 0) return { zh: '今天到期', en: 'due today' }
  return { zh: `剩 ${zh}`, en: `${en} left` }
}

const late: Text = { zh: '已逾期', en: 'overdue' }
