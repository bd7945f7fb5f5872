import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { type Operation, operation, scopeFor } from '../../core/operation.ts'
import type { CaseType } from './define.ts'
import type { CaseRow } from './file.ts'
import { priorities } from './priority.ts'
import { loadCase } from './store.ts'

/** How many cases of a kind a round holds; more than that is not one day's way. */
export const mostOnRound = 40

/** A case of someone's round; `listed` when it was put there, not only assigned. */
export type RoundCase = Pick<
  CaseRow,
  | ('id' | 'no' | 'kind' | 'item' | 'subject' | 'body' | 'answers' | 'state' | 'priority')
  | ('agency' | 'place' | 'lat' | 'lon' | 'district' | 'next_due' | 'confidential')
> & { readonly listed: boolean }

/** `dispatch.shortlist`, …: puts a case on one's own round, or takes it off. */
export const shortlistOf = (type: CaseType): Operation =>
  operation({
    name: `${type.kind}.shortlist`,
    title: { zh: `${type.title.zh}：排入巡查`, en: `${type.title.en}: put on my round` },
    permission: `${type.kind}.work`,
    input: Type.Object({
      case: Type.String({ maxLength: 30, description: 'the number of the case' }),
      wanted: Type.Boolean({ default: true, description: 'false takes it off the round' }),
    }),
    run: async (ctx, { case: no, wanted }) => {
      const { row: found } = await loadCase(ctx, type.kind, no)
      const me = ctx.actor.id
      if (wanted)
        await sql`insert into cases.round (person, case_id, added_at)
          values (${me}, ${found.id}, ${ctx.now}) on conflict do nothing`.execute(ctx.db)
      else
        await sql`delete from cases.round
          where person = ${me} and case_id = ${found.id}`.execute(ctx.db)
      // Whose round it is concerns that person, not the course of the case.
      const data = { no: found.no, wanted }
      await record(ctx, { record: me, type: `${type.kind}.shortlisted`, data })
      return { no: found.no, wanted }
    },
  })

/** Whether a case stands on the actor's own round by their wish. */
export const isListed = async (ctx: Ctx, id: string): Promise<boolean> =>
  (await row(
    ctx.db,
    sql`select from cases.round where case_id = ${id} and person = ${ctx.actor.id}`,
  )) !== undefined

/**
 * The open cases of a kind that the actor looks at on site: assigned to them or put on their round,
 * most pressing first. A case that went to another agency since is not theirs any more.
 */
export function roundOf(ctx: Ctx, type: CaseType): Promise<RoundCase[]> {
  const { scope, agencies } = scopeFor(ctx.actor, `${type.kind}.work`)
  return rows(
    ctx.db,
    sql<RoundCase>`
      select c.id, c.no, c.kind, c.item, c.subject, c.body, c.answers, c.state, c.priority,
        c.agency, c.place, c.lat, c.lon, c.district, c.next_due, c.confidential,
        r.person is not null as listed
      from cases.case c
      left join cases.round r on r.case_id = c.id and r.person = ${ctx.actor.id}
      where c.kind = ${type.kind} and c.open
        and (c.assignee = ${ctx.actor.id} or r.person is not null)
        and (c.assignee = ${ctx.actor.id} or ${scope === 'city'}
          or c.agency = any (${agencies}::text[]))
      order by c.priority, c.next_due nulls last, c.id
      limit ${mostOnRound}`,
  )
}

type Stop = Pick<RoundCase, 'district' | 'lat' | 'lon' | 'priority' | 'next_due'>

/** The order by what presses: priority, then what is due first. Pure. */
export const byDue = <S extends Stop>(stops: readonly S[]): S[] =>
  [...stops].sort(
    (a, b) =>
      priorities.indexOf(a.priority) - priorities.indexOf(b.priority) ||
      (+(a.next_due ?? 0) || Infinity) - (+(b.next_due ?? 0) || Infinity),
  )

/**
 * The order of a way: district by district, the one with the most pressing case first; within it
 * from that case always to the nearest one left, what has no point last. Pure.
 */
export function byWay<S extends Stop>(stops: readonly S[]): S[] {
  const districts = new Map<string | null, S[]>()
  for (const stop of byDue(stops))
    districts.set(stop.district, [...(districts.get(stop.district) ?? []), stop])
  return [...districts.values()].flatMap(wayThrough)
}

function wayThrough<S extends Stop>(stops: readonly S[]): S[] {
  const way: S[] = []
  const left = [...stops]
  while (left.length > 0) {
    const from = way.at(-1)
    const distances = left.map((stop) => (from ? metresBetween(from, stop) : 0))
    const nearest = distances.indexOf(Math.min(...distances))
    way.push(...left.splice(from ? nearest : firstPlaced(left), 1))
  }
  return way
}

/** The most pressing that has a point; the first where none has. */
const firstPlaced = (stops: readonly Stop[]): number =>
  Math.max(
    0,
    stops.findIndex(({ lat }) => lat !== null),
  )

/** Metres between two cases, flat enough within a city; endless where one has no point. */
export function metresBetween(a: Stop, b: Stop): number {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return Infinity
  const north = (a.lat - b.lat) * 111_195
  const east = (a.lon - b.lon) * 111_195 * Math.cos((a.lat * Math.PI) / 180)
  return Math.hypot(north, east)
}
