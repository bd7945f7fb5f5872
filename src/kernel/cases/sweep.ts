import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, type Platform, systemActor } from '../../core/context.ts'
import { one, rows } from '../../core/db.ts'
import { recordEach } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { type Clock, recomputeClock, type Unit } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import { officeCalendar } from '../calendar/store.ts'
import type { CaseType } from './define.ts'
import { type AlertRow, escalationLadder, nextRung } from './escalate.ts'
import { nextDue } from './file.ts'
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

type Open = {
  readonly id: string
  readonly kind: string
  readonly agency: string
  readonly next_due: Date | null
}

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
      sql<Open>`select id, kind, agency, next_due from cases.case
        where id = any (${ids}::uuid[]) and open order by id for update`,
    )
    const moves = await movesOf(ctx, calendar, cases)
    await saveMoved(ctx, calendar.revision, moves)
    await saveDue(ctx, moves)
    ctx.recorded.count++ // no due time may have moved
    await recordEach(
      ctx,
      moves
        .filter(({ moved }) => moved.length > 0)
        .map(({ id, kind, agency, moved }) => ({
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
  const found = await rows(
    ctx.db,
    sql<AlertRow>`select * from cases.clock where case_id = any (${cases.map(({ id }) => id)}::uuid[])
      order by case_id, kind`,
  )
  const clocksOf = Map.groupBy(found, ({ case_id }) => case_id)
  const ladder = escalationLadder(ctx.city)
  return cases.map((about) => {
    const before = clocksOf.get(about.id) ?? []
    const after = before.map((row) => recomputed(calendar, clockOf(row)))
    const moved = after.flatMap(({ kind, due }, i) => {
      const from = before[i]?.due
      if (!due || !from || +due === +from) return []
      return [{ clock: kind, from: from.toISOString(), to: due.toISOString() }]
    })
    const alerts = after.map((clock, i) =>
      nextRung(calendar, clock, before[i]?.alert_level ?? 0, ladder),
    )
    return { ...about, after, alerts, moved }
  })
}

/** A clock that runs and counts office time changes with the calendar; any other stays. */
const recomputed = (calendar: OfficeCalendar, clock: Clock): Clock =>
  clock.stoppedAt || !officeTime.includes(clock.unit) ? clock : recomputeClock(calendar, clock)

const officeTime: readonly Unit[] = ['wd', 'wh']

type Move = Awaited<ReturnType<typeof movesOf>>[number]

async function saveMoved(ctx: Ctx, revision: number, moves: readonly Move[]): Promise<void> {
  const all = moves.flatMap(({ id, after, alerts }) =>
    after.flatMap((clock, i) => {
      if (clock.calendarRevision !== revision) return []
      const { kind, spent, due } = clock
      return [{ case_id: id, kind, spent, due, next_alert: alerts[i]?.at ?? null }]
    }),
  )
  await sql`update cases.clock k set spent = m.spent, due = m.due, next_alert = m.next_alert,
      calendar_revision = ${revision}
    from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as m(case_id uuid, kind text,
      spent double precision, due timestamptz, next_alert timestamptz)
    where k.case_id = m.case_id and k.kind = m.kind`.execute(ctx.db)
}

async function saveDue(ctx: Ctx, moves: readonly Move[]): Promise<void> {
  const due = moves.flatMap(({ id, after, next_due }) => {
    const next = nextDue(after)
    return +(next ?? 0) === +(next_due ?? 0) ? [] : [{ id, due: next }]
  })
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
