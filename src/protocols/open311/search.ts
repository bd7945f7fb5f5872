import type { City } from '../../core/city.ts'
import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import { brief, type Given, listOf } from './format.ts'
import { mostRows } from './requests.ts'
import { serviceOf } from './services.ts'

const day = 86_400_000

/** The longest span that one search may cover, days. GeoReport v2, GET service requests. */
export const mostDays = 90

/**
 * The search that the parameters of GET requests ask for: named numbers override everything else;
 * without dates it is the last 90 days. Refuses what it cannot read rather than guessing.
 */
export function searchOf(given: Given, city: City, now: Date) {
  const ids = listOf(given, 'service_request_id')
  const window = ids.length > 0 ? { from: now, to: now } : span(given, now)
  const base = { from: window.from.toISOString(), to: window.to.toISOString() }
  if (ids.length > 0) return { ...base, ids: ids.slice(0, mostRows) }
  const services = listOf(given, 'service_code')
  for (const code of services) serviceOf(city, code)
  const open = statusOf(listOf(given, 'status'))
  return {
    ...base,
    services,
    ...(open !== undefined && { open }),
    page: whole(given, 'page', 1, 1_000_000),
    pageSize: whole(given, 'page_size', mostRows, mostRows),
  }
}

/** The span asked for; where one end is missing it lies 90 days from the other. */
function span(given: Given, now: Date): { from: Date; to: Date } {
  const start = dateOf(given, 'start_date', 'T00:00:00')
  const end = dateOf(given, 'end_date', 'T23:59:59.999')
  const from = start ?? new Date(+(end ?? now) - mostDays * day)
  const to = end ?? (start ? new Date(+start + mostDays * day) : now)
  if (+to < +from)
    throw mend('end_date', {
      zh: '結束時間早於開始時間。',
      en: 'The end lies before the start.',
    })
  // Two whole days 90 apart are what people mean by 90 days: the last day counts in full.
  if (+to - +from > (mostDays + 1) * day - 1)
    throw mend('end_date', {
      zh: `一次最多查 ${mostDays} 天，請分段查詢。`,
      en: `One search covers ${mostDays} days at most; ask in parts.`,
    })
  return { from, to }
}

const w3c = /^(?:19|20|21)\d\d-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

/** A W3C date; without a zone it is Taipei's, without a time it is the whole day. */
export function dateOf(given: Given, name: string, edge: string): Date | undefined {
  // A plus sign that a client forgot to escape arrives as a space.
  const text = given.get(name)?.[0]?.replace(/ (?=\d\d:?\d\d$)/, '+')
  if (text === undefined) return undefined
  const match = w3c.exec(text)
  const full = match && `${text}${match[1] ? '' : edge}${match[2] ? '' : '+08:00'}`
  const at = new Date(full ?? Number.NaN)
  if (!Number.isNaN(+at)) return at
  throw mend(name, {
    zh: `「${brief(text)}」不是日期，請寫成 2020-11-27T13:05:00+08:00。`,
    en: `“${brief(text)}” is no date; write it like 2020-11-27T13:05:00+08:00.`,
  })
}

function statusOf(given: readonly string[]): boolean | undefined {
  const unknown = given.find((status) => status !== 'open' && status !== 'closed')
  if (unknown !== undefined)
    throw mend('status', {
      zh: `沒有「${brief(unknown)}」這個狀態，請用 open 或 closed。`,
      en: `There is no status “${brief(unknown)}”; use open or closed.`,
    })
  const both = new Set(given)
  return both.size === 1 ? both.has('open') : undefined
}

function whole(given: Given, name: string, absent: number, most: number): number {
  const text = given.get(name)?.[0]
  if (text === undefined) return absent
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= most) return value
  throw mend(name, {
    zh: `請填 1 到 ${most} 的整數。`,
    en: `Give a whole number from 1 to ${most}.`,
  })
}

/** 400 for one parameter, with what to mend. */
export const mend = (name: string, text: Text): Refused =>
  new Refused('open311.parameter', 400, text, { [name]: text })
