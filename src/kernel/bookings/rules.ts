import type { Text } from '../../core/i18n.ts'
import { dayAt } from '../calendar/office-days.ts'
import type { BookingRules } from './service.ts'

/** One booking of a person, earlier or to come. */
export type Visit = {
  readonly state: 'held' | 'booked' | 'attended' | 'no-show' | 'cancelled'
  readonly startsAt: Date
}

/** Why a person may not book a slot that begins at `startsAt`; undefined when they may. */
export function whyNot(
  visits: readonly Visit[],
  rules: Pick<BookingRules, 'quotas' | 'noShow'>,
  startsAt: Date,
  now: Date,
): Text | undefined {
  const until = restUntil(visits, rules.noShow, now)
  if (until) return resting(until)
  const counted = visits.filter(({ state }) => state === 'booked' || state === 'attended')
  const full = rules.quotas.find(
    ({ per, days = 0, most }) =>
      counted.filter((visit) =>
        per === 'days'
          ? Math.abs(dayAt(visit.startsAt) - dayAt(startsAt)) < days
          : halfOf(visit.startsAt) === halfOf(startsAt),
      ).length >= most,
  )
  if (!full) return undefined
  return full.per === 'days'
    ? {
        zh: `每人 ${full.days} 天內最多預約 ${full.most} 次，請選較晚的日期，或先取消原來的預約。`,
        en: `One person may book ${full.most} in ${full.days} days. Choose a later day, or cancel.`,
      }
    : {
        zh: `每人每半年最多預約 ${full.most} 次，這半年的次數已用完；仍可到現場候補。`,
        en: `One person may book ${full.most} in a half-year. You may still come as a walk-in.`,
      }
}

/** Until when a person who missed too many books nothing ahead; undefined when they may. */
export function restUntil(
  visits: readonly Visit[],
  rule: BookingRules['noShow'],
  now: Date,
): Date | undefined {
  if (!rule) return undefined
  const missed = visits
    .filter(({ state }) => state === 'no-show')
    .map(({ startsAt }) => startsAt)
    .sort((a, b) => +b - +a)
  const [last] = missed
  const first = missed[rule.count - 1]
  if (!last || !first || +last - +first > rule.withinDays * dayMs) return undefined
  const until = new Date(+last + rule.restDays * dayMs)
  return until > now ? until : undefined
}

const dayMs = 86_400_000

const resting = (until: Date): Text => {
  const day = new Date(+until + 8 * 3_600_000).toISOString().slice(0, 10)
  return {
    zh: `您先前有幾次預約沒有到，${day} 以前請直接到現場候補。`,
    en: `You missed earlier bookings. Until ${day} please come as a walk-in.`,
  }
}

/** The civil half-year of an instant, as a number that grows by one each half. */
const halfOf = (at: Date): number => {
  const local = new Date(+at + 8 * 3_600_000)
  return local.getUTCFullYear() * 2 + (local.getUTCMonth() < 6 ? 0 : 1)
}

/** The lowest seat that nobody takes and that is not barred; undefined when there is none. */
export function chooseSeat(
  capacity: number,
  taken: ReadonlySet<number>,
  barred: ReadonlySet<number> = new Set(),
): number | undefined {
  for (let seat = 1; seat <= capacity; seat++)
    if (!taken.has(seat) && !barred.has(seat)) return seat
  return undefined
}

/** The beginnings and ends of a session's slots, in minutes of the day; a rest is left out. */
export function slotTimes(session: { from: number; to: number; minutes: number }) {
  const n = Math.floor((session.to - session.from) / session.minutes)
  return Array.from({ length: n }, (_, i) => ({
    from: session.from + i * session.minutes,
    to: session.from + (i + 1) * session.minutes,
  }))
}

/**
 * Who serves next: of those who are free, whoever served least, then whoever comes first in the
 * pool. Undefined when all are busy.
 */
export function nextProvider(
  pool: readonly string[],
  served: ReadonlyMap<string, number>,
  busy: ReadonlySet<string>,
): string | undefined {
  let next: string | undefined
  for (const one of pool) {
    if (busy.has(one)) continue
    if (next === undefined || (served.get(one) ?? 0) < (served.get(next) ?? 0)) next = one
  }
  return next
}
