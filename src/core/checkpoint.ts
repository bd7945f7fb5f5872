import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type pg from 'pg'
import { canonical, sha256, sha256Hex } from './canonical.ts'
import type { Platform } from './context.ts'
import type { Job } from './jobs.ts'
import { merkleAccumulator } from './merkle.ts'

/**
 * A signed statement that the events up to one id have this Merkle root, linked to the one before.
 */
export type Checkpoint = {
  readonly from_event: number
  readonly upto_event: number
  readonly events: number
  readonly root: Buffer
  readonly prev_hash: Buffer | null
  readonly at: Date
  readonly hash: Buffer
  readonly key_id: string
  readonly signature: Buffer
}

/**
 * The installation's Ed25519 key for checkpoints, made on the first use; 0600 in the data folder.
 */
function signingKey(dataFolder: string) {
  const path = join(dataFolder, 'keys', 'checkpoint.pem')
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const { privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  const key = createPrivateKey(readFileSync(path))
  const publicPem = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
  return { key, publicPem, keyId: sha256Hex(publicPem).slice(0, 16) }
}

/** Signs a text with the installation's key: `<key id>.<signature>`, Ed25519, base64url. */
export function signWithInstallation(dataFolder: string, text: string): string {
  const { key, keyId } = heldKey(dataFolder)
  return `${keyId}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

/** Whether the installation's key signed this text. */
export function signedByInstallation(dataFolder: string, text: string, signed: string): boolean {
  const { publicPem, keyId } = heldKey(dataFolder)
  const [given, signature = ''] = signed.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  return given === keyId && verify(null, Buffer.from(text), createPublicKey(publicPem), bytes)
}

const heldKeys = new Map<string, ReturnType<typeof signingKey>>()

function heldKey(dataFolder: string): ReturnType<typeof signingKey> {
  const held = heldKeys.get(dataFolder) ?? signingKey(dataFolder)
  heldKeys.set(dataFolder, held)
  return held
}

/** What a checkpoint signs: everything but the signature. */
export const checkpointHash = (c: Omit<Checkpoint, 'hash' | 'signature'>): Buffer =>
  sha256(
    canonical({
      from: c.from_event,
      upto: c.upto_event,
      events: c.events,
      root: c.root.toString('hex'),
      prev: c.prev_hash?.toString('hex') ?? null,
      at: c.at.toISOString(),
      key: c.key_id,
    }),
  )

/** Whether a checkpoint's hash is of its content and signed by the key. */
export const checkpointHolds = (c: Checkpoint, publicPem: string): boolean =>
  checkpointHash(c).equals(c.hash) && verify(null, c.hash, createPublicKey(publicPem), c.signature)

/** Signs the events since the last checkpoint. Returns how many there were; none makes no row. */
export async function takeCheckpoint(platform: Platform): Promise<number> {
  const client = await platform.database.owner.connect()
  try {
    await client.query('begin')
    // Waits for every running append, so that no smaller id can still appear.
    await client.query('select pg_advisory_xact_lock(4711)')
    const taken = await sealEvents(client, platform)
    await client.query('commit')
    return taken
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

async function sealEvents(client: pg.PoolClient, platform: Platform): Promise<number> {
  const { key, publicPem, keyId } = signingKey(platform.config.TAKAO_DATA)
  const last = await client.query<{ upto_event: number; hash: Buffer }>(
    'select upto_event, hash from core.checkpoint order by id desc limit 1',
  )
  const previous = last.rows[0]
  const tree = merkleAccumulator()
  let [events, from, upto] = [0, 0, previous?.upto_event ?? 0]
  for (;;) {
    const { rows } = await client.query<{ id: number; hash: Buffer }>(
      'select id, hash from core.event where id > $1 order by id limit 20000',
      [upto],
    )
    for (const { hash } of rows) tree.add(hash)
    events += rows.length
    if (from === 0) from = rows[0]?.id ?? 0
    upto = rows.at(-1)?.id ?? upto
    if (rows.length < 20_000) break
  }
  if (events === 0) return 0
  const content = {
    from_event: from,
    upto_event: upto,
    events,
    root: tree.root(),
    prev_hash: previous?.hash ?? null,
    at: platform.now(),
    key_id: keyId,
  }
  const hash = checkpointHash(content)
  await client.query(`insert into core.signing_key values ($1, $2, $3) on conflict do nothing`, [
    keyId,
    publicPem,
    content.at,
  ])
  await client.query(
    `insert into core.checkpoint
      (from_event, upto_event, events, root, prev_hash, at, hash, key_id, signature)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[content.from_event, content.upto_event, events, content.root, content.prev_hash],
      ...[content.at, hash, keyId, sign(null, hash, key)],
    ],
  )
  return events
}

/** Every ten minutes the chain's new part is signed; old idempotency keys go after two days. */
export const checkpointJobs: readonly Job[] = [
  {
    queue: 'core.checkpoint',
    cron: '*/10 * * * *',
    run: async (platform) => void (await takeCheckpoint(platform)),
  },
  {
    queue: 'core.sweep',
    cron: '23 3 * * *',
    run: async (platform) => {
      await platform.database.owner.query(
        `delete from core.idempotency where at < now() - interval '2 days'`,
      )
    },
  },
]
