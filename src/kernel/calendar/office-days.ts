import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'

/** A civil day in Asia/Taipei: days since 1970-01-01. UTC+8 without summer time. */
export type DayNumber = number

const dayMs = 86_400_000
const offsetMs = 8 * 3_600_000

/** The working hours of a day, minutes from midnight, half-open, in order. */
export type Window = { readonly from: number; readonly to: number }

/** A stretch of one day on which offices are closed, such as a typhoon day; minutes, half-open. */
export type Closure = {
  readonly date: string
  readonly reason: Text
  readonly fromMinute?: number | undefined
  readonly toMinute?: number | undefined
}

/**
 * The days and hours on which public offices work, for a span of years. `minutesBefore[i]` counts
 * the working minutes and `daysBefore[i]` the working days before day `first + i`, so that a due
 * date is a look-up and not a walk.
 */
export type OfficeCalendar = {
  readonly revision: number
  readonly first: DayNumber
  readonly days: number
  readonly working: Uint8Array
  readonly daysBefore: Int32Array
  readonly workDays: Int32Array
  readonly windowsOf: (day: DayNumber) => readonly Window[]
  readonly minutesBefore: Float64Array
}

export type CalendarSource = {
  readonly revision: number
  /** First and last day covered, `2017-01-01`. */
  readonly from: string
  readonly to: string
  readonly exceptions: readonly { readonly date: string; readonly working: boolean }[]
  readonly closures: readonly Closure[]
  readonly windows: readonly Window[]
}

/** Makes a calendar of the plain week, the exceptions to it and the closures. */
export function makeCalendar(source: CalendarSource): OfficeCalendar {
  const first = dayOf(source.from)
  const days = dayOf(source.to) - first + 1
  const working = new Uint8Array(days)
  for (let i = 0; i < days; i++) working[i] = isWeekday(first + i) ? 1 : 0
  for (const { date, working: works } of source.exceptions) {
    const i = dayOf(date) - first
    if (i >= 0 && i < days) working[i] = works ? 1 : 0
  }
  const partial = new Map<DayNumber, Window[]>()
  for (const closure of source.closures) close(closure, source.windows, first, working, partial)
  const windowsOf = (day: DayNumber): readonly Window[] =>
    working[day - first] ? (partial.get(day) ?? source.windows) : []
  const daysBefore = new Int32Array(days + 1)
  const minutesBefore = new Float64Array(days + 1)
  for (let i = 0; i < days; i++) {
    daysBefore[i + 1] = daysBefore[i]! + working[i]!
    minutesBefore[i + 1] = minutesBefore[i]! + sum(windowsOf(first + i))
  }
  const workDays = Int32Array.from([...working.keys()].filter((i) => working[i] === 1))
  const { revision } = source
  return { revision, first, days, working, daysBefore, workDays, windowsOf, minutesBefore }
}

function close(
  closure: Closure,
  windows: readonly Window[],
  first: DayNumber,
  working: Uint8Array,
  partial: Map<DayNumber, Window[]>,
): void {
  const day = dayOf(closure.date)
  if (!working[day - first]) return
  const [from, to] = [closure.fromMinute ?? 0, closure.toMinute ?? 1440]
  const rest = (partial.get(day) ?? windows).flatMap((w) =>
    [
      { from: w.from, to: Math.min(w.to, from) },
      { from: Math.max(w.from, to), to: w.to },
    ].filter((part) => part.to > part.from),
  )
  // A day without a minute left is no working day; one with some stays one.
  if (rest.length === 0) working[day - first] = 0
  else partial.set(day, rest)
}

const sum = (windows: readonly Window[]) => windows.reduce((all, w) => all + w.to - w.from, 0)

/** The day number of `2020-07-01`. */
export const dayOf = (date: string): DayNumber =>
  Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs)

/** The civil day in Taipei of an instant. */
export const dayAt = (at: Date): DayNumber => Math.floor((at.getTime() + offsetMs) / dayMs)

/** Midnight in Taipei at the beginning of a day. */
export const startOf = (day: DayNumber): Date => new Date(day * dayMs - offsetMs)

const minuteAt = (at: Date): number => (at.getTime() + offsetMs - dayAt(at) * dayMs) / 60_000

// 1970-01-01 was a Thursday.
const isWeekday = (day: DayNumber): boolean => (((day + 3) % 7) + 7) % 7 < 5

/** Whether offices work on a day. Refuses a day the calendar does not cover. */
export const isWorkingDay = (calendar: OfficeCalendar, day: DayNumber): boolean =>
  calendar.working[index(calendar, day)] === 1

/** The nth working day after `day`; day one is the day after. n = 0 gives `day` itself. */
export function addWorkingDays(calendar: OfficeCalendar, day: DayNumber, n: number): DayNumber {
  if (n <= 0) return day
  const passed = calendar.daysBefore[index(calendar, day) + 1]!
  const found = calendar.workDays[passed + Math.ceil(n) - 1]
  if (found === undefined) throw outside()
  return calendar.first + found
}

/** Working days in (from, to]: how many of a budget have passed at the end of `to`. */
export function workingDaysBetween(
  calendar: OfficeCalendar,
  from: DayNumber,
  to: DayNumber,
): number {
  if (to <= from) return 0
  const before = calendar.daysBefore
  return before[index(calendar, to) + 1]! - before[index(calendar, from) + 1]!
}

/** Working minutes between two instants; 0 when reversed. */
export function workingMinutesBetween(calendar: OfficeCalendar, from: Date, to: Date): number {
  return to <= from ? 0 : minutesUpTo(calendar, to) - minutesUpTo(calendar, from)
}

function minutesUpTo(calendar: OfficeCalendar, at: Date): number {
  const day = dayAt(at)
  const minute = minuteAt(at)
  const today = calendar
    .windowsOf(day)
    .reduce((all, w) => all + Math.max(0, Math.min(minute, w.to) - w.from), 0)
  return calendar.minutesBefore[index(calendar, day)]! + today
}

/** The earliest instant at which `minutes` of work have passed since `from`. */
export function addWorkingMinutes(calendar: OfficeCalendar, from: Date, minutes: number): Date {
  if (minutes <= 0) return from
  const target = minutesUpTo(calendar, from) + minutes
  let [low, high] = [index(calendar, dayAt(from)), calendar.days - 1]
  if (calendar.minutesBefore[calendar.days]! < target) throw outside()
  while (low < high) {
    const middle = (low + high) >> 1
    if (calendar.minutesBefore[middle + 1]! >= target) high = middle
    else low = middle + 1
  }
  let rest = target - calendar.minutesBefore[low]!
  for (const w of calendar.windowsOf(calendar.first + low)) {
    if (rest <= w.to - w.from)
      return new Date(startOf(calendar.first + low).getTime() + (w.from + rest) * 60_000)
    rest -= w.to - w.from
  }
  throw outside()
}

function index(calendar: OfficeCalendar, day: DayNumber): number {
  const i = day - calendar.first
  if (i < 0 || i >= calendar.days) throw outside()
  return i
}

const outside = () =>
  new Refused('calendar.range', 422, {
    zh: '這個日期超出辦公日曆的範圍，請管理者補上該年度的日曆。',
    en: 'This date lies outside the office calendar; its year must be added first.',
  })
