import { createHash, createHmac } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import type { Db } from '../../core/db.ts'
import { row } from '../../core/db.ts'

/** Finds a client's metadata; undefined for one that may not sign people in. */
export type FindClient = (id: string) => Promise<AdapterPayload | undefined>

type Kept = { id: Buffer; payload: AdapterPayload; consumed_at: Date | null }

const sha256 = (id: string): Buffer => createHash('sha256').update(id).digest()

/** Names a row whose id nobody has: by its digest, signed, so that a digest alone opens nothing. */
const nameOf = (secret: Buffer, digest: Buffer): string => {
  const hex = digest.toString('hex')
  return `digest:${hex}:${createHmac('sha256', secret).update(hex).digest('hex')}`
}

function digestOf(secret: Buffer, id: string): Buffer {
  const [kind, hex = ''] = id.split(':')
  const digest = Buffer.from(hex, 'hex')
  return kind === 'digest' && nameOf(secret, digest) === id ? digest : sha256(id)
}

/**
 * Keeps what the provider hands out in one table. Ids are bearer secrets, so only their digests are
 * kept, and no payload repeats its id; what is found by another key gets a signed name instead.
 */
export const adapterOver =
  (db: Db, secret: Buffer, findClient: FindClient) =>
  (model: string): Adapter =>
    model === 'Client' ? clientsOnly(findClient) : entities(db, secret, model)

function entities(db: Db, secret: Buffer, model: string): Adapter {
  const digest = (id: string) => digestOf(secret, id)
  const found = (kept: Kept | undefined, jti?: string): AdapterPayload | undefined =>
    kept && {
      ...kept.payload,
      jti: jti ?? nameOf(secret, kept.id),
      ...(kept.consumed_at && { consumed: Math.floor(+kept.consumed_at / 1000) }),
    }
  const alive = sql`(expires_at is null or expires_at > now() - interval '1 minute')`
  const by = (key: RawBuilder<unknown>) =>
    row(
      db,
      sql<Kept>`select id, payload, consumed_at from oidc.entity
        where model = ${model} and ${key} and ${alive}`,
    )
  return {
    async upsert(id, payload, expiresIn) {
      const { jti: _, ...rest } = payload
      const { grantId = null, uid = null, userCode = null, accountId = null } = payload
      const kept = await sql`insert into oidc.entity
          (model, id, payload, grant_id, uid, user_code, account_id, expires_at)
        values (${model}, ${digest(id)}, ${JSON.stringify(rest)}::jsonb, ${grantId},
          ${uid}, ${userCode}, ${accountId},
          ${expiresIn ? sql`now() + ${expiresIn} * interval '1 second'` : null})
        on conflict (model, id) do update set payload = excluded.payload,
          grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code,
          account_id = excluded.account_id, expires_at = excluded.expires_at
        where entity.model <> 'ReplayDetection' or entity.expires_at < now()`.execute(db)
      // Looked for and not found, then there: another process took it at the same moment.
      if (kept.numAffectedRows === 0n) throw new errors.InvalidGrant('already used')
    },
    find: async (id) => found(await by(sql`id = ${digest(id)}`), id),
    findByUid: async (uid) => found(await by(sql`uid = ${uid}`)),
    findByUserCode: async (userCode) => found(await by(sql`user_code = ${userCode}`)),
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
