import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { isDay, isoDate, taipei } from '../../core/format.ts'
import { isCounted, noDistrict } from './queries.ts'

/** Two Taipei days, both included, as they stand in an address: `2020-07-01`. */
export type Days = { readonly from: string; readonly to: string }

/**
 * What is measured of a kind of case. Annulled entries never count. `open` and `overdue` are as of
 * now, whenever received; everything else belongs to the days asked for. Section 五(二).
 */
export type Measures = {
  /** Cases received in the days. */
  readonly received: number
  /** Cases closed in the days, whenever received. */
  readonly closed: number
  readonly open: number
  readonly overdue: number
  /**
   * Share of the closed whose clock `repair` or `reply` stopped by its due time, 0-1; null when no
   * closed case had such a clock.
   */
  readonly onTime: number | null
  /** Median days from receipt to closing among the closed; null when none was closed. */
  readonly medianDays: number | null
  /**
   * Share of the received that was reopened since, 0-1; null when none was received. Known by the
   * events that the actor may read.
   */
  readonly reopened: number | null
  /** Median hours until assigned, accepted or inspected among the received; null when none was. */
  readonly medianHours: number | null
}

/** The measures of one agency, item or district; `noDistrict` where a case has no place. */
export type Part = Measures & { readonly key: string }

export type Kpis = {
  readonly all: Measures
  readonly agency: readonly Part[]
  readonly item: readonly Part[]
  readonly district: readonly Part[]
}

/** What the measures can be told apart by. */
export const dimensions = ['agency', 'item', 'district'] as const
export type Dimension = (typeof dimensions)[number]

type Grouped = Measures & {
  readonly dimension: Dimension | null
  readonly key: string | null
}

/** The measures of a kind, whole and by part, most received first. Scope is the actor's. */
export async function measure(ctx: Ctx, kind: string, days: Days): Promise<Kpis> {
  const found = await rows(ctx.db, measures(kind, days, ctx.now))
  const parts = (dimension: Dimension): Part[] =>
    found.flatMap(({ dimension: of, key, ...measured }) =>
      of === dimension ? [{ ...measured, key: key ?? noDistrict }] : [],
    )
  const whole = found.find(({ dimension }) => dimension === null)
  return {
    all: whole ? withoutNames(whole) : nothing,
    agency: parts('agency'),
    item: parts('item'),
    district: parts('district'),
  }
}

const withoutNames = ({ dimension: _, key: __, ...measured }: Grouped): Measures => measured

const nothing: Measures = {
  received: 0,
  closed: 0,
  open: 0,
  overdue: 0,
  onTime: null,
  medianDays: null,
  reopened: null,
  medianHours: null,
}

/** One pass over the cases; clocks and events are joined as sets, never looked up case by case. */
function measures(kind: string, days: Days, now: Date) {
  const { from, to } = bounds(days)
  return sql<Grouped>`
    with counted as materialized (
      select c.id, c.agency, c.item, c.district, c.open, c.open and c.next_due < ${now} as overdue,
        c.received_at, c.closed_at,
        c.received_at >= ${from} and c.received_at < ${to} as received,
        coalesce(c.closed_at >= ${from} and c.closed_at < ${to}, false) as closed
      from cases.case c
      where c.kind = ${kind}
        and (c.open or (c.received_at >= ${from} and c.received_at < ${to})
          or (c.closed_at >= ${from} and c.closed_at < ${to}))
        and ${isCounted}
    ), clocks as (
      select k.case_id,
        bool_and(k.stopped_at <= k.due) filter (where k.kind in ('repair', 'reply')) as on_time,
        min(extract(epoch from k.stopped_at - k.started_at) / 3600.0)
          filter (where k.kind in ('respond', 'ack', 'inspect')) as hours
      from cases.clock k
      where k.stopped_at is not null
      group by k.case_id
    ), reopened as (
      select distinct record from core.event where type = ${`${kind}.reopen`}
    ), told as (
      select c.*, k.on_time, k.hours, r.record is not null as reopened
      from counted c
      left join clocks k on k.case_id = c.id
      left join reopened r on r.record = c.id
    )
    select
      case grouping(agency, item, district)
        when 3 then 'agency' when 5 then 'item' when 6 then 'district' end as dimension,
      case grouping(agency, item, district)
        when 3 then agency when 5 then item when 6 then district end as key,
      count(*) filter (where received) as received,
      count(*) filter (where closed) as closed,
      count(*) filter (where open) as open,
      count(*) filter (where overdue) as overdue,
      avg(on_time::int) filter (where closed)::float8 as "onTime",
      percentile_cont(0.5) within group (
        order by (extract(epoch from closed_at - received_at) / 86400.0)::float8)
        filter (where closed) as "medianDays",
      avg(reopened::int) filter (where received)::float8 as reopened,
      percentile_cont(0.5) within group (order by hours::float8)
        filter (where received) as "medianHours"
    from told
    group by grouping sets ((), (agency), (item), (district))
    order by 3 desc, 5 desc, 2`
}

/** A week and what came and went in it; `from` is its Monday, or the first day asked for. */
export type Week = { readonly from: string; readonly received: number; readonly closed: number }

/** Every week that the days touch, in order, also those in which nothing happened. */
export async function weekly(ctx: Ctx, kind: string, days: Days): Promise<Week[]> {
  const { from, to } = bounds(days)
  const monday = (at: 'received_at' | 'closed_at') =>
    sql`to_char(date_trunc('week', c.${sql.raw(at)} at time zone 'Asia/Taipei'), 'YYYY-MM-DD')`
  const found = await rows(
    ctx.db,
    sql<{ monday: string; received: number; closed: number }>`
      select monday, sum(received) as received, sum(closed) as closed from (
        select ${monday('received_at')} as monday, 1 as received, 0 as closed from cases.case c
        where c.kind = ${kind} and c.received_at >= ${from} and c.received_at < ${to}
          and ${isCounted}
        union all
        select ${monday('closed_at')}, 0, 1 from cases.case c
        where c.kind = ${kind} and c.closed_at >= ${from} and c.closed_at < ${to} and ${isCounted}
      ) moved group by monday`,
  )
  const known = new Map(found.map((week) => [week.monday, week]))
  return mondays(days).map((start, index) => ({
    from: index === 0 ? days.from : start,
    received: known.get(start)?.received ?? 0,
    closed: known.get(start)?.closed ?? 0,
  }))
}

/** The Mondays of the weeks that the days touch; the first may lie before them. Pure. */
export function mondays(days: Days): string[] {
  const first = new Date(`${days.from}T00:00:00Z`)
  const sinceMonday = (first.getUTCDay() + 6) % 7
  const found: string[] = []
  for (let at = +first - sinceMonday * dayMs; ; at += 7 * dayMs) {
    const day = new Date(at).toISOString().slice(0, 10)
    if (day > days.to) return found
    found.push(day)
  }
}

const dayMs = 86_400_000
const longestDays = 1100

/** The days that end with today's, `count` of them: `lastDays(now, 90)`. */
export const lastDays = (now: Date, count: number): Days => upTo(isoDate(now), count)

const upTo = (to: string, count: number): Days => ({
  from: isoDate(new Date(+taipei(to) - (count - 1) * dayMs)),
  to,
})

/**
 * The days of an address: up to today where it names no end, 90 of them where it names no
 * beginning. Undefined where a day does not exist, where they stand the wrong way round, or where
 * they are more than three years: a chart by week could not be read.
 */
export function daysOf(given: { from?: string; to?: string }, now: Date): Days | undefined {
  const to = given.to || isoDate(now)
  if (!isDay(to)) return undefined
  const from = given.from || upTo(to, 90).from
  if (!isDay(from) || from > to) return undefined
  const days = { from, to }
  return (+bounds(days).to - +bounds(days).from) / dayMs > longestDays ? undefined : days
}

/** The half-open span of time of two days. */
const bounds = ({ from, to }: Days) => ({
  from: taipei(from),
  to: new Date(+taipei(to) + dayMs),
})
