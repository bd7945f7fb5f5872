import type pg from 'pg'
import type { ChainEntry, SigningKey, StoredCheckpoint, StoredEvent } from './verify.ts'

/**
 * The chain as the database holds it: keys, checkpoints, events, in the order the checker needs.
 * The client should hold one repeatable-read transaction, so that nothing moves meanwhile.
 */
export async function* storedChain(client: pg.ClientBase): AsyncGenerator<ChainEntry> {
  const keys = await client.query<SigningKey>(
    'select key_id, public_key from core.signing_key order by key_id',
  )
  for (const key of keys.rows) yield { key }
  for await (const checkpoint of byId<StoredCheckpoint>(client, checkpointColumns))
    yield { checkpoint }
  for await (const event of byId<StoredEvent>(client, eventColumns)) yield { event }
}

const checkpointColumns = `select id, from_event, upto_event, events, root, prev_hash, at, hash,
    key_id, signature
  from core.checkpoint`

const eventColumns = `select id, record, seq, type, at, actor, agency, data, digest,
    prev_hash as "prevHash", hash
  from core.event`

const batchSize = 10_000

async function* byId<R extends { readonly id: number }>(client: pg.ClientBase, select: string) {
  for (let after = 0; ; ) {
    const { rows } = await client.query<R>(
      `${select} where id > $1 order by id limit ${batchSize}`,
      [after],
    )
    yield* rows
    if (rows.length < batchSize) return
    after = rows.at(-1)?.id ?? after
  }
}

/** How many events there are, about; for a progress line. */
export async function countEvents(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ n: number }>('select count(*) as n from core.event')
  return rows[0]?.n ?? 0
}

const bytes = ['hash', 'prevHash', 'prev_hash', 'signature', 'root'] as const
const times = ['at'] as const

/** An entry as a line of JSON: bytes in hexadecimal, instants as ISO 8601. */
export function chainLine(entry: ChainEntry): string {
  const [kind, row] = Object.entries(entry)[0] as [string, Record<string, unknown>]
  const plain = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      Buffer.isBuffer(value) ? value.toString('hex') : value,
    ]),
  )
  return JSON.stringify({ [kind]: plain })
}

/** The entry of a parsed line, or undefined when the line is of another kind. */
export function chainEntry(line: Readonly<Record<string, unknown>>): ChainEntry | undefined {
  const kind = ['key', 'checkpoint', 'event'].find((name) => name in line)
  if (!kind) return undefined
  const row = { ...(line[kind] as Record<string, unknown>) }
  for (const name of bytes)
    if (typeof row[name] === 'string') row[name] = Buffer.from(row[name], 'hex')
  for (const name of times) if (typeof row[name] === 'string') row[name] = new Date(row[name])
  return { [kind]: row } as ChainEntry
}
