import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { sql } from 'kysely'
import type { Platform } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import type { Job } from '../../core/jobs.ts'
import { planKeys } from '../../core/key-schedule.ts'
import { seal, unseal } from '../../core/seal.ts'

const algorithms = ['ES256', 'RS256', 'EdDSA'] as const

type KeyRow = {
  kid: string
  alg: string
  sealed: string
  published_at: Date
  signs_from: Date
  signs_to: Date | null
}

/** The private keys as a JWK set for the provider: those that sign now first, then the others. */
export async function signingKeys(platform: Platform): Promise<{ keys: JWK[]; revision: string }> {
  const now = platform.now()
  const found = await rows(
    platform.database.app,
    sql<KeyRow>`select * from oidc.key where removed_at is null order by alg, signs_from`,
  )
  const signs = (key: KeyRow) =>
    key.signs_from <= now && (key.signs_to === null || key.signs_to > now)
  const ordered = [...found.filter(signs), ...found.filter((key) => !signs(key))]
  const keys = ordered.map(({ kid, alg, sealed }) => ({
    ...(JSON.parse(unseal(platform.config.secret, sealed)) as JWK),
    kid,
    alg,
    use: 'sig',
  }))
  return { keys, revision: ordered.map(({ kid }) => kid).join() }
}

/** What anyone may see of the keys: enough to check what they signed. */
export async function publicKeys(platform: Platform): Promise<{ keys: JWK[] }> {
  const { keys } = await signingKeys(platform)
  return { keys: keys.map(({ d: _, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...open }) => open) }
}

/** Brings the keys to their schedule: makes the next, ends those that signed long enough. */
export async function rotateKeys(platform: Platform): Promise<void> {
  const now = platform.now()
  await platform.database.app.transaction().execute(async (db) => {
    // One node at a time: two would both find the next key missing.
    await sql`select pg_advisory_xact_lock(hashtext('oidc.keys'))`.execute(db)
    const found = await rows(db, sql<KeyRow>`select * from oidc.key where removed_at is null`)
    for (const alg of algorithms) {
      const plan = planKeys(
        found.filter((key) => key.alg === alg),
        now,
      )
      for (const kid of plan.remove)
        await sql`update oidc.key set removed_at = ${now} where kid = ${kid}`.execute(db)
      for (const { signsFrom, signsTo } of plan.make) {
        const { kid, sealed } = await newKey(platform, alg)
        await sql`insert into oidc.key (kid, alg, sealed, published_at, signs_from, signs_to)
          values (${kid}, ${alg}, ${sealed}, ${now}, ${signsFrom}, ${signsTo})`.execute(db)
      }
    }
  })
}

async function newKey(platform: Platform, alg: (typeof algorithms)[number]) {
  const { privateKey } = await generateKeyPair(alg === 'EdDSA' ? 'Ed25519' : alg, {
    extractable: true,
    modulusLength: 2048,
  })
  const jwk = await exportJWK(privateKey)
  const kid = crypto.randomUUID()
  return { kid, sealed: seal(platform.config.secret, JSON.stringify(jwk)) }
}

/** Looks at the schedule every night. */
export const keyJob: Job = {
  queue: 'oidc.rotate-keys',
  cron: '23 3 * * *',
  run: rotateKeys,
}
