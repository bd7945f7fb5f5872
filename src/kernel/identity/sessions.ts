import { createHash, randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { Type } from 'typebox'
import type { Actor, Ctx, Platform } from '../../core/context.ts'
import { systemActor } from '../../core/context.ts'
import { row, rows, transact } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { clearCertificates } from './certificate/challenge.ts'
import { directory, grantsOf } from './directory.ts'
import { cityRoles } from './pack.ts'

/** A session ends after 12 hours, or after 60 minutes without a request. */
const longest = '12 hours'
const idle = '60 minutes'

/** A session as the provider told it: whose, which of its sessions, how sure, in which browser. */
export type NewSession = {
  readonly account: string
  readonly sid: string
  readonly level: number
  readonly agent: string
  /** When they were asked to confirm that it is them, if this sign-in was for that. */
  readonly confirmedAt?: string
}

/** Opens a session after a sign-in at the provider; its token goes into a cookie. */
export const openSession = operation({
  name: 'identity.open-session',
  title: { zh: '登入', en: 'Sign in' },
  permission: 'identity.sign-in',
  input: Type.Object({
    account: Type.String(),
    sid: Type.String(),
    level: Type.Integer(),
    agent: Type.String({ maxLength: 300 }),
    confirmedAt: Type.Optional(Type.String({ format: 'date-time' })),
  }),
  run: async (ctx, { account, sid, level, agent, confirmedAt }: NewSession) => {
    const token = randomBytes(32).toString('base64url')
    await sql`insert into identity.session
        (token_hash, account, created_at, seen_at, expires_at, sid, level, agent, proven_at)
      values (${hashToken(token)}, ${account}, ${ctx.now}, ${ctx.now},
        ${ctx.now}::timestamptz + ${longest}::interval, ${sid}, ${level}, ${agent},
        ${confirmedAt ?? null})`.execute(ctx.db)
    await record(ctx, { record: account, type: 'identity.signed-in', data: { level } })
    return token
  },
})

/** Ends the sessions of a sign-in at the provider; it says so by a back-channel logout. */
export const endBySid = operation({
  name: 'identity.end-session',
  title: { zh: '結束登入', en: 'End a session' },
  permission: 'identity.sign-in',
  input: Type.Object({ sid: Type.String() }),
  run: async (ctx, { sid }) => {
    const ended = await row(
      ctx.db,
      sql<{ account: string }>`delete from identity.session where sid = ${sid} returning account`,
    )
    ctx.recorded.count++ // a second notice of the same logout changes nothing
    if (ended) await record(ctx, { record: ended.account, type: 'identity.signed-out' })
  },
})

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

const leave = operation({
  name: 'identity.sign-out',
  title: { zh: '登出', en: 'Sign out' },
  permission: 'account',
  input: Type.Object({ token: Type.String() }),
  run: async (ctx, { token }) => {
    await sql`delete from identity.session where token_hash = ${hashToken(token)}`.execute(ctx.db)
    await record(ctx, { record: ctx.actor.id, type: 'identity.signed-out' })
  },
})

/** Ends the session of a token. */
export const signOut = (platform: Platform, actor: Actor, token: string): Promise<void> =>
  perform(platform, leave, actor, { token })

type Held = {
  id: string
  kind: 'citizen' | 'staff'
  name: string
  level: number
  confirmed: Date | null
  staff: boolean
  agency: string | null
  role: string | null
  at: string
}

/** The person behind a session's token, staff with grants; undefined when it has ended. */
export const actorOfToken = (platform: Platform, token: string): Promise<Actor | undefined> =>
  actorWhere(
    platform,
    sql`identity.session o join identity.account a on a.id = o.account`,
    ({ now }) => sql`o.token_hash = ${hashToken(token)} and o.expires_at > ${now}
      and o.seen_at > ${now}::timestamptz - ${idle}::interval`,
    sql`o.level as level, o.proven_at as confirmed`,
  )

/** The person of an account, whoever asks; undefined when it was closed. */
export const accountActor = (platform: Platform, account: string): Promise<Actor | undefined> =>
  actorWhere(
    platform,
    sql`identity.account a`,
    () => sql`a.id::text = ${account}`,
    sql`1 as level, null::timestamptz as confirmed`,
  )

function actorWhere(
  platform: Platform,
  from: RawBuilder<unknown>,
  where: (ctx: Ctx) => RawBuilder<unknown>,
  session: RawBuilder<unknown>,
): Promise<Actor | undefined> {
  return read(platform, systemActor('sessions'), 'identity.sign-in', async (ctx) => {
    const held = await rows(
      ctx.db,
      sql<Held>`select a.id, a.kind, a.name, ${session}, s.id is not null as staff,
          s.agency, g.role, g.agency as at
        from ${from}
        left join identity.staff s on s.id = a.id and s.active
        left join identity.role_grant g on g.staff = s.id
        where a.closed_at is null and ${where(ctx)}`,
    )
    const [first] = held
    if (!first || (first.kind === 'staff' && !first.staff)) return undefined
    return actorFrom(ctx, first, held)
  })
}

async function actorFrom(ctx: Ctx, who: Held, held: readonly Held[]): Promise<Actor> {
  const person = {
    id: who.id,
    name: who.name,
    level: who.level,
    confirmedAt: who.confirmed,
    secrets: [],
  }
  if (who.kind === 'citizen') return { ...person, kind: 'citizen', agency: null, grants: [] }
  const tree = await directory(ctx)
  const roles = cityRoles(ctx.city)
  const grants = held.flatMap(({ role, at }) =>
    role === null ? [] : grantsOf(tree, roles[role]?.permissions ?? [], at),
  )
  return { ...person, kind: 'staff', agency: who.agency, grants }
}

/** Keeps a session alive; at most one write a minute. */
export async function touchSession(platform: Platform, token: string): Promise<void> {
  await sql`update identity.session set seen_at = ${platform.now()}
    where token_hash = ${hashToken(token)}
      and seen_at < ${platform.now()}::timestamptz - interval '1 minute'`.execute(
    platform.database.city,
  )
}

const cityScope = { scope: 'city', person: '', agencies: [], secrets: [] } as const

/** Removes sessions that have ended, and what else ran out, every hour. */
export const identityJobs: readonly Job[] = [
  {
    queue: 'identity.sweep',
    cron: '17 * * * *',
    run: async (platform) => {
      const now = platform.now()
      await transact(platform.database.app, cityScope, async (db) => {
        await sql`delete from identity.session where expires_at < ${now}`.execute(db)
        await sql`delete from identity.attempt where expires_at < ${now}`.execute(db)
        await sql`delete from identity.tries where until < ${now}`.execute(db)
        await sql`delete from identity.proofing_code where expires_at < ${now}`.execute(db)
        await sql`delete from identity.reset where expires_at < ${now}`.execute(db)
        // From where somebody asked is needed while it may be disputed, not longer.
        await sql`delete from identity.approval
          where expires_at < ${now}::timestamptz - interval '1 day'`.execute(db)
        await clearCertificates(db, now)
      })
    },
  },
]
