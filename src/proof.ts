import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { chainEntry, chainLine, storedChain } from './core/chain-source.ts'
import { type Break, type ChainCounts, type ChainEntry, chainChecker } from './core/verify.ts'
import {
  type FrozenCounts,
  type FrozenEntry,
  frozenChecker,
  frozenEntry,
  storedFrozen,
} from './kernel/figures/verify.ts'

/** A piece of the proof. `end` says how many came before it: a file that was cut lacks it. */
export type Entry = ChainEntry | FrozenEntry | { readonly end: number }

/** What was checked and what does not hold. The first breaks are listed, all are counted. */
export type Verdict = {
  readonly counts: ChainCounts & FrozenCounts
  readonly breaks: readonly Break[]
  readonly broken: number
}

/** The most breaks that are kept in words; a chain that was rewritten has millions. */
const listed = 1000

/** Checks a proof from the database or a file, once through. `seen` is told of progress. */
export async function verifyEntries(
  entries: AsyncIterable<Entry>,
  seen: (n: number) => void = () => {},
): Promise<Verdict> {
  const breaks: Break[] = []
  let [broken, n] = [0, 0]
  let ended = false
  const note = (record: string, seq: number | null, zh: string, en: string) => {
    if (breaks.length < listed) breaks.push({ record, seq, what: { zh, en } })
    broken++
  }
  const chain = chainChecker(note)
  const frozen = frozenChecker(note)
  for await (const entry of entries) {
    if ('end' in entry) {
      ended = entry.end === n
      break
    }
    n++
    if (n % 5000 === 0) seen(n)
    if ('key' in entry || 'checkpoint' in entry || 'event' in entry) chain.add(entry)
    else frozen.add(entry)
    if ('event' in entry) frozen.noteEvent(entry.event)
  }
  if (!ended) note('file', null, '檔案不完整', 'the file is not complete')
  const counts = { ...chain.end(), ...frozen.end() }
  return { counts, breaks, broken }
}

/** Everything there is to prove in a database, read in one snapshot as its owner. */
export async function* storedProof(url: string): AsyncGenerator<Entry> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    yield* proofOf(client)
  } finally {
    await client.end()
  }
}

/** The proof as a transaction of the owner sees it. */
export async function* proofOf(client: pg.ClientBase): AsyncGenerator<Entry> {
  let n = 0
  for (const part of [storedChain(client), storedFrozen(client)]) {
    for await (const entry of part) {
      n++
      yield entry
    }
  }
  yield { end: n }
}

/** The proof that `exportProof` wrote. A line that is none ends it, as a cut file would. */
export async function* proofInFile(path: string): AsyncGenerator<Entry> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity })
  for await (const line of lines) {
    const entry = entryOf(line)
    if (!entry) return
    yield entry
  }
}

function entryOf(line: string): Entry | undefined {
  try {
    const parsed = JSON.parse(line) as Record<string, unknown>
    if (typeof parsed.end === 'number') return { end: parsed.end }
    return chainEntry(parsed) ?? frozenEntry(parsed)
  } catch {
    return undefined
  }
}

/** Writes a proof as lines of JSON, readable by its owner alone. Returns how many entries. */
export async function exportProof(entries: AsyncIterable<Entry>, path: string): Promise<number> {
  let n = 0
  const lines = async function* () {
    for await (const entry of entries) {
      if (!('end' in entry)) n++
      yield `${lineOf(entry)}\n`
    }
  }
  await pipeline(lines, createWriteStream(path, { mode: 0o600 }))
  return n
}

const lineOf = (entry: Entry): string =>
  'key' in entry || 'checkpoint' in entry || 'event' in entry
    ? chainLine(entry)
    : JSON.stringify(entry)
