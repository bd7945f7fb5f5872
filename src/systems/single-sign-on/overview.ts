import { sql } from 'kysely'
import type { Ctx } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import type { IdentityLevel, Level, Method } from '../../kernel/identity/levels.ts'
import type { Proposal } from './operations.ts'
import { type ClientMetadata, type RelyingSystem, type SystemRow, systemOf } from './registry.ts'

/** A system as its administrators see it in the list. */
export type Listed = RelyingSystem & {
  readonly waits: boolean
  /** Sign-ins and refusals of the last 30 days. */
  readonly granted: number
  readonly refused: number
}

export type SystemFilter = {
  readonly q?: string
  readonly state?: string
  readonly rating?: string
}

type ListedRow = SystemRow & { waits: boolean; granted: number; refused: number }

/** The systems in reach of the actor, those that wait for the city first. */
export async function systemsInReach(ctx: Ctx, filter: SystemFilter): Promise<Listed[]> {
  const { q = '', state = '', rating = '' } = filter
  const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const found = await rows(
    ctx.db,
    sql<ListedRow>`select s.*, s.state = 'proposed' or s.pending is not null as waits,
        coalesce(c.granted, 0) as granted, coalesce(c.refused, 0) as refused
      from single_sign_on.system s left join (
        select system, count(*) filter (where outcome = 'granted') as granted,
          count(*) filter (where outcome = 'refused') as refused
        from identity.sign_in where at >= ${ctx.now}::timestamptz - interval '30 days'
        group by system) c on c.system = s.id
      where (${q} = '' or s.id ilike ${like} or s.name_zh ilike ${like} or s.name_en ilike ${like})
        and (${state} = '' or s.state = ${state}) and (${rating} = '' or s.rating = ${rating})
      order by waits desc, s.state = 'ended', s.name_zh`,
  )
  return found.map((one) => ({
    ...systemOf(one),
    waits: one.waits,
    granted: one.granted,
    refused: one.refused,
  }))
}

/** What the city approves about a system. */
export type Plan = Pick<
  RelyingSystem,
  'name' | 'purpose' | 'audience' | 'rating' | 'requirement' | 'metadata'
>

/** What was proposed, as it is kept. */
type Pending = Proposal & { readonly metadata: ClientMetadata; readonly methods: Method[] | null }

/** A system with what waits for the city, as its own page shows it. */
export type Overview = RelyingSystem & {
  readonly change: Plan | null
  /** The change as it was filled in, for the form that corrects it. */
  readonly pending: Proposal | null
  readonly proposedBy: string
  readonly proposedAt: Date
  readonly hasSecret: boolean
  readonly hasScimSecret: boolean
}

/** A system in reach of the actor; undefined when there is none. */
export async function overviewOf(ctx: Ctx, id: string): Promise<Overview | undefined> {
  const found = await row(
    ctx.db,
    sql<SystemRow & { pending: Pending | null; proposed_by: string; proposed_at: Date }>`
      select * from single_sign_on.system where id = ${id}`,
  )
  return (
    found && {
      ...systemOf(found),
      change: found.pending && planOf(found.pending),
      pending: found.pending,
      proposedBy: found.proposed_by,
      proposedAt: found.proposed_at,
      hasSecret: found.sealed_secret !== null,
      hasScimSecret: found.sealed_scim !== null,
    }
  )
}

const planOf = (one: Pending): Plan => ({
  name: { zh: one.nameZh, en: one.nameEn },
  purpose: { zh: one.purposeZh, en: one.purposeEn },
  audience: one.audience as Plan['audience'],
  rating: one.rating as Plan['rating'],
  requirement: {
    level: one.level as Level,
    identity: one.identityLevel as IdentityLevel,
    maxAge: one.maxAge ?? null,
    methods: one.methods,
  },
  metadata: one.metadata,
})

/** A month of sign-ins at a system. */
export type Month = { readonly month: string; readonly granted: number; readonly refused: number }

/** The last twelve months with sign-ins at a system, the oldest first. */
export const monthsOf = (ctx: Ctx, id: string): Promise<Month[]> =>
  rows(
    ctx.db,
    sql<Month>`select * from (
        select to_char(at at time zone 'Asia/Taipei', 'YYYY-MM') as month,
          count(*) filter (where outcome = 'granted') as granted,
          count(*) filter (where outcome = 'refused') as refused
        from identity.sign_in where system = ${id} and annulled_at is null
        group by month order by month desc limit 12) m order by month`,
  )

/** How many sign-ins had each level, from a month (`YYYY-MM`) on. */
export const levelsAt = (
  ctx: Ctx,
  id: string,
  from = '0001-01',
): Promise<{ level: Level; times: number }[]> =>
  rows(
    ctx.db,
    sql<{ level: Level; times: number }>`select level, count(*) as times from identity.sign_in
      where system = ${id} and outcome = 'granted' and annulled_at is null
        and at >= (${`${from}-01`}::timestamp at time zone 'Asia/Taipei')
      group by level order by level`,
  )
