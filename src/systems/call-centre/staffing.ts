import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { isoDate, taipei } from '../../core/format.ts'
import { operation } from '../../core/operation.ts'
import { binSeconds } from './board.ts'
import { agentsFor, type Goal, serviceLevel } from './erlang.ts'
import { callCentrePack } from './pack.ts'

/** What came in during a half hour of a weekday, summed over the weeks. 1 is Monday. */
export type Bin = {
  readonly weekday: number
  readonly bin: number
  readonly calls: number
  readonly answered: number
  readonly talkSeconds: number
}

/** The operators that a half hour of a weekday needs, and what it rests on. */
export type Need = {
  readonly weekday: number
  readonly bin: number
  /** Calls a half hour on average. */
  readonly calls: number
  readonly handleSeconds: number
  readonly agents: number
  /** What so many reach, 0-1. */
  readonly level: number
}

/**
 * The operators needed in each half hour of the week. A half hour in which nobody was answered is
 * reckoned with the mean handling time of all; after each call comes the mean wrap-up.
 */
export function needsOf(
  bins: readonly Bin[],
  weeks: number,
  wrapUpSeconds: number,
  goal: Goal,
): Need[] {
  const sum = (value: (bin: Bin) => number) => bins.reduce((total, bin) => total + value(bin), 0)
  const answered = sum((bin) => bin.answered)
  const usual = answered === 0 ? 0 : sum((bin) => bin.talkSeconds) / answered
  return bins.map((bin) => {
    const talk = bin.answered === 0 ? usual : bin.talkSeconds / bin.answered
    const demand = {
      calls: bin.calls / weeks,
      handleSeconds: Math.max(1, talk + wrapUpSeconds),
      spanSeconds: binSeconds,
    }
    const agents = agentsFor(demand, goal)
    return {
      weekday: bin.weekday,
      bin: bin.bin,
      calls: demand.calls,
      handleSeconds: demand.handleSeconds,
      agents,
      level: serviceLevel(demand, agents, goal.seconds),
    }
  })
}

/** The staffing of a week from the calls of the last 4 to 8 whole weeks, of one queue or of all. */
export const staffing = operation({
  name: 'call-centre.staffing',
  title: { zh: '話務人力需求', en: 'Operators needed' },
  permission: 'call-centre.supervise',
  reads: true,
  input: Type.Object({
    weeks: Type.Integer({ minimum: 4, maximum: 8, default: 8 }),
    queue: Type.String({ maxLength: 60, default: '' }),
  }),
  run: async (ctx, { weeks, queue }) => {
    const to = taipei(isoDate(ctx.now))
    const from = new Date(+to - weeks * 7 * 86_400_000)
    const goal = callCentrePack(ctx.city).serviceLevel
    const bins = await binsOf(ctx, from, to, queue)
    const wrapUpSeconds = await meanWrapUp(ctx, from, to)
    return { from, to, goal, wrapUpSeconds, needs: needsOf(bins, weeks, wrapUpSeconds, goal) }
  },
})

// Taiwan has kept UTC+8 without summer time since 1980, so local time is a plain shift.
const binsOf = (ctx: Ctx, from: Date, to: Date, queue: string) =>
  rows(
    ctx.db,
    sql<Bin>`
      select extract(isodow from local)::int as weekday,
        floor(extract(epoch from local - date_trunc('day', local)) / ${binSeconds})::int as bin,
        count(*) as calls, count(answered_at) as answered,
        coalesce(sum(extract(epoch from ended_at - answered_at)), 0)::float8 as "talkSeconds"
      from call_centre.counted, lateral (select began_at at time zone 'Asia/Taipei') t (local)
      where direction = 'in' and began_at >= ${from} and began_at < ${to}
        and annulled_at is null and (${queue} = '' or queue = ${queue})
      group by 1, 2 order by 1, 2`,
  )

/** How long a wrap-up lasts on average; longer than half an hour was no wrap-up. */
async function meanWrapUp(ctx: Ctx, from: Date, to: Date): Promise<number> {
  const { seconds } = await one(
    ctx.db,
    sql<{ seconds: number }>`
      select coalesce(avg(extract(epoch from until - since)), 0)::float8 as seconds
      from call_centre.operator_state
      where state = 'wrap-up' and since >= ${from} and since < ${to}
        and until - since <= interval '30 minutes'`,
  )
  return seconds
}
