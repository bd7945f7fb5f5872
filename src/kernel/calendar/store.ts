import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, rows } from '../../core/db.ts'
import { invalid } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Migrations } from '../../core/migrate.ts'
import { operation } from '../../core/operation.ts'
import { type Closure, makeCalendar, type OfficeCalendar } from './office-days.ts'

/** Revisions of the office calendar. A revision adds lines; nothing is ever taken away. */
export const calendarMigrations: Migrations = {
  schema: 'calendar',
  steps: {
    '001-calendar': `
      create table calendar.revision (
        revision int generated always as identity primary key,
        id uuid not null unique,
        at timestamptz not null,
        reason_zh text not null,
        reason_en text not null
      );
      create table calendar.day (
        revision int not null references calendar.revision,
        date date not null,
        working boolean not null,
        name text not null,
        primary key (revision, date)
      );
      create table calendar.closure (
        revision int not null references calendar.revision,
        date date not null,
        from_minute int not null check (from_minute between 0 and 1439),
        to_minute int not null check (to_minute > from_minute and to_minute <= 1440),
        reason_zh text not null,
        reason_en text not null,
        primary key (revision, date, from_minute)
      );
      grant select, insert on all tables in schema calendar to takao_app;`,
  },
}

/** Offices work 08:00-12:00 and 13:30-17:30; section 五(四) prints the same hours. */
const windows = [
  { from: 8 * 60, to: 12 * 60 },
  { from: 13 * 60 + 30, to: 17 * 60 + 30 },
]

const known = new WeakMap<City, { revision: number; calendar: OfficeCalendar }>()

/** The calendar of the newest revision. One small query; the arrays are kept between calls. */
export async function officeCalendar(ctx: Ctx): Promise<OfficeCalendar> {
  const { revision } = await one(
    ctx.db,
    sql<{ revision: number | null }>`select max(revision) as revision from calendar.revision`,
  )
  const kept = known.get(ctx.city)
  if (kept && kept.revision === revision) return kept.calendar
  const calendar = await readCalendar(ctx, revision ?? 0)
  known.set(ctx.city, { revision: revision ?? 0, calendar })
  return calendar
}

async function readCalendar(ctx: Ctx, revision: number): Promise<OfficeCalendar> {
  const exceptions = await rows(
    ctx.db,
    sql<{ date: string; working: boolean }>`select distinct on (date) date, working
      from calendar.day where revision <= ${revision} order by date, revision desc`,
  )
  type Row = { date: string; from_minute: number; to_minute: number; zh: string; en: string }
  const closed = await rows(
    ctx.db,
    sql<Row>`select date, from_minute, to_minute, reason_zh as zh, reason_en as en
      from calendar.closure where revision <= ${revision}`,
  )
  const closures: Closure[] = closed.map(({ date, from_minute, to_minute, zh, en }) => ({
    date,
    fromMinute: from_minute,
    toMinute: to_minute,
    reason: { zh, en },
  }))
  const years = exceptions.map(({ date }) => date.slice(0, 4))
  const from = `${years.at(0) ?? '2017'}-01-01`
  // Clocks started late in the last known year must end somewhere: the plain week serves beyond it.
  const to = `${Number(years.at(-1) ?? '2026') + 2}-12-31`
  return makeCalendar({ revision, from, to, exceptions, closures, windows })
}

const newRevision = (ctx: Ctx, reason: { zh: string; en: string }) => {
  const id = randomUUID()
  return one(
    ctx.db,
    sql<{ revision: number; id: string }>`insert into calendar.revision
        (id, at, reason_zh, reason_en)
      values (${id}, ${ctx.now}, ${reason.zh}, ${reason.en}) returning revision, id`,
  )
}

/** Loads the pack's days on the first start; later starts change nothing. */
export const seedCalendar = operation({
  name: 'calendar.seed',
  title: { zh: '載入辦公日曆', en: 'Load the office calendar' },
  permission: 'calendar.revise',
  input: Type.Object({}),
  run: async (ctx) => {
    const { n } = await one(ctx.db, sql<{ n: number }>`select count(*) as n from calendar.revision`)
    if (n > 0) {
      ctx.recorded.count++ // nothing to do is no change
      return
    }
    const { revision, id } = await newRevision(ctx, { zh: '啟用', en: 'first start' })
    const lines = (ctx.city.text('office-calendar.csv') ?? '').trim().split(/\r?\n/).slice(1)
    const days = lines.map((line) => {
      const [date, working, name] = line.split(',')
      return { revision, date, working: working === '1', name }
    })
    await insertRows(ctx.db, 'calendar.day', ['revision', 'date', 'working', 'name'], days)
    await record(ctx, { record: id, type: 'calendar.loaded', data: { days: days.length } })
  },
})

/** Whether a text like `2020-02-30` names a day that exists. */
const isCivilDay = (date: string): boolean => {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(+at) && at.toISOString().startsWith(date)
}

/** Closes the offices for a day or a part of it, such as for a typhoon: a new revision. */
export const closeOffices = operation({
  name: 'calendar.close-offices',
  title: { zh: '停班公告', en: 'Close the offices' },
  permission: 'calendar.revise',
  input: Type.Object({
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    fromMinute: Type.Integer({ minimum: 0, maximum: 1439, default: 0 }),
    toMinute: Type.Integer({ minimum: 1, maximum: 1440, default: 1440 }),
    reasonZh: Type.String({ minLength: 2, maxLength: 200 }),
    reasonEn: Type.String({ minLength: 2, maxLength: 200 }),
  }),
  run: async (ctx, input) => {
    if (!isCivilDay(input.date))
      throw invalid({ date: { zh: '沒有這一天。', en: 'There is no such day.' } })
    if (input.toMinute <= input.fromMinute)
      throw invalid({ toMinute: { zh: '結束要晚於開始。', en: 'The end must follow the start.' } })
    const reason = { zh: input.reasonZh, en: input.reasonEn }
    const { revision, id } = await newRevision(ctx, reason)
    await sql`insert into calendar.closure values (${revision}, ${input.date},
      ${input.fromMinute}, ${input.toMinute}, ${reason.zh}, ${reason.en})`.execute(ctx.db)
    await record(ctx, {
      record: id,
      type: 'calendar.closed',
      data: { revision, date: input.date, from: input.fromMinute, to: input.toMinute },
    })
    await ctx.enqueue('cases.recompute', { revision })
    return { revision }
  },
})

export const calendarOperations = [closeOffices]
