import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Db } from '../../core/db.ts'
import { row } from '../../core/db.ts'

/** Finds a client's metadata; undefined for one that may not sign people in. */
export type FindClient = (id: string) => Promise<AdapterPayload | undefined>

type Kept = { payload: AdapterPayload; consumed_at: Date | null }

const sha256 = (id: string): Buffer => createHash('sha256').update(id).digest()

// What is found by another key has no id to give back; this name stands for it until it is saved.
const known = /^digest:([0-9a-f]{64})$/
const digest = (id: string): Buffer => {
  const hex = known.exec(id)?.[1]
  return hex ? Buffer.from(hex, 'hex') : sha256(id)
}

/**
 * Keeps what the provider hands out in one table. Ids are bearer secrets, so only their digests are
 * kept, and no payload repeats its id. Such a digest opens nothing: `find`
 * hashes whatever it is given.
 */
export const adapterOver =
  (db: Db, findClient: FindClient) =>
  (model: string): Adapter =>
    model === 'Client' ? clientsOnly(findClient) : entities(db, model)

function entities(db: Db, model: string): Adapter {
  const found = (kept: Kept | undefined, jti?: string): AdapterPayload | undefined =>
    kept && {
      ...kept.payload,
      ...(jti !== undefined && { jti }),
      ...(kept.consumed_at && { consumed: Math.floor(+kept.consumed_at / 1000) }),
    }
  const named = sql`payload || jsonb_build_object('jti', 'digest:' || encode(id, 'hex'))`
  const alive = sql`(expires_at is null or expires_at > now() - interval '1 minute')`
  return {
    async upsert(id, payload, expiresIn) {
      const { jti: _, ...rest } = payload
      const { grantId = null, uid = null, userCode = null, accountId = null } = payload
      await sql`insert into oidc.entity
          (model, id, payload, grant_id, uid, user_code, account_id, expires_at)
        values (${model}, ${digest(id)}, ${JSON.stringify(rest)}::jsonb, ${grantId},
          ${uid}, ${userCode}, ${accountId},
          ${expiresIn ? sql`now() + ${expiresIn} * interval '1 second'` : null})
        on conflict (model, id) do update set payload = excluded.payload,
          grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code,
          account_id = excluded.account_id, expires_at = excluded.expires_at`.execute(db)
    },
    find: async (id) =>
      found(
        await row(
          db,
          sql<Kept>`select payload, consumed_at from oidc.entity
            where model = ${model} and id = ${sha256(id)} and ${alive}`,
        ),
        id,
      ),
    findByUid: async (uid) =>
      found(
        await row(
          db,
          sql<Kept>`select ${named} as payload, consumed_at from oidc.entity
            where model = ${model} and uid = ${uid} and ${alive}`,
        ),
      ),
    findByUserCode: async (userCode) =>
      found(
        await row(
          db,
          sql<Kept>`select ${named} as payload, consumed_at from oidc.entity
            where model = ${model} and user_code = ${userCode} and ${alive}`,
        ),
      ),
    // Of several uses at once exactly one finds the row unconsumed; the others are refused.
    async consume(id) {
      const taken = await row(
        db,
        sql`update oidc.entity set consumed_at = now()
          where model = ${model} and id = ${digest(id)} and consumed_at is null returning 1`,
      )
      if (!taken) throw new errors.InvalidGrant('already used')
    },
    async destroy(id) {
      await sql`delete from oidc.entity where model = ${model} and id = ${digest(id)}`.execute(db)
    },
    async revokeByGrantId(grantId) {
      await sql`delete from oidc.entity where grant_id = ${grantId}`.execute(db)
    },
  }
}

/** Clients are relying systems: they are registered by people, never by the provider. */
function clientsOnly(findClient: FindClient): Adapter {
  const never = (): never => {
    throw new Error('relying systems are kept by the register')
  }
  return {
    find: findClient,
    upsert: never,
    destroy: never,
    consume: never,
    findByUid: never,
    findByUserCode: never,
    revokeByGrantId: never,
  }
}
