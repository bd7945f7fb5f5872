import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Static, Type } from 'typebox'
import type { City } from '../../core/city.ts'
import type { Ctx } from '../../core/context.ts'
import { insertRows, one, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { isoDate } from '../../core/format.ts'
import { operation } from '../../core/operation.ts'
import { dayAt, isWorkingDay, startOf } from '../../kernel/calendar/office-days.ts'
import { officeCalendar } from '../../kernel/calendar/store.ts'

const text = Type.Object({ zh: Type.String(), en: Type.String() })
const time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })
const weekday = Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' })
const spans = Type.Array(Type.Object({ from: time, to: time }), { minItems: 1, maxItems: 4 })

const Pack = Type.Object({
  /** True while the kinds are ours and not yet the city's own. */
  sample: Type.Optional(Type.Boolean()),
  agency: Type.String(),
  since: Type.String(),
  weekdays: Type.Array(weekday),
  hours: spans,
  kinds: Type.Array(Type.Object({ code: Type.String(), name: text })),
})

/** The city's health desk: whose it is, when it is open, what it does. */
export const healthPack = (city: City): Static<typeof Pack> =>
  city.read('health-counter.json', Pack)

/**
 * States the opening hours from a day on. Of the declarations up to a day the latest is in force,
 * so that nothing known before has to change. Figure F072.
 */
export const declareHours = operation({
  name: 'health-counter.declare-hours',
  title: { zh: '登錄保健服務時間', en: 'Declare the hours of the health desk' },
  permission: 'health-counter.manage',
  input: Type.Object({
    since: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
    weekdays: Type.Array(weekday, { minItems: 1, maxItems: 7 }),
    hours: spans,
  }),
  run: async (ctx, { since, weekdays, hours }) => {
    const declared = weekdays.flatMap((day) =>
      hours.map((span) => ({
        id: randomUUID(),
        weekday: day,
        from_minute: minuteOf(span.from),
        to_minute: minuteOf(span.to),
        valid_from: since,
        recorded_at: ctx.now,
      })),
    )
    const columns = ['id', 'weekday', 'from_minute', 'to_minute', 'valid_from', 'recorded_at']
    await insertRows(
      ctx.db,
      'health_counter.opening_hours',
      columns as (keyof (typeof declared)[number])[],
      declared,
    )
    const spanned = hours.map((span) => `${span.from}-${span.to}`).join(';')
    const data = { since, weekdays, hours: spanned }
    await record(ctx, { record: declared[0]!.id, type: 'health-counter.hours-declared', data })
  },
})

const minuteOf = (given: string): number => Number(given.slice(0, 2)) * 60 + Number(given.slice(3))

/** Whether the desk is open at an instant: by its hours, on an office day. */
export async function isOpenAt(ctx: Ctx, at: Date): Promise<boolean> {
  const day = dayAt(at)
  if (!isWorkingDay(await officeCalendar(ctx), day)) return false
  const minute = Math.floor((+at - +startOf(day)) / 60_000)
  const date = isoDate(at)
  // 1970-01-01 was a Thursday; Monday is 1.
  const today = ((((day + 3) % 7) + 7) % 7) + 1
  const { n } = await one(
    ctx.db,
    sql<{ n: number }>`select count(*) as n from health_counter.opening_hours
      where weekday = ${today} and from_minute <= ${minute} and to_minute > ${minute}
        and (valid_from, recorded_at) = ${inForce(date)}`,
  )
  return n > 0
}

/** Which declaration is in force on a day. */
const inForce = (date: string) => sql`(
  select valid_from, recorded_at from health_counter.opening_hours
  where valid_from <= ${date} order by valid_from desc, recorded_at desc limit 1)`

/** The hours that are in force on a day, each span once: `08:00-12:00`. */
export const hoursOf = async (ctx: Ctx, date: string): Promise<string[]> => {
  const found = await rows(
    ctx.db,
    sql<{ from_minute: number; to_minute: number }>`select distinct from_minute, to_minute
      from health_counter.opening_hours
      where (valid_from, recorded_at) = ${inForce(date)} order by from_minute`,
  )
  return found.map((span) => `${timeOf(span.from_minute)}-${timeOf(span.to_minute)}`)
}

const timeOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0')).join(':')
