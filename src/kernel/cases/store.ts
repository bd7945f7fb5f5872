import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, row, rows } from '../../core/db.ts'
import { notFound } from '../../core/errors.ts'
import { type Event, nextLink, record, recordMany, stamp } from '../../core/event.ts'
import { normalNumber } from '../../core/number.ts'
import type { Clock, Unit } from '../calendar/clock.ts'
import type { CaseFile, CaseRow, Party, RegisterLine } from './file.ts'

const deskColumns = [
  ...(['merged_into', 'state_before', 'visited_at', 'decided', 'joint', 'joint_open'] as const),
  ...(['outside', 'outside_hash', 'pending'] as const),
] as const

const caseColumns = [
  ...(['id', 'kind', 'no', 'item', 'channel', 'subject', 'body', 'answers'] as const),
  ...(['priority', 'state'] as const),
  ...(['open', 'agency', 'assignee', 'place', 'lat', 'lon', 'district', 'village'] as const),
  ...(['received_at', 'recorded_at', 'closed_at', 'next_due', 'secret_hash'] as const),
  ...(['public', 'confidential', 'parent', 'assigned_at', ...deskColumns] as const),
]

const clockColumns = [
  ...(['case_id', 'kind', 'unit', 'budget', 'spent', 'started_at', 'running_since'] as const),
  ...(['paused_at', 'stopped_at', 'due', 'calendar_revision', 'extended', 'runs'] as const),
  'next_alert' as const,
]

const registerColumns = [
  ...(['case_id', 'version', 'no', 'kind', 'item', 'channel', 'agency', 'district'] as const),
  ...(['received_at', 'recorded_from', 'recorded_to', 'reason'] as const),
]

/**
 * Reads a case by its number and holds it for the running transaction. Row-level security decides
 * whether it is there at all; a mistyped number is refused like a missing one.
 */
export async function loadCase(ctx: Ctx, kind: string, given: string): Promise<CaseFile> {
  const no = normalNumber(given)
  // By the number alone: it is unique, and a kind beside it misleads the planner of a young table.
  const found = no
    ? await row(
        ctx.db,
        sql<CaseRow>`select ${sql.raw(caseColumns.join(', '))} from cases.case
          where no = ${no} for update`,
      )
    : undefined
  if (found?.kind !== kind)
    throw notFound({ zh: `編號 ${given} 的案件`, en: `a case with the number ${given}` })
  // In sight for this transaction; a step may write to a secret person without showing who that is.
  const last = await one(
    ctx.db,
    sql<{ seq: number }>`select set_config('takao.record', ${found.id}::text, true),
      set_config('takao.party', ${found.id}::text, true), seq from core.last_link(${found.id})`,
  )
  return {
    row: found,
    clocks: await readClocks(ctx, found.id),
    seq: last.seq,
    party: (await readParty(ctx, found.id)) ?? null,
    added: {
      events: [],
      statements: [],
      attachments: [],
      register: [],
      endsRegister: null,
      grams: [],
    },
  }
}

/** Keeps a case in sight for this transaction, also after it went to another agency. */
export async function holdRecord(ctx: Ctx, id: string): Promise<void> {
  await sql`select set_config('takao.record', ${id}, true)`.execute(ctx.db)
}

const readParty = (ctx: Ctx, id: string) =>
  row(
    ctx.db,
    sql<Party>`select role, name, phone, email, locale from cases.party where case_id = ${id}`,
  )

export type ClockRow = {
  case_id: string
  kind: string
  unit: Unit
  budget: number
  spent: number
  started_at: Date
  running_since: Date | null
  paused_at: Date | null
  stopped_at: Date | null
  due: Date | null
  calendar_revision: number
  extended: number
  runs: { from: string; to: string | null }[]
}

/** The clocks of a case, in the order of their kinds. */
export async function readClocks(ctx: Ctx, caseId: string): Promise<Clock[]> {
  const found = await rows(
    ctx.db,
    sql<ClockRow>`select * from cases.clock where case_id = ${caseId} order by kind`,
  )
  return found.map(clockOf)
}

/** A stored clock as the calendar kernel's. */
export const clockOf = (r: ClockRow): Clock => ({
  kind: r.kind,
  unit: r.unit,
  budget: r.budget,
  spent: r.spent,
  startedAt: r.started_at,
  runningSince: r.running_since,
  pausedAt: r.paused_at,
  stoppedAt: r.stopped_at,
  due: r.due,
  calendarRevision: r.calendar_revision,
  extended: r.extended,
  runs: r.runs.map((run) => ({
    from: new Date(run.from),
    to: run.to === null ? null : new Date(run.to),
  })),
})

const clockRow = (caseId: string, c: Clock) => ({
  case_id: caseId,
  kind: c.kind,
  unit: c.unit,
  budget: c.budget,
  spent: c.spent,
  started_at: c.startedAt,
  running_since: c.runningSince,
  paused_at: c.pausedAt,
  stopped_at: c.stoppedAt,
  due: c.due,
  calendar_revision: c.calendarRevision,
  extended: c.extended,
  runs: c.runs,
  // Whoever looks first works out the rung: a clock that moved is looked at again.
  next_alert: c.stoppedAt || c.pausedAt || !c.due ? null : c.startedAt,
})

/** Saves clocks, new ones included. */
export async function saveClocks(
  ctx: Ctx,
  clocks: readonly { caseId: string; clock: Clock }[],
): Promise<void> {
  const changed = clockColumns.slice(2).map((name) => `${name} = excluded.${name}`)
  await insertRows(
    ctx.db,
    'cases.clock',
    clockColumns,
    clocks.map(({ caseId, clock }) => clockRow(caseId, clock)),
    `on conflict (case_id, kind) do update set ${changed.join(', ')},
      alert_level = case when cases.clock.started_at = excluded.started_at
        then cases.clock.alert_level else 0 end`,
  )
}

/**
 * Saves what a step made of a case that was `before`. Words and files first: the case may leave our
 * sight. A clock that the step did not touch is the same object still.
 */
export async function saveStep(ctx: Ctx, before: CaseFile, file: CaseFile): Promise<void> {
  const { row: c } = file
  const touched = file.clocks.filter((clock) => !before.clocks.includes(clock))
  for (const event of file.added.events) await record(ctx, event)
  await saveAdditions(ctx, [file])
  await saveClocks(
    ctx,
    touched.map((clock) => ({ caseId: c.id, clock })),
  )
  await saveRegister(ctx, file)
  await sql`update cases.case set state = ${c.state}, open = ${c.open}, item = ${c.item},
      priority = ${c.priority}, agency = ${c.agency}, assignee = ${c.assignee},
      closed_at = ${c.closed_at}, next_due = ${c.next_due}, subject = ${c.subject},
      assigned_at = ${c.assigned_at}, merged_into = ${c.merged_into},
      state_before = ${c.state_before}, visited_at = ${c.visited_at},
      decided = ${c.decided}, joint = ${c.joint}::text[],
      joint_open = ${c.joint_open}::text[], outside = ${c.outside},
      outside_hash = ${c.outside_hash},
      pending = ${c.pending === null ? null : JSON.stringify(c.pending)}::jsonb
    where id = ${c.id}`.execute(ctx.db)
}

/** Saves many cases that were opened, and perhaps carried further, in memory. */
export async function saveNew(
  ctx: Ctx,
  files: readonly { file: CaseFile; times?: readonly Date[]; actors?: readonly string[] }[],
): Promise<void> {
  const all = files.map(({ file }) => file)
  await insertRows(
    ctx.db,
    'cases.case',
    caseColumns,
    all.map((f) => f.row),
  )
  await insertRows(
    ctx.db,
    'cases.words',
    ['case_id', 'grams'],
    all.map((f) => ({ case_id: f.row.id, grams: f.added.grams })),
  )
  await insertRows(
    ctx.db,
    'cases.party',
    ['case_id', 'role', 'name', 'phone', 'email', 'locale'],
    all.flatMap((f) => (f.party ? [{ case_id: f.row.id, ...f.party }] : [])),
  )
  await saveClocks(
    ctx,
    all.flatMap((f) => f.clocks.map((clock) => ({ caseId: f.row.id, clock }))),
  )
  await saveAdditions(ctx, all)
  await insertRows(
    ctx.db,
    'cases.register',
    registerColumns,
    all.flatMap((f) => f.added.register.map((line) => registerRow(f.row, line))),
  )
  await recordMany(
    ctx,
    files.flatMap(({ file, times = [], actors = [] }) => chain(ctx, file, times, actors)),
  )
}

/** Links the events of one new case; each may carry its own time and actor. */
function chain(ctx: Ctx, file: CaseFile, times: readonly Date[], actors: readonly string[]) {
  const links: Event[] = []
  for (const [i, event] of file.added.events.entries()) {
    const at = { ...stamp(ctx), at: times[i] ?? ctx.now, actor: actors[i] ?? ctx.actor.id }
    links.push(nextLink(event, links.at(-1) ?? null, at))
  }
  return links
}

async function saveAdditions(ctx: Ctx, files: readonly CaseFile[]): Promise<void> {
  await insertRows(
    ctx.db,
    'cases.statement',
    ['case_id', 'seq', 'audience', 'text'],
    files.flatMap((f) => f.added.statements.map((s) => ({ case_id: f.row.id, ...s }))),
  )
  await insertRows(
    ctx.db,
    'cases.attachment',
    ['case_id', 'seq', 'sha256', 'purpose'],
    files.flatMap((f) => f.added.attachments.map((a) => ({ case_id: f.row.id, ...a }))),
    'on conflict do nothing',
  )
}

const registerRow = (c: CaseRow, line: RegisterLine) => ({
  case_id: c.id,
  no: c.no,
  kind: c.kind,
  channel: c.channel,
  district: c.district,
  received_at: c.received_at,
  ...line,
})

async function saveRegister(ctx: Ctx, file: CaseFile): Promise<void> {
  const { endsRegister, register } = file.added
  if (endsRegister === null) return
  const ended = await one(
    ctx.db,
    sql<{ version: number }>`update cases.register
      set recorded_to = ${ctx.now}, reason = ${endsRegister}
      where case_id = ${file.row.id} and recorded_to is null returning version`,
  )
  await insertRows(
    ctx.db,
    'cases.register',
    registerColumns,
    register.map((line) => registerRow(file.row, { ...line, version: ended.version + 1 })),
  )
}
