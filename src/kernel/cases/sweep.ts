import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, type Platform, systemActor } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { recordEach } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { recomputeClock } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import { officeCalendar } from '../calendar/store.ts'
import type { CaseType } from './define.ts'
import { type AlertRow, escalationLadder, nextRung } from './escalate.ts'
import { stepOf } from './operations.ts'
import { clockOf } from './store.ts'

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

/**
 * Brings the clocks of open cases to the newest calendar. Where a due time moved, that is an event
 * of its case; a case whose times stay has nothing to tell: the revision itself is an event.
 */
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
    const moves = await movesOf(ctx, calendar, cases)
    await saveMoved(ctx, calendar.revision, moves)
    const told = moves.filter(({ moved }) => moved.length > 0)
    await saveDue(
      ctx,
      told.map(({ id }) => id),
    )
    ctx.recorded.count++ // no due time may have moved
    await recordEach(
      ctx,
      told.map(({ id, kind, agency, moved }) => ({
        record: id,
        type: `${kind}.clock-recomputed`,
        agency,
        data: { revision: calendar.revision, moved, ...why },
      })),
    )
  },
})

/** What the new calendar makes of each case's clocks, and which due times moved. */
async function movesOf(ctx: Ctx, calendar: OfficeCalendar, cases: readonly Open[]) {
  const ids = cases.map(({ id }) => id)
  const found = await rows(
    ctx.db,
    sql<AlertRow>`select * from cases.clock k where case_id = any (${ids}::uuid[])
      and ${countsOfficeTime} order by case_id, kind`,
  )
  const clocksOf = Map.groupBy(found, ({ case_id }) => case_id)
  const ladder = escalationLadder(ctx.city)
  return cases.map((about) => {
    const clocks = (clocksOf.get(about.id) ?? []).map((row) => {
      const clock = recomputeClock(calendar, clockOf(row))
      return { clock, from: row.due, alert: nextRung(calendar, clock, row.alert_level, ladder) }
    })
    const moved = clocks.flatMap(({ clock: { kind, due }, from }) =>
      due && from && +due !== +from
        ? [{ clock: kind, from: from.toISOString(), to: due.toISOString() }]
        : [],
    )
    return { ...about, clocks, moved }
  })
}

/** A clock `k` that runs or pauses and counts office time: any other stays as it is. */
const countsOfficeTime = sql`k.stopped_at is null and k.unit in ('wd', 'wh')`

type Move = Awaited<ReturnType<typeof movesOf>>[number]

async function saveMoved(ctx: Ctx, revision: number, moves: readonly Move[]): Promise<void> {
  const all = moves.flatMap(({ id, clocks }) =>
    clocks.map(({ clock: { kind, spent, due }, alert }) => {
      return { case_id: id, kind, spent, due, next_alert: alert?.at ?? null }
    }),
  )
  await sql`update cases.clock k set spent = m.spent, due = m.due, next_alert = m.next_alert,
      calendar_revision = ${revision}
    from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as m(case_id uuid, kind text,
      spent double precision, due timestamptz, next_alert timestamptz)
    where k.case_id = m.case_id and k.kind = m.kind`.execute(ctx.db)
}

/** The earliest due time among a case's running clocks, as `nextDue` has it, in a set. */
async function saveDue(ctx: Ctx, ids: readonly string[]): Promise<void> {
  await sql`update cases.case c set next_due = d.due
    from (select case_id, min(due) as due from cases.clock
      where case_id = any (${ids}::uuid[]) and stopped_at is null and paused_at is null
      group by case_id) d
    where c.id = d.case_id and c.next_due is distinct from d.due`.execute(ctx.db)
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
          sql<{ id: string }>`select c.id from cases.case c where c.open and exists (
            select from cases.clock k where k.case_id = c.id and ${countsOfficeTime}
              and k.calendar_revision < ${revision}) order by c.id`,
        ),
      )
      let next = 0
      const lane = async () => {
        for (let i = next; i < open.length; i = next) {
          next += batchSize
          const ids = open.slice(i, i + batchSize).map(({ id }) => id)
          await perform(platform, recompute, clerk, { ids })
        }
      }
      // While one batch is reckoned here, the database saves the other.
      await Promise.all([lane(), lane()])
    },
  },
]
