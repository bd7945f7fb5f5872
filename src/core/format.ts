import nzh from 'nzh'
import type { Locale } from './i18n.ts'

/*
 * How dates and numbers look. Dates are Gregorian instants everywhere else; the Republic of China's
 * years exist only here, at display and where a person types them. Day boundaries are Taipei's.
 */

/** The day with its weekday: `109年11月27日(五)`, in English `27 Nov 2020 (Fri)`. */
export const rocDate = (at: Date, locale: Locale): string => {
  const weekday = weekdays[locale][parts(at).weekday]
  return `${shortDay(at, locale)}${locale === 'zh' ? '' : ' '}(${weekday})`
}

/** The day as running text prints it: `109年11月27日`, in English `27 November 2020`. */
export const rocDay = (at: Date, locale: Locale): string =>
  locale === 'zh' ? shortDay(at, 'zh') : `${parts(at).day} ${longMonth(at)} ${parts(at).year}`

/** Day and time of day on the 24-hour clock: `109年11月27日(五) 13:05`. */
export const rocDateTime = (at: Date, locale: Locale): string =>
  `${rocDate(at, locale)} ${clockTime(at)}`

/** The month: `109年11月`, in English `November 2020`. */
export const rocMonth = (at: Date, locale: Locale): string =>
  locale === 'zh' ? `${rocYearName(at)}${parts(at).month}月` : `${longMonth(at)} ${parts(at).year}`

/** The Republic of China's year as a number: 109 for 2020, 0 and below before 1912. */
export const rocYear = (at: Date): number => parts(at).year - 1911

/** The Taipei day as ISO 8601: `2020-11-27`. */
export const isoDate = (at: Date): string => {
  const { year, month, day } = parts(at)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** The Taipei time of day on the 24-hour clock: `08:05`. */
export const clockTime = (at: Date): string => {
  const { hour, minute } = parts(at)
  return `${two(hour)}:${two(minute)}`
}

/** When a day begins in Taipei: `taipei('2020-07-01')`. Throws for a day that does not exist. */
export const taipei = (day: string): Date => {
  const at = new Date(`${day}T00:00:00+08:00`)
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at.getTime())
  if (!valid || isoDate(at) !== day) throw new RangeError(`not a day: ${day}`)
  return at
}

/** Whether a text names a day that exists, as `2020-07-01`. */
export const isDay = (day: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true

/** A span of time that contains `from` and excludes `to`. */
export type Period = { readonly from: Date; readonly to: Date }

/** The half-open period of a half-year, ROC year first: `halfYear('109H2')`. Throws otherwise. */
export const halfYear = (name: string): Period => {
  const { year, half } = parseHalfYear(name)
  return half === 1
    ? { from: taipei(`${year}-01-01`), to: taipei(`${year}-07-01`) }
    : { from: taipei(`${year}-07-01`), to: taipei(`${year + 1}-01-01`) }
}

/** What a report calls its half-year: `109年7月至12月`, in English `July to December 2020`. */
export const periodName = (name: string, locale: Locale): string => {
  const { year, half } = parseHalfYear(name)
  if (locale === 'zh') return `${year - 1911}年${half === 1 ? '1月至6月' : '7月至12月'}`
  return `${half === 1 ? 'January to June' : 'July to December'} ${year}`
}

/** Digits in groups of three: `101,761`. Keeps every decimal that the number has. */
export const formatNumber = (value: number, locale: Locale): string => grouped[locale].format(value)

/**
 * An integer as official documents print it, in groups of ten thousand: `5萬9,253`, `187萬9,500`,
 * `12億0,345萬`. Groups after the first keep their leading zeros, because 5萬3 is heard as 53,000.
 */
export const wan = (value: number): string => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an integer: ${value}`)
  const sign = value < 0 ? '-' : ''
  const groups = String(Math.abs(value)).match(/\d{1,4}(?=(\d{4})*$)/g) ?? []
  const named = groups.map((digits, index) => {
    const unit = ['', '萬', '億', '兆'][groups.length - 1 - index] ?? ''
    if (index > 0 && Number(digits) === 0) return ''
    return (digits.length === 4 ? `${digits[0]},${digits.slice(1)}` : digits) + unit
  })
  return sign + named.join('')
}

/** Hundred millions with at most three decimals, half up: `8.547億`. */
export const yi = (value: number): string =>
  `${formatNumber(Math.round(value / 100_000) / 1000, 'zh')}億`

/** A numeral nobody can alter with a stroke of the pen: 27 → `貳拾柒`. Outline numbers only. */
export const formalNumeral = (value: number): string => nzh.hk.encodeB(value, { tenMin: true })

/** A numeral as it is spoken: 27 → `二十七`, 12 → `十二`. */
export const plainNumeral = (value: number): string => nzh.hk.encodeS(value, { tenMin: true })

/**
 * The number before a heading or an item. `path` holds the positions from the chapter down.
 * Chinese goes 貳拾柒、 → 一、 → (一) → 1. → (1); English goes 27. → 27.5 → 27.5.1 → 1. → (1).
 */
export const outlineNumber = (path: readonly number[], locale: Locale): string => {
  const last = path.at(-1)
  if (last === undefined || path.length > 5) throw new RangeError(`no such level: ${path.length}`)
  if (path.length === 4) return `${last}.`
  if (path.length === 5) return `(${last})`
  if (locale === 'en') return path.length === 1 ? `${last}.` : path.join('.')
  if (path.length === 1) return `${formalNumeral(last)}、`
  return path.length === 2 ? `${plainNumeral(last)}、` : `(${plainNumeral(last)})`
}

const shortDay = (at: Date, locale: Locale): string => {
  const { year, month, day } = parts(at)
  if (locale === 'en') return `${day} ${longMonth(at).slice(0, 3)} ${year}`
  return `${rocYearName(at)}${month}月${day}日`
}

// There was no year 0: 1911 is the first year before the Republic.
const rocYearName = (at: Date): string => {
  const year = rocYear(at)
  return year > 0 ? `${year}年` : `民國前${1 - year}年`
}

const longMonth = (at: Date): string => months[parts(at).month - 1] ?? ''

const two = (value: number): string => String(value).padStart(2, '0')

const parseHalfYear = (name: string): { year: number; half: 1 | 2 } => {
  const match = /^([1-9]\d{0,2})H([12])$/.exec(name)
  if (!match) throw new RangeError(`not a half-year such as 109H2: ${name}`)
  return { year: Number(match[1]) + 1911, half: match[2] === '1' ? 1 : 2 }
}

type Parts = Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'weekday', number>

const parts = (at: Date): Parts => {
  const found: Record<string, string> = {}
  for (const part of clock.formatToParts(at)) found[part.type] = part.value
  return {
    year: Number(found.year),
    month: Number(found.month),
    day: Number(found.day),
    hour: Number(found.hour),
    minute: Number(found.minute),
    weekday: weekdays.en.indexOf(found.weekday ?? ''),
  }
}

const weekdays = {
  zh: ['日', '一', '二', '三', '四', '五', '六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]

const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Taipei',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  weekday: 'short',
})

const grouped: Record<Locale, Intl.NumberFormat> = {
  zh: new Intl.NumberFormat('zh-TW', { maximumFractionDigits: 20 }),
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 20 }),
}

/** A name of which only its first letter and, of three and more, its last are shown. */
export function maskedName(name: string): string {
  const [first = '', ...rest] = name
  const last = rest.length > 1 ? (rest.at(-1) ?? '') : ''
  return first + '○'.repeat(Math.min(rest.length - last.length, 3)) + last
}
