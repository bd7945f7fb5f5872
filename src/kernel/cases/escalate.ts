import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import { type Ctx, systemActor } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { type Clock, shareSpentAt } from '../calendar/clock.ts'
import type { OfficeCalendar } from '../calendar/office-days.ts'
import { officeCalendar } from '../calendar/store.ts'
import { holdersOf } from '../identity/holders.ts'
import { notify } from '../messages/messages.ts'
import { clockTitle } from './define.ts'
import type { CaseRow } from './file.ts'
import { type ClockRow, clockOf, holdRecord } from './store.ts'

const told = Type.Union(
  ['officer', 'supervisor', 'above', 'city'].map((value) => Type.Literal(value)),
)
const Ladder = Type.Array(
  Type.Object({ percent: Type.Integer({ minimum: 1 }), tell: Type.Array(told) }),
)

/**
 * Who is told when what share of a clock is spent, in percent, lowest first. `officer`: who has the
 * case, or everyone of the agency who may give it out; `supervisor`: the nearest above who watches
 * figures; `above`: the next one up; `city`: who watches the whole city.
 */
export const escalationLadder = (city: City) =>
  [...city.read('escalation.json', Ladder)].sort((a, b) => a.percent - b.percent)

/** The next rung above `level` percent, and when it is reached; null on the last or in a pause. */
export function nextRung(
  calendar: OfficeCalendar,
  clock: Clock,
  level: number,
  ladder: readonly { readonly percent: number }[],
): { readonly percent: number; readonly at: Date } | null {
  if (clock.stoppedAt || clock.pausedAt) return null
  const rung = ladder.find(({ percent }) => percent > level)
  const at = rung ? shareSpentAt(calendar, clock, rung.percent / 100) : null
  return rung && at ? { percent: rung.percent, at } : null
}

/**
 * The highest rung that a clock has passed by `now`, or `level` when it passed none since. One
 * message says where it stands, however many rungs a sleeping server missed.
 */
export function rungAt(
  calendar: OfficeCalendar,
  clock: Clock,
  level: number,
  ladder: readonly { readonly percent: number }[],
  now: Date,
): number {
  let at = level
  for (;;) {
    const next = nextRung(calendar, clock, at, ladder)
    if (!next || next.at > now) return at
    at = next.percent
  }
}

/** A stored clock with the rung, in percent, of which was told last. */
export type AlertRow = ClockRow & { alert_level: number }

/** Brings one clock of a case up the ladder: tells, notes the level, sets when to look again. */
const escalate = operation({
  name: 'cases.escalate',
  title: { zh: '逾期稽催', en: 'Escalate' },
  permission: 'cases.escalate',
  input: Type.Object({ id: Type.String(), clock: Type.String() }),
  run: async (ctx, { id, clock: kind }) => {
    await holdRecord(ctx, id)
    const found = await row(
      ctx.db,
      sql<AlertRow>`select * from cases.clock where case_id = ${id} and kind = ${kind} for update`,
    )
    const about = await row(ctx.db, sql<CaseRow>`select * from cases.case where id = ${id}`)
    if (!found || !about) return
    const calendar = await officeCalendar(ctx)
    const ladder = escalationLadder(ctx.city)
    const clock = clockOf(found)
    const level = rungAt(calendar, clock, found.alert_level, ladder, ctx.now)
    const next = nextRung(calendar, clock, level, ladder)
    await sql`update cases.clock set alert_level = ${level}, next_alert = ${next?.at ?? null}
      where case_id = ${id} and kind = ${kind}`.execute(ctx.db)
    if (level === found.alert_level) {
      ctx.recorded.count++ // only the time to look again moved
      return
    }
    const tell = ladder.find(({ percent }) => percent === level)?.tell ?? []
    const people = await peopleOf(ctx, about, tell.map(String))
    const data = { clock: kind, percent: level, told: people.length }
    await record(ctx, { record: id, type: `${about.kind}.escalated`, agency: about.agency, data })
    const title = clockTitle(kind)
    const letter = {
      subject: {
        zh: `${about.no} ${title.zh}期限已用 ${level}%`,
        en: `${about.no}: ${level}% of the time to ${title.en} is spent`,
      },
      body: { zh: about.subject, en: about.subject },
    }
    const link = `/desk/${about.kind}/${about.no}`
    for (const staff of people)
      await notify(ctx, { channel: 'inbox', staff }, letter, { record: id, link })
  },
})

async function peopleOf(ctx: Ctx, about: CaseRow, tell: readonly string[]): Promise<string[]> {
  const { kind, agency, assignee } = about
  const officers = assignee
    ? [assignee]
    : (await holdersOf(ctx, `${kind}.triage`, agency))
        .filter(({ steps }) => steps === 0)
        .map(({ staff }) => staff)
  const watchers = await holdersOf(ctx, 'kpi.read', agency)
  const heights = [...new Set(watchers.map(({ steps }) => steps))]
  const at = (height: number | undefined) =>
    watchers.filter(({ steps }) => steps === height).map(({ staff }) => staff)
  const groups: Readonly<Record<string, readonly string[]>> = {
    officer: officers,
    supervisor: at(heights[0]),
    above: at(heights[1]),
    city: (await holdersOf(ctx, `${kind}.decide`, agency)).map(({ staff }) => staff),
  }
  return [...new Set(tell.flatMap((who) => groups[who] ?? []))]
}

const clerk = systemActor('clerk')

/** Every five minutes: the clocks whose next rung has come. */
export const escalationJob: Job = {
  queue: 'cases.escalate',
  cron: '*/5 * * * *',
  run: async (platform) => {
    const now = platform.now()
    const due = await read(platform, clerk, 'cases.escalate', (ctx) =>
      rows(
        ctx.db,
        sql<{ id: string; clock: string }>`select case_id as id, kind as clock from cases.clock
          where next_alert <= ${now} order by next_alert limit 2000`,
      ),
    )
    for (const one of due) await perform(platform, escalate, clerk, one)
  },
}
