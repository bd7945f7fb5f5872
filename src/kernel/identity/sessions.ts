import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Type } from 'typebox'
import type { Actor, Ctx, Platform } from '../../core/context.ts'
import { publicActor } from '../../core/context.ts'
import { row, rows } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform } from '../../core/operation.ts'
import { directory, grantsOf } from './directory.ts'
import { cityRoles } from './pack.ts'
import { passwordFits } from './password.ts'

/** A session ends after 12 hours, or after 60 minutes without a request. */
const longest = '12 hours'
const idle = '60 minutes'

const mostFailures = 5
const lockMinutes = 15

type Account = {
  id: string
  password_hash: string
  failures: number
  locked_until: Date | null
}

const attempt = operation({
  name: 'identity.sign-in',
  title: { zh: '登入', en: 'Sign in' },
  permission: 'public',
  input: Type.Object({
    login: Type.String({ minLength: 1, maxLength: 100 }),
    password: Type.String({ minLength: 1, maxLength: 200 }),
  }),
  run: async (ctx, { login, password }) => {
    const account = await row(
      ctx.db,
      sql<Account>`select id, password_hash, failures, locked_until from identity.staff
        where login = ${login.trim().toLowerCase()} and active for update`,
    )
    const locked = account?.locked_until != null && account.locked_until > ctx.now
    const fits = await passwordFits(locked ? null : (account?.password_hash ?? null), password)
    if (!account || !fits) {
      await noteFailure(ctx, account)
      return { token: null, locked }
    }
    return { token: await openSession(ctx, account.id), locked: false }
  },
})

/** The refusal is returned, not thrown, so that the count of failures is kept. */
async function noteFailure(ctx: Ctx, account: Account | undefined): Promise<void> {
  // Someone who guesses logins leaves a trace, but no name: the chain holds no personal data.
  const who = account?.id ?? '00000000-0000-7000-8000-000000000000'
  await record(ctx, { record: who, type: 'identity.refused' })
  if (!account) return
  const failures = account.failures + 1
  const lock = failures >= mostFailures ? new Date(+ctx.now + lockMinutes * 60_000) : null
  await sql`update identity.staff set failures = ${lock ? 0 : failures},
      locked_until = coalesce(${lock}::timestamptz, locked_until)
    where id = ${account.id}`.execute(ctx.db)
}

async function openSession(ctx: Ctx, staff: string): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await sql`insert into identity.session (token_hash, staff, created_at, seen_at, expires_at)
    values (${hashToken(token)}, ${staff}, ${ctx.now}, ${ctx.now},
      ${ctx.now}::timestamptz + ${longest}::interval)`.execute(ctx.db)
  await sql`update identity.staff set failures = 0, locked_until = null
    where id = ${staff}`.execute(ctx.db)
  await record(ctx, { record: staff, type: 'identity.signed-in' })
  return token
}

const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * Signs a member of staff in and returns the session's token. Refuses 401 with one sentence for a
 * wrong name and a wrong password alike, and 15 minutes long after five failures.
 */
export async function signIn(
  platform: Platform,
  given: { login?: unknown; password?: unknown },
): Promise<string> {
  const { token } = await perform(platform, attempt, publicActor, given)
  if (token !== null) return token
  throw new Refused('sign-in.refused', 401, {
    zh: '帳號或密碼不對。連續五次錯誤後，帳號會暫停十五分鐘。',
    en: 'The name or the password is wrong. After five failures the account rests 15 minutes.',
  })
}

const leave = operation({
  name: 'identity.sign-out',
  title: { zh: '登出', en: 'Sign out' },
  permission: 'staff',
  input: Type.Object({ token: Type.String() }),
  run: async (ctx, { token }) => {
    await sql`delete from identity.session where token_hash = ${hashToken(token)}`.execute(ctx.db)
    await record(ctx, { record: ctx.actor.id, type: 'identity.signed-out' })
  },
})

/** Ends the session of a token. */
export const signOut = (platform: Platform, actor: Actor, token: string): Promise<void> =>
  perform(platform, leave, actor, { token })

type Held = { id: string; name: string; agency: string; role: string; at: string; stale: boolean }

/**
 * The member of staff behind a session's token, with grants; undefined when it has ended. Asked on
 * every request, of tables that everyone may read: one statement and no transaction. It keeps the
 * session alive, with at most one write a minute.
 */
export async function actorOfToken(platform: Platform, token: string): Promise<Actor | undefined> {
  const { changing: db } = platform.database
  const now = platform.now()
  const held = await rows(
    db,
    sql<Held>`select s.id, s.name, s.agency, g.role, g.agency as at,
        o.seen_at < ${now}::timestamptz - interval '1 minute' as stale
      from identity.session o
      join identity.staff s on s.id = o.staff and s.active
      left join identity.role_grant g on g.staff = s.id
      where o.token_hash = ${hashToken(token)} and o.expires_at > ${now}
        and o.seen_at > ${now}::timestamptz - ${idle}::interval`,
  )
  const [first] = held
  if (!first) return undefined
  if (first.stale)
    await sql`update identity.session set seen_at = ${now}
      where token_hash = ${hashToken(token)}`.execute(db)
  return staffActor({ db, city: platform.city }, first, held)
}

async function staffActor(
  at: Pick<Ctx, 'db' | 'city'>,
  who: Held,
  held: readonly Held[],
): Promise<Actor> {
  const tree = await directory(at)
  const roles = cityRoles(at.city)
  const grants = held.flatMap(({ role, at }) => grantsOf(tree, roles[role]?.permissions ?? [], at))
  return {
    kind: 'staff',
    id: who.id,
    name: who.name,
    agency: who.agency,
    grants,
    secrets: [],
  }
}

/** Removes sessions that have ended, every hour. */
export const identityJobs: readonly Job[] = [
  {
    queue: 'identity.sweep',
    cron: '17 * * * *',
    run: async (platform) => {
      await sql`delete from identity.session where expires_at < ${platform.now()}`.execute(
        platform.database.app,
      )
    },
  },
]
