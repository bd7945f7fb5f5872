import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import type { Json } from '../../core/event.ts'
import { bigrams } from '../../core/search.ts'
import type { CaseRow } from './file.ts'
import type { Priority } from './priority.ts'

/** The filters of an inbox, as they stand in its address. */
export type Filters = {
  readonly state?: string | undefined
  readonly item?: string | undefined
  readonly agency?: string | undefined
  /** A district's code, or `none` for cases without a place. */
  readonly district?: string | undefined
  readonly priority?: Priority | undefined
  readonly mine?: boolean | undefined
  readonly overdue?: boolean | undefined
  /** Due within the next 24 hours. */
  readonly today?: boolean | undefined
  /** Finished ones instead of open ones, or `all`. Either is ordered by receipt, newest first. */
  readonly closed?: boolean | 'all' | undefined
  /** Only what figures count: an entry annulled as a mistake has no line in the register. */
  readonly counted?: boolean | undefined
  /** Whose repair or reply was done by its due time. */
  readonly timely?: boolean | undefined
  /** That were sent back after they were finished. */
  readonly reopened?: boolean | undefined
  /** Whose first answer has come: assigned, accepted or inspected. */
  readonly responded?: boolean | undefined
  /** Received within, first and last day, Taipei. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Finished within, first and last day, Taipei. */
  readonly closedFrom?: string | undefined
  readonly closedTo?: string | undefined
  /** Words: matched by bigrams over number, subject, text, place and item. */
  readonly q?: string | undefined
  /** Keyset: continue after this `received_at|id`, or `next_due|id|priority` of open ones. */
  readonly after?: string | undefined
}

export type Listed = Pick<
  CaseRow,
  | ('id' | 'no' | 'kind' | 'item' | 'subject' | 'state' | 'open' | 'agency' | 'assignee')
  | ('place' | 'district' | 'received_at' | 'closed_at' | 'next_due' | 'channel' | 'priority')
> & { readonly clock: string | null; readonly assignee_name: string | null }

const pageSize = 50
const forever = '9999-12-31'

/** What stands in an address for cases without a district. */
export const noDistrict = 'none'

/**
 * A page of cases, the most pressing first and of these what is due first; closed ones newest
 * first. Scope is the actor's.
 */
export async function listCases(ctx: Ctx, kind: string, f: Filters): Promise<Listed[]> {
  const [due, id, pressing] = f.after?.split('|') ?? []
  const grams = bigrams(f.q ?? '')
  const newestFirst = Boolean(f.closed)
  const order = newestFirst
    ? sql`c.received_at desc, c.id desc`
    : sql`c.priority, coalesce(c.next_due, ${forever}::timestamptz), c.id`
  return rows(
    ctx.db,
    sql<Listed>`
      select c.id, c.no, c.kind, c.item, c.subject, c.state, c.open, c.agency, c.assignee, c.place,
        c.district, c.received_at, c.closed_at, c.next_due, c.channel, c.priority,
        s.name as assignee_name,
        (select k.kind from cases.clock k where k.case_id = c.id and k.due = c.next_due
          limit 1) as clock
      from cases.case c
      left join identity.staff s on s.id::text = c.assignee
      where c.kind = ${kind}
        and (${f.closed === 'all'} or c.open = ${!f.closed})
        and (${f.state ?? null}::text is null or c.state = ${f.state ?? null})
        and (${f.item ?? null}::text is null or c.item = ${f.item ?? null})
        and (${f.agency ?? null}::text is null or c.agency = ${f.agency ?? null})
        and (${f.district ?? null}::text is null
          or coalesce(c.district, ${noDistrict}) = ${f.district ?? null})
        and (${f.priority ?? null}::cases.priority is null or c.priority = ${f.priority ?? null})
        and (${f.counted === true} = false or ${isCounted})
        and (${f.timely === true} = false or ${isTimely})
        and (${f.reopened === true} = false or ${wasReopened(kind)})
        and (${f.responded === true} = false or ${hasResponse})
        and ${within(sql`c.received_at`, f.from, f.to)}
        and ${within(sql`c.closed_at`, f.closedFrom, f.closedTo)}
        and (${f.mine === true} = false or c.assignee = ${ctx.actor.id})
        and (${f.overdue === true} = false or c.next_due < ${ctx.now})
        and (${f.today === true} = false
          or (c.next_due >= ${ctx.now} and c.next_due < ${new Date(+ctx.now + 86_400_000)}))
        and (${grams.length === 0} or c.id in (select cases.holding(${grams}::text[])))
        and (${due ?? null}::timestamptz is null or ${newestFirst}
          or (c.priority, coalesce(c.next_due, ${forever}::timestamptz), c.id)
            > (${pressing ?? 'urgent'}::cases.priority, ${due ?? null}::timestamptz,
              ${id ?? null}::uuid))
        and (${due ?? null}::timestamptz is null or ${!newestFirst}
          or (c.received_at, c.id) < (${due ?? null}::timestamptz, ${id ?? null}::uuid))
      order by ${order}
      limit ${pageSize}`,
  )
}

/** A case `c` that figures count: its line in the register was not ended by annulment. */
export const isCounted = sql<boolean>`exists (select from cases.register r
  where r.case_id = c.id and r.recorded_to is null)`

const isTimely = sql<boolean>`(select bool_and(k.stopped_at <= k.due) from cases.clock k
  where k.case_id = c.id and k.kind in ('repair', 'reply') and k.stopped_at is not null)`

const wasReopened = (kind: string) => sql<boolean>`exists (select from core.event e
  where e.record = c.id and e.type = ${`${kind}.reopen`})`

const hasResponse = sql<boolean>`exists (select from cases.clock k where k.case_id = c.id
  and k.kind in ('respond', 'ack', 'inspect') and k.stopped_at is not null)`

/** Whether a time lies between two Taipei days, both included; a day not given sets no bound. */
const within = (at: RawBuilder<unknown>, from: string | undefined, to: string | undefined) => sql`
  (${from ?? null}::date is null
    or ${at} >= ${from ?? null}::date::timestamp at time zone 'Asia/Taipei')
  and (${to ?? null}::date is null
    or ${at} < (${to ?? null}::date + 1)::timestamp at time zone 'Asia/Taipei')`

/** The keyset that continues after a full page, or undefined at the end. */
export function nextPage(listed: readonly Listed[], closed: boolean): string | undefined {
  const last = listed.at(-1)
  if (!last || listed.length < pageSize) return undefined
  if (closed) return `${last.received_at.toISOString()}|${last.id}`
  return `${last.next_due?.toISOString() ?? forever}|${last.id}|${last.priority}`
}

/** How many open cases of a kind the actor sees: all, overdue, due within a day, own. */
export async function countCases(ctx: Ctx, kind: string) {
  const counted = await row(
    ctx.db,
    sql<{ open: number; overdue: number; today: number; mine: number }>`
      select count(*) as open,
        count(*) filter (where next_due < ${ctx.now}) as overdue,
        count(*) filter (where next_due >= ${ctx.now}
          and next_due < ${new Date(ctx.now.getTime() + 86_400_000)}) as today,
        count(*) filter (where assignee = ${ctx.actor.id}) as mine
      from cases.case where kind = ${kind} and open`,
  )
  return counted ?? { open: 0, overdue: 0, today: 0, mine: 0 }
}

/** One line of a case's history, with the words and files that belong to it. */
export type TimelineRow = {
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly actor: string
  readonly actor_name: string | null
  readonly actor_agency: string | null
  readonly data: Readonly<Record<string, Json>>
  readonly statement: string | null
  readonly note: string | null
  readonly files: readonly { readonly sha: string; readonly type: string }[]
}

/** The whole history of a case, oldest first. Notes among staff only when `staff`. */
export function timeline(ctx: Ctx, caseId: string, staff: boolean): Promise<TimelineRow[]> {
  return rows(
    ctx.db,
    sql<TimelineRow>`
      select e.seq, e.type, e.at, e.actor, e.data,
        s.name as actor_name, s.agency as actor_agency,
        said.text as statement, noted.text as note,
        coalesce((select jsonb_agg(jsonb_build_object('sha', a.sha256, 'type', f.type))
          from cases.attachment a join core.file f on f.sha256 = a.sha256
          where a.case_id = e.record and a.seq = e.seq), '[]') as files
      from core.event e
      left join identity.staff s on s.id::text = e.actor
      left join cases.statement said on said.case_id = e.record and said.seq = e.seq
        and said.audience = 'reporter'
      left join cases.statement noted on noted.case_id = e.record and noted.seq = e.seq
        and noted.audience = 'staff' and ${staff}
      where e.record = ${caseId}
      order by e.seq`,
  )
}
