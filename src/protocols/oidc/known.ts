import { sql } from 'kysely'
import type { Provider } from 'oidc-provider'
import { Type } from 'typebox'
import { canonical } from '../../core/canonical.ts'
import { signedByInstallation } from '../../core/checkpoint.ts'
import { type Ctx, type Platform, systemActor } from '../../core/context.ts'
import { type Db, row, rows, transact } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import { operation, perform } from '../../core/operation.ts'
import { clientMetadata, portalId } from './clients.ts'
import { endEverywhere, tellSystem } from './logout.ts'
import { cityScope } from './policy.ts'
import type { Refusal, Why } from './record.ts'

/*
 * What the provider knows of one account: where it is signed in, how each sign-in came about, and
 * which systems know it. Its rows are found by the account that asks and by no other.
 */

/** A browser that is signed in. */
export type SignedIn = {
  readonly uid: string
  readonly began: Date
  readonly until: Date
  /** What the browser called itself. */
  readonly agent: string
  /** The client identifiers of the systems that it opened. */
  readonly systems: readonly string[]
  /** Whether it is the browser of this session of our own pages. */
  readonly here: boolean
}

type Session = {
  uid: string
  until: Date
  began: Date | null
  agent: string | null
  systems: string[]
  portal: string | null
}

/** Where an account is signed in, the newest first; `sid` is of the session that asks. */
export async function sessionsOf(
  platform: Platform,
  account: string,
  sid: string | null,
): Promise<SignedIn[]> {
  const found = await transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<Session>`select e.uid, e.expires_at as until, s.at as began, s.agent,
          array(select jsonb_object_keys(coalesce(e.payload -> 'authorizations', '{}'))) as systems,
          e.payload -> 'authorizations' -> ${portalId} ->> 'sid' as portal
        from oidc.entity e left join lateral (
          select at, agent from identity.sign_in s
          where s.session = e.uid and s.account::text = e.account_id order by at limit 1) s on true
        where e.model = 'Session' and e.account_id = ${account} and e.expires_at > now()
        order by s.at desc nulls last`,
    ),
  )
  return found.map(({ uid, until, began, agent, systems, portal }) => ({
    ...{ uid, until, systems },
    began: began ?? until,
    agent: agent ?? '',
    here: sid !== null && portal === sid,
  }))
}

/** The provider's `sid` of a session of our own pages. */
export const sidOf = async (platform: Platform, session: string): Promise<string | null> => {
  const found = await transact(platform.database.app, cityScope, (db) =>
    row(
      db,
      sql<{ sid: string | null }>`select sid from identity.session
        where token_hash = sha256(convert_to(${session}, 'UTF8'))`,
    ),
  )
  return found?.sid ?? null
}

/** Ends one sign-in of an account, with every system that it opened. Another's is not touched. */
export async function endSignIn(
  platform: Platform,
  provider: Provider,
  account: string,
  uid: string,
): Promise<boolean> {
  const session = await provider.Session.findByUid(uid)
  if (session?.accountId !== account) return false
  await endEverywhere(platform, provider, uid)
  await perform(platform, noteEnd, systemActor('sign-out'), { account })
  return true
}

/**
 * Ends every sign-in of an account, and what was agreed to with any system: tokens that outlive a
 * session, too.
 */
export async function endAll(
  platform: Platform,
  provider: Provider,
  account: string,
): Promise<void> {
  for (const { uid } of await sessionsOf(platform, account, null))
    await endSignIn(platform, provider, account, uid)
  await perform(platform, withdrawAll, systemActor('sign-out'), { account })
}

const withdrawAll = operation({
  name: 'oidc.withdraw-all',
  title: { zh: '收回對所有系統的同意', en: 'Withdraw from every system' },
  permission: 'identity.sign-in',
  input: Type.Object({ account: Type.String() }),
  run: async (ctx, { account }) => {
    await sql`delete from oidc.entity where account_id = ${account}`.execute(ctx.db)
    await record(ctx, { record: account, type: 'identity.withdrawn', data: { system: 'all' } })
  },
})

const noteEnd = operation({
  name: 'oidc.note-end',
  title: { zh: '結束一個登入', en: 'End a sign-in' },
  permission: 'identity.sign-in',
  input: Type.Object({ account: Type.String() }),
  run: (ctx, { account }) => record(ctx, { record: account, type: 'identity.session-ended' }),
})

/** A sign-in or an attempt as its owner or an auditor reads it. */
export type SignIn = {
  readonly id: string
  readonly system: string
  readonly at: Date
  readonly outcome: 'granted' | 'refused'
  readonly level: number
  readonly agent: string
  readonly why: Why | Refusal | { readonly source: string }
  readonly signed: string
}

const columns = sql`id, system, at, outcome, level, agent, why, signed`

/** An account's sign-ins before a time, the newest first. Row-level security says whose. */
export const signInsOf = (ctx: Ctx, account: string, before: Date | null): Promise<SignIn[]> =>
  rows(
    ctx.db,
    sql<SignIn>`select ${columns} from identity.sign_in
      where account::text = ${account} and at < ${before ?? new Date(+ctx.now + 1000)}
      order by at desc, id limit 31`,
  )

/** One sign-in that the actor may see. */
export const signInById = (db: Db, id: string): Promise<SignIn | undefined> =>
  row(db, sql<SignIn>`select ${columns} from identity.sign_in where id::text = ${id}`)

/** When an auditor looked at a sign-in of an account, and at which system's. */
export type Look = { readonly at: Date; readonly system: string }

/** Who looked: the newest first, without the auditor's name. */
export const looksAt = (platform: Platform, account: string): Promise<Look[]> =>
  transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<Look>`select at, data ->> 'system' as system from core.event
        where record::text = ${account} and type = 'identity.sign-in-looked-at'
        order by at desc limit 20`,
    ),
  )

/** Whether a sign-in's reason is as the installation signed it. */
export const holds = ({ config }: Pick<Ctx, 'config'>, { why, signed }: SignIn): boolean =>
  signedByInstallation(config.TAKAO_DATA, canonical(why), signed)

/** A system that an account signed in to, and what it may learn. */
export type Knows = {
  readonly system: string
  readonly scopes: readonly string[]
  readonly last: Date
  readonly times: number
}

/** Which systems know an account: those it signed in to, and what was agreed to. */
export const systemsKnowing = (platform: Platform, account: string): Promise<Knows[]> =>
  transact(platform.database.app, cityScope, async (db) => {
    const met = await rows(
      db,
      sql<Omit<Knows, 'scopes'>>`select system, max(at) as last, count(*) as times
        from identity.sign_in
        where account::text = ${account} and outcome = 'granted' and system <> ${portalId}
        group by system order by last desc`,
    )
    const agreed = await grantsOf(db, account)
    return met.map((one) => {
      const scopes = agreed.filter(({ system }) => system === one.system)
      return { ...one, scopes: [...new Set(scopes.flatMap((given) => given.scopes))] }
    })
  })

type Agreed = { system: string; scopes: string[] }

const grantsOf = (db: Db, account: string) =>
  rows(
    db,
    sql<Agreed>`select payload ->> 'clientId' as system,
        array_remove(string_to_array(payload -> 'openid' ->> 'scope', ' '), '') as scopes
      from oidc.entity where model = 'Grant' and account_id = ${account} and expires_at > now()`,
  )

/**
 * Takes back what a system was granted: its tokens stop, its sessions are told to end, and it asks
 * again the next time. What it learned before is its agency's to answer for.
 */
export async function forget(
  platform: Platform,
  provider: Provider,
  account: string,
  system: string,
): Promise<void> {
  const metadata = await clientMetadata(platform, system)
  for (const { uid, systems } of await sessionsOf(platform, account, null)) {
    if (!systems.includes(system)) continue
    const session = await provider.Session.findByUid(uid)
    if (!session?.authorizations) continue
    const { sid } = session.authorizations[system] ?? {}
    if (sid && metadata?.backchannel_logout_uri)
      await tellSystem(platform, { system, account, sid })
    delete session.authorizations[system]
    await session.persist()
  }
  await perform(platform, withdraw, systemActor('sign-out'), { account, system })
}

const withdraw = operation({
  name: 'oidc.withdraw',
  title: { zh: '收回對系統的同意', en: 'Withdraw from a system' },
  permission: 'identity.sign-in',
  input: Type.Object({ account: Type.String(), system: Type.String() }),
  run: async (ctx, { account, system }) => {
    await sql`delete from oidc.entity where account_id = ${account}
      and payload ->> 'clientId' = ${system}
      and model in ('Grant', 'AccessToken', 'RefreshToken', 'AuthorizationCode', 'DeviceCode')
    `.execute(ctx.db)
    await record(ctx, { record: account, type: 'identity.withdrawn', data: { system } })
  },
})
