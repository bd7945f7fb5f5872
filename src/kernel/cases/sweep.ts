import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, type Platform, systemActor } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { recordEach } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { type Clock, recomputeClock } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import { officeCalendar } from '../calendar/store.ts'
import type { CaseType } from './define.ts'
import { nextDue } from './file.ts'
import { stepOf } from './operations.ts'
import { type ClockRow, clockOf, saveClocks } from './store.ts'

const clerk = systemActor('clerk')

/** So many cases are recomputed in one transaction. */
const batchSize = 1000

/** Settles cases of a kind that ended in one of `states` more than `days` ago, every night. */
export const settleJob = (type: CaseType, states: readonly string[], days: number): Job => ({
  queue: `${type.kind}.settle`,
  cron: '7 2 * * *',
  run: async (platform) => {
    const before = new Date(+platform.now() - days * 86_400_000)
    const due = await read(platform, clerk, type.readBy, (ctx) =>
      rows(
        ctx.db,
        sql<{ no: string }>`select no from cases.case where kind = ${type.kind}
          and state = any (${states}::text[]) and closed_at < ${before} limit 5000`,
      ),
    )
    const settle = stepOf(type, 'settle')
    for (const { no } of due) await perform(platform, settle, clerk, { case: no })
  },
})

type Open = { readonly id: string; readonly kind: string; readonly agency: string }

/** Brings the clocks of open cases to the newest calendar; each move is an event of its case. */
const recompute = operation({
  name: 'cases.recompute',
  title: { zh: '依新日曆重算時限', en: 'Recompute under the new calendar' },
  permission: 'cases.recompute',
  input: Type.Object({ ids: Type.Array(Type.String(), { maxItems: batchSize }) }),
  run: async (ctx, { ids }) => {
    const calendar = await officeCalendar(ctx)
    const why = await one(
      ctx.db,
      sql<{ zh: string; en: string }>`select reason_zh as zh, reason_en as en
        from calendar.revision where revision = ${calendar.revision}`,
    )
    // Held in one order, so that two runs never wait for each other.
    const cases = await rows(
      ctx.db,
      sql<Open>`select id, kind, agency from cases.case
        where id = any (${ids}::uuid[]) and open order by id for update`,
    )
    const all = await rows(
      ctx.db,
      sql<ClockRow>`select * from cases.clock where case_id = any (${ids}::uuid[])
        order by case_id, kind`,
    )
    const clocksOf = Map.groupBy(all, ({ case_id }) => case_id)
    const moves = cases.map((one) =>
      moveOf(calendar, one, (clocksOf.get(one.id) ?? []).map(clockOf)),
    )
    await saveClocks(
      ctx,
      moves.flatMap(({ id, after }) => after.map((clock) => ({ caseId: id, clock }))),
    )
    await saveDue(ctx, moves)
    ctx.recorded.count++ // a case that was closed meanwhile has nothing to move
    await recordEach(
      ctx,
      moves.map(({ id, kind, agency, moved }) => ({
        record: id,
        type: `${kind}.clock-recomputed`,
        agency,
        data: { revision: calendar.revision, moved, ...why },
      })),
    )
  },
})

/** What the new calendar makes of one case: its clocks, and which due times moved. Pure. */
function moveOf(calendar: OfficeCalendar, about: Open, before: readonly Clock[]) {
  const after = before.map((clock) => (clock.stoppedAt ? clock : recomputeClock(calendar, clock)))
  const moved = after.flatMap((clock, i) => {
    const from = before[i]?.due
    if (!clock.due || !from || +clock.due === +from) return []
    return [{ clock: clock.kind, from: from.toISOString(), to: clock.due.toISOString() }]
  })
  return { ...about, after, moved }
}

async function saveDue(
  ctx: Ctx,
  moves: readonly { readonly id: string; readonly after: readonly Clock[] }[],
): Promise<void> {
  const due = moves.map(({ id, after }) => ({ id, due: nextDue(after) }))
  await sql`update cases.case c set next_due = d.due
    from jsonb_to_recordset(${JSON.stringify(due)}::jsonb) as d(id uuid, due timestamptz)
    where c.id = d.id`.execute(ctx.db)
}

/** After a calendar revision every open case whose clock counts office time is recomputed. */
export const recomputeJobs: readonly Job[] = [
  {
    queue: 'cases.recompute',
    retries: 5,
    run: async (platform: Platform, job) => {
      const revision = Number(job.revision)
      const open = await read(platform, clerk, 'cases.recompute', (ctx) =>
        rows(
          ctx.db,
          sql<{ id: string }>`select distinct c.id from cases.case c
            join cases.clock k on k.case_id = c.id
            where c.open and k.stopped_at is null and k.unit in ('wd', 'wh')
              and k.calendar_revision < ${revision} order by c.id`,
        ),
      )
      for (let i = 0; i < open.length; i += batchSize) {
        const ids = open.slice(i, i + batchSize).map(({ id }) => id)
        await perform(platform, recompute, clerk, { ids })
      }
    },
  },
]
