import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { isoDate, taipei } from '../../core/format.ts'
import { longestRing, longestTalk } from './lines.ts'
import { callCentrePack } from './pack.ts'
import type { OperatorState } from './states.ts'

/** How a queue does today. `offered`: all that came in; `inTime`: answered within the promise. */
export type QueueNow = {
  readonly queue: string
  readonly waiting: number
  readonly longestSeconds: number
  readonly talking: number
  readonly offered: number
  readonly answered: number
  readonly inTime: number
  readonly abandoned: number
  readonly overflowed: number
}

/** The calls of one half hour of today, all queues together; `bin` counts from midnight. */
export type HalfHour = Pick<QueueNow, 'offered' | 'answered' | 'inTime' | 'abandoned'> & {
  readonly bin: number
}

/** An operator who is not offline, and since when so. */
export type AtWork = {
  readonly operator: string
  readonly name: string
  readonly state: OperatorState | 'talking'
  readonly reason: string
  readonly since: Date
}

export const binSeconds = 1800

/** Answered within the promise, of all that came in, 0-1; null where nobody called. */
export const shareInTime = ({ offered, inTime }: Pick<QueueNow, 'offered' | 'inTime'>) =>
  offered === 0 ? null : inTime / offered

/** The lines now and today. */
export async function boardOf(ctx: Ctx) {
  const midnight = taipei(isoDate(ctx.now))
  const { seconds } = callCentrePack(ctx.city).serviceLevel
  return {
    queues: await queuesOf(ctx, midnight, seconds),
    halfHours: await halfHoursOf(ctx, midnight, seconds),
    atWork: await operatorsAtWork(ctx),
  }
}

const counts = (seconds: number) => sql`count(*) as offered,
  count(*) filter (where answered_at is not null) as answered,
  count(*) filter (where answered_at <= began_at + ${seconds} * interval '1 second') as "inTime",
  count(*) filter (where outcome = 'abandoned') as abandoned`

const today = (ctx: Ctx, midnight: Date) => sql`direction = 'in' and annulled_at is null
  and began_at >= ${midnight} and began_at <= ${ctx.now}`

const queuesOf = (ctx: Ctx, midnight: Date, seconds: number) =>
  rows(
    ctx.db,
    sql<QueueNow>`
      with rings as (
        select *, ended_at is null and answered_at is null
          and began_at >= ${ctx.now}::timestamptz - ${longestRing}::interval as is_waiting
        from call_centre.call where ${today(ctx, midnight)})
      select queue, ${counts(seconds)},
        count(*) filter (where outcome = 'overflowed') as overflowed,
        count(*) filter (where is_waiting) as waiting,
        coalesce(extract(epoch from ${ctx.now}::timestamptz
          - min(began_at) filter (where is_waiting))::int, 0) as "longestSeconds",
        count(*) filter (where ended_at is null
          and answered_at >= ${ctx.now}::timestamptz - ${longestTalk}::interval) as talking
      from rings group by queue order by queue`,
  )

const halfHoursOf = (ctx: Ctx, midnight: Date, seconds: number) =>
  rows(
    ctx.db,
    sql<HalfHour>`
      select floor(extract(epoch from began_at - ${midnight}::timestamptz) / ${binSeconds})::int
          as bin, ${counts(seconds)}
      from call_centre.call where ${today(ctx, midnight)} group by 1 order by 1`,
  )

/** Who talks is at work, whatever was said before. */
const operatorsAtWork = (ctx: Ctx) =>
  rows(
    ctx.db,
    sql<AtWork>`
      with talking as (
        select operator, min(answered_at) as since from call_centre.call
        where ended_at is null and operator is not null
          and answered_at >= ${ctx.now}::timestamptz - ${longestTalk}::interval
        group by operator),
      standing as (
        select operator, state, reason, since from call_centre.operator_state
        where until is null and state <> 'offline')
      select coalesce(t.operator, s.operator) as operator, coalesce(p.name, '') as name,
        case when t.operator is null then s.state else 'talking' end as state,
        case when t.operator is null then s.reason else '' end as reason,
        coalesce(t.since, s.since) as since
      from talking t full join standing s on s.operator = t.operator
      left join identity.staff p on p.id::text = coalesce(t.operator, s.operator)
      order by 3, 5`,
  )
