import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { longestRing, longestTalk } from './lines.ts'
import { reportItems } from './pack.ts'

/** The call that an operator has in hand, and the number's digest to find what is known of it. */
export type DeskCall = {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly queue: string
  readonly digest: string | null
  readonly tail: string | null
  readonly began: Date
  readonly answered: Date | null
  readonly ended: Date | null
  readonly outcome: 'ringing' | 'answered' | 'abandoned' | 'overflowed'
  readonly interaction: string | null
}

const asDeskCall = sql`id, direction, queue, caller_digest as digest, caller_tail as tail,
  began_at as began, answered_at as answered, ended_at as ended, outcome, interaction`

/** The call this operator talks in; else the one that rings here; else the last, not wrapped up. */
export const callInHand = (ctx: Ctx, operator: string): Promise<DeskCall | undefined> =>
  row(
    ctx.db,
    sql<DeskCall>`select ${asDeskCall} from call_centre.call c
      where annulled_at is null and began_at >= ${ctx.now}::timestamptz - ${longestTalk}::interval
        and case
          when ended_at is null and answered_at is null then ${operator} = any (offered)
            and began_at >= ${ctx.now}::timestamptz - ${longestRing}::interval
          when operator <> ${operator} or operator is null then false
          when ended_at is null then true
          else answered_at is not null
            and not exists (select from call_centre.wrap_up w where w.call_id = c.id)
        end
      order by (ended_at is null and answered_at is not null) desc, ended_at is null desc,
        began_at desc limit 1`,
  )

/** A call that may be seen, by its id. */
export const callById = (ctx: Ctx, id: string): Promise<DeskCall | undefined> =>
  row(ctx.db, sql<DeskCall>`select ${asDeskCall} from call_centre.call where id::text = ${id}`)

export type EarlierCall = Pick<DeskCall, 'id' | 'began' | 'direction' | 'queue' | 'outcome'> & {
  readonly codes: readonly string[] | null
  readonly notes: string | null
}

/** Earlier calls under the same number, newest first. */
export const earlierCalls = (ctx: Ctx, call: DeskCall): Promise<EarlierCall[]> =>
  rows(
    ctx.db,
    sql<EarlierCall>`select c.id, c.began_at as began, c.direction, c.queue, c.outcome, w.codes,
        w.notes
      from call_centre.call c left join call_centre.wrap_up w on w.call_id = c.id
      where c.caller_digest = ${call.digest} and c.id <> ${call.id} and c.annulled_at is null
      order by c.began_at desc limit 8`,
  )

export type CallersCase = {
  readonly no: string
  readonly kind: string
  readonly subject: string
  readonly open: boolean
  readonly received: Date
  readonly due: Date | null
  readonly lat: number | null
  readonly lon: number | null
}

/**
 * Cases whose party left this number or that were filed from its calls, newest first; only of kinds
 * that the operator may read throughout the city, and none that is confidential: a caller's number
 * can be forged.
 */
export const casesOfCaller = (ctx: Ctx, call: DeskCall): Promise<CallersCase[]> =>
  rows(
    ctx.db,
    sql<CallersCase>`select c.no, c.kind, c.subject, c.open, c.received_at as received,
        c.next_due as due, c.lat, c.lon
      from cases.case c
      where c.kind = any (${kindsReadBy(ctx)}::text[]) and not c.confidential and c.id in (
        select case_id from call_centre.caller where digest = ${call.digest}
        union select i.case_id from call_centre.call k
          join cases.interaction i on i.id = k.interaction
        where k.caller_digest = ${call.digest} and i.case_id is not null)
      order by c.received_at desc limit 8`,
  )

/** The kinds of case that the actor may read in the whole city. */
const kindsReadBy = ({ actor }: Ctx): string[] =>
  actor.grants.flatMap(({ permission, scope }) =>
    scope === 'city' && permission.endsWith('.read') ? [permission.slice(0, -5)] : [],
  )

export type NearReport = {
  readonly no: string
  readonly kind: string
  readonly item: string
  readonly received: Date
  readonly metres: number
}

const nearMetres = 300
const nearDays = 90

/** Open public reports around the caller's last place, nearest first; none where none is known. */
export async function reportsNear(ctx: Ctx, cases: readonly CallersCase[]): Promise<NearReport[]> {
  const last = cases.find(({ lat, lon }) => lat !== null && lon !== null)
  if (!last) return []
  const since = new Date(+ctx.now - nearDays * 86_400_000)
  return rows(
    ctx.db,
    sql<NearReport>`select no, kind, item, received_at as received, metres_away as metres
      from cases.nearby(array['dispatch'], ${reportItems(ctx.city)}::text[], ${last.lon}::float8,
        ${last.lat}::float8, ${nearMetres}::float8, ${since}, '{}')
      where no <> ${last.no}`,
  )
}
