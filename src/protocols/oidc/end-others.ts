import { sql } from 'kysely'
import { Type } from 'typebox'
import { systemActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { record } from '../../core/event.ts'
import type { Job } from '../../core/jobs.ts'
import { operation, perform } from '../../core/operation.ts'
import { clientMetadata, portalId } from './clients.ts'
import { noteLogout } from './logout.ts'
import { cityScope } from './policy.ts'

type Ended = { authorizations: Record<string, { sid?: string; grantId?: string }> | null }

/**
 * Ends the sign-ins of an account at the provider but the one that opened the session `sid` of our
 * own pages, with their tokens; the systems among `told` get a notice. All in one transaction, so
 * that a try that failed can be made again.
 */
const endOthers = operation({
  name: 'oidc.end-others',
  title: { zh: '結束其他登入', en: 'End the other sign-ins' },
  permission: 'identity.sign-in',
  input: Type.Object({
    account: Type.String(),
    sid: Type.String(),
    told: Type.Array(Type.String()),
  }),
  run: async (ctx, { account, sid, told }) => {
    ctx.recorded.count++ // there may be no other
    const ended = await rows(
      ctx.db,
      sql<Ended>`delete from oidc.entity where model = 'Session' and account_id = ${account}
        and coalesce(payload -> 'authorizations' -> ${portalId} ->> 'sid', '-') <> ${sid}
        returning payload -> 'authorizations' as authorizations`,
    )
    for (const { authorizations } of ended) {
      for (const [system, { sid: theirs, grantId }] of Object.entries(authorizations ?? {})) {
        if (theirs && told.includes(system))
          await noteLogout.run(ctx, { system, account, sid: theirs })
        if (grantId) await sql`delete from oidc.entity where grant_id = ${grantId}`.execute(ctx.db)
      }
      await record(ctx, { record: account, type: 'identity.session-ended' })
    }
  },
})

/** After a change of the ways to sign in: what was opened by the old ones ends everywhere else. */
export const endOthersJob: Job = {
  queue: 'oidc.end-others',
  retries: 5,
  run: async (platform, { account, sid }) => {
    const opened = await transact(platform.database.keyed, cityScope, (db) =>
      rows(
        db,
        sql<{ system: string }>`select distinct
            jsonb_object_keys(coalesce(payload -> 'authorizations', '{}')) as system
          from oidc.entity where model = 'Session' and account_id = ${account}`,
      ),
    )
    const told: string[] = []
    for (const { system } of opened)
      if ((await clientMetadata(platform, system))?.backchannel_logout_uri) told.push(system)
    await perform(platform, endOthers, systemActor('sign-out'), { account, sid, told })
  },
}
