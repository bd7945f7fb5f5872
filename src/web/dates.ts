import type { Locale } from '../core/i18n.ts'

const dayMs = 86_400_000
const taipeiMs = 8 * 3_600_000
const weekdays = ['日', '一', '二', '三', '四', '五', '六']
const englishDay = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

/**
 * A day as people here write it: `109年11月27日(五)`, in English `Fri, 27 Nov 2020`. Takes an instant
 * (its day in Taipei) or a plain `YYYY-MM-DD`. Years before 1912 stay Gregorian.
 */
export const dateText = (at: Date | string, locale: Locale): string => {
  const day = localDay(at)
  if (locale === 'en') return englishDay.format(day)
  const year = day.getUTCFullYear()
  const shown = year > 1911 ? `${year - 1911}年` : `西元${year}年`
  const weekday = weekdays[day.getUTCDay()] ?? ''
  return `${shown}${day.getUTCMonth() + 1}月${day.getUTCDate()}日(${weekday})`
}

/** The time of an instant in Taipei on the 24-hour clock: `14:05`. */
export const timeText = (at: Date): string =>
  new Date(at.getTime() + taipeiMs).toISOString().slice(11, 16)

/** The Gregorian day of an instant in Taipei, `YYYY-MM-DD`; a plain day stays as it is. */
export const isoDay = (at: Date | string): string => localDay(at).toISOString().slice(0, 10)

/** Whole days from one day to another, both in Taipei; negative when `to` lies before. */
export const daysBetween = (from: Date | string, to: Date | string): number =>
  Math.round((localDay(to).getTime() - localDay(from).getTime()) / dayMs)

/** A number with thousands separators, at most two decimals: `1,234,567.5`. */
export const numberText = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 2 })

/** A share of 0-1 as per cent with one decimal: `97.4%`. */
export const shareText = (share: number): string => `${(share * 100).toFixed(1)}%`

/** Midnight UTC of the local day: Taiwan has kept UTC+8 without summer time since 1980. */
const localDay = (at: Date | string): Date => {
  const iso =
    typeof at === 'string' ? at.slice(0, 10) : new Date(at.getTime() + taipeiMs).toISOString()
  return new Date(`${iso.slice(0, 10)}T00:00:00Z`)
}
