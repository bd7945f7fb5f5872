import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Platform, systemActor } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { recomputeClock } from '../calendar/clock.ts'
import { officeCalendar } from '../calendar/store.ts'
import type { CaseType } from './define.ts'
import { nextDue } from './file.ts'
import { stepOf } from './operations.ts'
import { holdRecord, readClocks, saveClocks } from './store.ts'

const clerk = systemActor('clerk')

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

/** Brings the clocks of one open case to the newest calendar; the move is an event of the case. */
const recompute = operation({
  name: 'cases.recompute',
  title: { zh: '依新日曆重算時限', en: 'Recompute under the new calendar' },
  permission: 'cases.recompute',
  input: Type.Object({ id: Type.String(), kind: Type.String() }),
  run: async (ctx, { id, kind }) => {
    await holdRecord(ctx, id)
    const calendar = await officeCalendar(ctx)
    const before = await readClocks(ctx, id)
    const after = before.map((clock) => (clock.stoppedAt ? clock : recomputeClock(calendar, clock)))
    await saveClocks(
      ctx,
      after.map((clock) => ({ caseId: id, clock })),
    )
    const due = nextDue(after)
    await sql`update cases.case set next_due = ${due} where id = ${id}`.execute(ctx.db)
    const moved = after.flatMap((clock, i) => {
      const from = before[i]?.due
      if (!clock.due || !from || +clock.due === +from) return []
      return [{ clock: clock.kind, from: from.toISOString(), to: clock.due.toISOString() }]
    })
    const why = await one(
      ctx.db,
      sql<{ zh: string; en: string }>`select reason_zh as zh, reason_en as en
        from calendar.revision where revision = ${calendar.revision}`,
    )
    await record(ctx, {
      record: id,
      type: `${kind}.clock-recomputed`,
      data: { revision: calendar.revision, moved, ...why },
    })
  },
})

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
          sql<{ id: string; kind: string }>`select distinct c.id, c.kind from cases.case c
            join cases.clock k on k.case_id = c.id
            where c.open and k.stopped_at is null and k.unit in ('wd', 'wh')
              and k.calendar_revision < ${revision}`,
        ),
      )
      for (const found of open) await perform(platform, recompute, clerk, found)
    },
  },
]
