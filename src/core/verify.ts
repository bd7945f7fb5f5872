import { createPublicKey } from 'node:crypto'
import { sha256Hex } from './canonical.ts'
import { type Checkpoint, checkpointHolds } from './checkpoint.ts'
import { type Event, hashEvent } from './event.ts'
import type { Text } from './i18n.ts'
import { type MerkleAccumulator, merkleAccumulator } from './merkle.ts'

/** One thing that does not hold: where it stands and what is wrong with it. */
export type Break = {
  /** The record, or `checkpoint 3`, `key …`, `figure …` where it is none. */
  readonly record: string
  readonly seq: number | null
  readonly what: Text
}

/** Takes a break; checking goes on, so that one run finds all of them. */
export type Broken = (record: string, seq: number | null, zh: string, en: string) => void

export type SigningKey = { readonly key_id: string; readonly public_key: string }

export type StoredEvent = Event & { readonly id: number }

export type StoredCheckpoint = Checkpoint & { readonly id: number }

/** What the chain consists of. Keys come first, then checkpoints, then events; all by their ids. */
export type ChainEntry =
  | { readonly key: SigningKey }
  | { readonly checkpoint: StoredCheckpoint }
  | { readonly event: StoredEvent }

/** How much was checked. `unsealed` events came after the last checkpoint. */
export type ChainCounts = {
  /** The names of the signing keys, to be compared with those the city has published. */
  signers: string[]
  checkpoints: number
  events: number
  records: number
  unsealed: number
}

/** A checker that is given a stream once, piece by piece. */
export type Checker<E, C> = { readonly add: (entry: E) => void; readonly end: () => C }

/**
 * Checks the event chain of every record and the signed checkpoints over all of them, in one pass.
 * Keeps one hash for each record, so a million records need some 200 MB. It cannot see an event
 * that was taken from the end of a chain before any checkpoint: that is what checkpoints are for.
 */
export function chainChecker(broken: Broken): Checker<ChainEntry, ChainCounts> {
  const keys = new Map<string, string>()
  const heads = new Map<string, { seq: number; hash: Buffer }>()
  const signers: string[] = []
  const counts = { signers, checkpoints: 0, events: 0, records: 0, unsealed: 0 }
  const seals = sealChecker(broken)
  const add = (entry: ChainEntry) => {
    if ('key' in entry) {
      signers.push(entry.key.key_id)
      checkKey(entry.key, broken)
      keys.set(entry.key.key_id, entry.key.public_key)
    } else if ('checkpoint' in entry) {
      counts.checkpoints++
      checkSignature(entry.checkpoint, keys, broken)
      seals.expect(entry.checkpoint)
    } else {
      counts.events++
      checkLink(entry.event, heads.get(entry.event.record), broken)
      heads.set(entry.event.record, { seq: entry.event.seq, hash: entry.event.hash })
      if (!seals.cover(entry.event)) counts.unsealed++
    }
  }
  const end = () => {
    seals.end()
    return { ...counts, records: heads.size }
  }
  return { add, end }
}

function checkLink(
  event: StoredEvent,
  head: { readonly seq: number; readonly hash: Buffer } | undefined,
  broken: Broken,
): void {
  const { record, seq, prevHash } = event
  const expected = (head?.seq ?? 0) + 1
  if (seq !== expected)
    broken(record, seq, `缺少第 ${expected} 筆事件`, `event ${expected} is missing`)
  else if (head ? !prevHash?.equals(head.hash) : prevHash !== null)
    broken(record, seq, '與前一筆事件不相連', 'it does not link to the event before')
  if (!holds(() => hashEvent(event).equals(event.hash)))
    broken(record, seq, '內容與雜湊不符', 'its content does not have its hash')
}

/** The name of a key is the digest of the key, so that one cannot stand in for another. */
function checkKey({ key_id, public_key }: SigningKey, broken: Broken): void {
  if (
    sha256Hex(public_key).slice(0, 16) !== key_id ||
    !holds(() => createPublicKey(public_key).asymmetricKeyType === 'ed25519')
  )
    broken(`key ${key_id}`, null, '金鑰與其編號不符', 'this is not the key of that name')
}

function checkSignature(c: StoredCheckpoint, keys: Map<string, string>, broken: Broken): void {
  const key = keys.get(c.key_id)
  if (key === undefined)
    broken(nameOf(c), null, `沒有金鑰 ${c.key_id}`, `there is no key ${c.key_id}`)
  else if (!holds(() => checkpointHolds(c, key)))
    broken(nameOf(c), null, '簽章不符', 'the signature does not hold')
}

const nameOf = (c: StoredCheckpoint) => `checkpoint ${c.id}`

/** Rebuilds the root of each checkpoint from the events of its range, as they pass in order. */
function sealChecker(broken: Broken) {
  const expected: StoredCheckpoint[] = []
  let at = 0
  let tree: MerkleAccumulator = merkleAccumulator()
  let first = 0
  const close = (c: StoredCheckpoint) => {
    if (tree.size() !== c.events || first !== c.from_event)
      broken(
        nameOf(c),
        null,
        `應有 ${c.events} 筆事件,實有 ${tree.size()} 筆`,
        `it seals ${c.events} events, but ${tree.size()} are there`,
      )
    else if (!tree.root().equals(c.root))
      broken(nameOf(c), null, '事件與簽封的根不符', 'its events do not have the root it seals')
    tree = merkleAccumulator()
    first = 0
    at++
  }
  return {
    expect: (c: StoredCheckpoint) => {
      const before = expected.at(-1)
      const linked = before ? c.prev_hash?.equals(before.hash) === true : c.prev_hash === null
      if (!linked || (before && c.from_event <= before.upto_event))
        broken(nameOf(c), null, '與前一個檢查點不相連', 'it does not follow the one before')
      expected.push(c)
    },
    /** Whether the event is under a checkpoint. */
    cover: (event: StoredEvent): boolean => {
      for (let c = expected[at]; c && event.id > c.upto_event; c = expected[at]) close(c)
      if (!expected[at]) return false
      if (tree.size() === 0) first = event.id
      tree.add(event.hash)
      return true
    },
    end: () => {
      for (let c = expected[at]; c; c = expected[at]) close(c)
    },
  }
}

/** A check that throws on what it was given does not hold either. */
function holds(check: () => boolean): boolean {
  try {
    return check()
  } catch {
    return false
  }
}
