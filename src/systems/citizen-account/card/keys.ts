import { randomBytes, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { type Ctx, systemActor } from '../../../core/context.ts'
import { type Db, row, rows } from '../../../core/db.ts'
import { record } from '../../../core/event.ts'
import type { Job } from '../../../core/jobs.ts'
import { planKeys } from '../../../core/key-schedule.ts'
import { operation, perform } from '../../../core/operation.ts'
import { seal, unseal } from '../../../core/seal.ts'

/** A key by which the city signs cards and their lists: ES256, 8 random bytes as its name. */
export type CityKey = { readonly kid: string; readonly key: CryptoKey }

/** The key that signs now. Throws where the schedule was never kept. */
export async function signingKey(ctx: Pick<Ctx, 'db' | 'now' | 'config'>): Promise<CityKey> {
  const { db, now, config } = ctx
  const found = await row(
    db,
    sql<{ kid: string; sealed: string }>`select kid, sealed from citizen_card.signing_key
      where signs_from <= ${now} and signs_to > ${now} and removed_at is null
      order by signs_from desc limit 1`,
  )
  if (!found) throw new Error('no key signs cards now')
  const jwk = JSON.parse(unseal(config.secret, found.sealed)) as JWK
  return { kid: found.kid, key: (await importJWK(jwk, 'ES256')) as CryptoKey }
}

/** The public keys: of today, of a week ahead, and those that still have cards out. */
export async function publicKeys(db: Db): Promise<JWK[]> {
  const found = await rows(
    db,
    sql<{ kid: string; public: JWK }>`select kid, public from citizen_card.signing_key
      where removed_at is null order by signs_from`,
  )
  return found.map(({ kid, public: jwk }) => ({ ...jwk, kid, alg: 'ES256', use: 'sig' }))
}

/** Brings the keys to their schedule: makes the next, withdraws those that are long over. */
export const turnCardKeys = operation({
  name: 'citizen-account.turn-card-keys',
  title: { zh: '更換卡片簽章金鑰', en: 'Turn the keys that sign cards' },
  permission: 'citizen-account.card-keys',
  input: Type.Object({}),
  run: async (ctx) => {
    ctx.recorded.count++ // on most nights there is nothing to do
    // One node at a time: two would both find the next key missing.
    await sql`select pg_advisory_xact_lock(hashtext('citizen_card.keys'))`.execute(ctx.db)
    const found = await rows(
      ctx.db,
      sql<{ kid: string; record: string; signs_from: Date; signs_to: Date }>`
        select kid, record::text, signs_from, signs_to from citizen_card.signing_key
        where removed_at is null`,
    )
    const plan = planKeys(found, ctx.now)
    for (const { kid, record: id } of found.filter(({ kid }) => plan.remove.includes(kid))) {
      await sql`update citizen_card.signing_key set removed_at = ${ctx.now}
        where kid = ${kid}`.execute(ctx.db)
      await record(ctx, { record: id, type: 'card.key-withdrawn', data: { kid } })
    }
    for (const times of plan.make) await makeKey(ctx, times)
  },
})

async function makeKey(ctx: Ctx, { signsFrom, signsTo }: { signsFrom: Date; signsTo: Date }) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const sealed = seal(ctx.config.secret, JSON.stringify(await exportJWK(privateKey)))
  const [kid, id] = [randomBytes(8).toString('hex'), randomUUID()]
  const shown = JSON.stringify(await exportJWK(publicKey))
  await sql`insert into citizen_card.signing_key
      (kid, record, sealed, public, published_at, signs_from, signs_to)
    values (${kid}, ${id}, ${sealed}, ${shown}::jsonb, ${ctx.now}, ${signsFrom},
      ${signsTo})`.execute(ctx.db)
  await record(ctx, { record: id, type: 'card.key-published', data: { kid } })
}

/** Looks at the schedule every night. */
export const turnCardKeysJob: Job = {
  queue: 'citizen-account.turn-card-keys',
  cron: '37 3 * * *',
  run: async (platform) => {
    await perform(platform, turnCardKeys, systemActor('card-keys'), {})
  },
}
