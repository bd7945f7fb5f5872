import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { one } from '../../core/db.ts'
import { noteLine } from '../../kernel/messages/lines.ts'
import { callCentrePack } from './pack.ts'

/** A call that still rings after this long lost its end on the way. */
export const longestRing = '30 minutes'
/** A conversation that is still open after this long lost its end on the way. */
export const longestTalk = '4 hours'

type Count = { readonly busy: number; readonly waiting: number }

/** Counts who talks and who waits in a queue now and keeps it for the other channels. */
export async function noteQueue(ctx: Ctx, queue: string): Promise<void> {
  const known = callCentrePack(ctx.city).queues.find(({ code }) => code === queue)
  if (!known) return
  // Two calls that change at once must both be counted by whoever counts last.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`queue:${queue}`}, 0))`.execute(ctx.db)
  const { busy, waiting } = await one(
    ctx.db,
    sql<Count>`select
        count(*) filter (where answered_at >= ${ctx.now}::timestamptz - ${longestTalk}::interval)
          as busy,
        count(*) filter (where answered_at is null
          and began_at >= ${ctx.now}::timestamptz - ${longestRing}::interval) as waiting
      from call_centre.call
      where queue = ${queue} and ended_at is null and direction = 'in' and annulled_at is null`,
  )
  const full = isFull({ busy, waiting }, known)
  await noteLine(ctx, { queue, busy, waiting, seats: known.seats, full })
}

/** Whether a caller is better served by another channel: no seat is free, or too many wait. */
export const isFull = (
  { busy, waiting }: Count,
  { seats, waitingMost }: { readonly seats: number; readonly waitingMost: number },
): boolean => busy >= seats || waiting >= waitingMost
