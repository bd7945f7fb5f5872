import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { sql } from 'kysely'
import type { Provider } from 'oidc-provider'
import { Type } from 'typebox'
import { type Platform, systemActor } from '../../core/context.ts'
import { row, rows, transact } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform } from '../../core/operation.ts'
import { endBySid } from '../../kernel/identity/sessions.ts'
import { clientMetadata, issuerOf, portalId } from './clients.ts'
import { registeredFetch } from './fetch.ts'
import { signingKeys } from './keys.ts'
import { cityScope } from './policy.ts'

const mostTries = 8
const patience = 5000

/** Notes that a system must be told of the end of a sign-in; the notice leaves with the commit. */
export const noteLogout = operation({
  name: 'oidc.note-logout',
  title: { zh: '通知系統登出', en: 'Tell a system of a sign-out' },
  permission: 'identity.sign-in',
  input: Type.Object({ system: Type.String(), account: Type.String(), sid: Type.String() }),
  run: async (ctx, { system, account, sid }) => {
    const id = randomUUID()
    await sql`insert into oidc.logout (id, system, account, sid, ended_at)
      values (${id}, ${system}, ${account}, ${sid}, ${ctx.now})`.execute(ctx.db)
    await record(ctx, { record: id, type: 'oidc.logout-noted', data: { system } })
    await ctx.enqueue('oidc.deliver-logout', { id })
    // Our own pages get their notice like any system, and do not wait for it.
    if (system === portalId) await endBySid.run(ctx, { sid })
  },
})

/** Tells a system by a queued notice that a sign-in ended. */
export const tellSystem = (
  platform: Platform,
  told: { readonly system: string; readonly account: string; readonly sid: string },
): Promise<void> => perform(platform, noteLogout, systemActor('sign-out'), told)

/**
 * The library would post the notice while the person waits and forget a failure. Here it is queued:
 * tried eight times with growing pauses, and each outcome is kept for the system's own page.
 */
export function queueLogouts(platform: Platform, provider: Provider): void {
  const client = provider.Client.prototype as unknown as {
    clientId: string
    backchannelLogout: (account: string, sid: string) => Promise<void>
  }
  client.backchannelLogout = function (account, sid) {
    return tellSystem(platform, { system: this.clientId, account, sid })
  }
}

/**
 * Ends a sign-in everywhere: the provider's session, what was granted in it, and by notices the
 * sessions of every system that it opened. Does nothing when it has ended.
 */
export async function endEverywhere(
  platform: Platform,
  provider: Provider,
  uid: string,
): Promise<void> {
  const session = await provider.Session.findByUid(uid)
  if (!session?.accountId) return
  const account = session.accountId
  for (const [system, { sid, grantId }] of Object.entries(session.authorizations ?? {})) {
    const metadata = await clientMetadata(platform, system)
    if (sid && metadata?.backchannel_logout_uri)
      await tellSystem(platform, { system, account, sid })
    if (grantId) await provider.Grant.adapter.revokeByGrantId(grantId)
  }
  await session.destroy()
}

type Waiting = { id: string; system: string; sid: string; tries: number }

/** Delivers one notice. A refusal throws, so that the queue tries again. */
export const deliverLogout: Job = {
  queue: 'oidc.deliver-logout',
  retries: mostTries - 1,
  retrySeconds: 5,
  run: async (platform, job) => {
    const waiting = await readWaiting(platform, String(job.id))
    if (!waiting) return
    const problem = await post(platform, waiting)
    const tries = waiting.tries + 1
    const now = platform.now()
    await transact(platform.database.app, cityScope, (db) =>
      sql`update oidc.logout set tries = ${tries}, last_error = ${problem},
          delivered_at = ${problem === null ? now : null},
          given_up_at = ${problem !== null && tries >= mostTries ? now : null}
        where id = ${waiting.id}`.execute(db),
    )
    if (problem !== null) throw new Error(`${waiting.system}: ${problem}`)
  },
}

const readWaiting = (platform: Platform, id: string) =>
  transact(platform.database.app, cityScope, (db) =>
    row(
      db,
      sql<Waiting>`select id, system, sid, tries from oidc.logout
        where id::text = ${id} and delivered_at is null and given_up_at is null`,
    ),
  )

/** Posts the notice; answers what went wrong in a few words, null when the system took it. */
async function post(platform: Platform, { system, sid }: Waiting): Promise<string | null> {
  const metadata = await clientMetadata(platform, system)
  const address = metadata?.backchannel_logout_uri
  if (typeof address !== 'string') return 'no longer a live system with an address'
  try {
    const answer = await registeredFetch(platform)(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: await logoutToken(platform, system, sid) }),
      signal: AbortSignal.timeout(patience),
    })
    return [200, 204].includes(answer.status) ? null : `answered ${answer.status}`
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'failed'
  }
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.4, by `sid` alone. */
async function logoutToken(platform: Platform, system: string, sid: string): Promise<string> {
  const metadata = await clientMetadata(platform, system)
  const alg = String(metadata?.id_token_signed_response_alg ?? 'ES256')
  const { keys } = await signingKeys(platform)
  const key = keys.find((one) => one.alg === alg)
  if (!key) throw new Error(`no key signs ${alg}`)
  const at = Math.floor(+platform.now() / 1000)
  return new SignJWT({
    sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
    .setProtectedHeader({ alg, typ: 'logout+jwt', ...(key.kid && { kid: key.kid }) })
    .setIssuer(issuerOf(platform.config))
    .setAudience(system)
    .setIssuedAt(at)
    .setExpirationTime(at + 120)
    .setJti(randomUUID())
    .sign(await importJWK(key, alg))
}

/** One notice as the system's page shows it. */
export type Notice = {
  readonly ended_at: Date
  readonly tries: number
  readonly delivered_at: Date | null
  readonly given_up_at: Date | null
  readonly last_error: string | null
}

/** The newest notices to a system: delivered, waiting, given up. */
export const noticesTo = (platform: Platform, system: string): Promise<Notice[]> =>
  transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<Notice>`select ended_at, tries, delivered_at, given_up_at, last_error
        from oidc.logout where system = ${system} order by ended_at desc limit 50`,
    ),
  )

/** Removes what the provider no longer needs, in batches, every quarter of an hour. */
export const sweepEntities: Job = {
  queue: 'oidc.sweep',
  cron: '*/15 * * * *',
  run: async (platform) => {
    for (;;) {
      const { numAffectedRows } = await sql`delete from oidc.entity where ctid in (
        select ctid from oidc.entity where expires_at < now() - interval '1 hour' limit 5000)
      `.execute(platform.database.app)
      if ((numAffectedRows ?? 0n) < 5000n) return
    }
  },
}
