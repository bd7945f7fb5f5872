import { hashRow } from '../../core/canonical.ts'
import type { EvidenceRow } from './figure.ts'

/** One row in which two sets of evidence differ. */
export type EvidenceChange =
  | { readonly change: 'added'; readonly key: string; readonly current: EvidenceRow }
  | { readonly change: 'removed'; readonly key: string; readonly frozen: EvidenceRow }
  | {
      readonly change: 'changed'
      readonly key: string
      readonly frozen: EvidenceRow
      readonly current: EvidenceRow
    }

/** Rows in the order of their keys, from memory or from a cursor. */
export type EvidenceRows = Iterable<EvidenceRow> | AsyncIterable<EvidenceRow>

/**
 * What became of frozen evidence: rows added, removed and changed since, ordered by key. Reads both
 * sides once and holds one row of each. Throws where keys are out of order or repeat, because
 * a silent wrong answer would be worse.
 */
export async function* compareEvidence(
  frozenRows: EvidenceRows,
  currentRows: EvidenceRows,
): AsyncGenerator<EvidenceChange> {
  const [frozenSide, currentSide] = [inOrder(frozenRows), inOrder(currentRows)]
  let [frozen, current] = [await take(frozenSide), await take(currentSide)]
  while (frozen || current) {
    const order = !frozen ? 1 : !current ? -1 : compareKeys(frozen.key, current.key)
    if (frozen && order < 0) {
      yield { change: 'removed', key: frozen.key, frozen }
    } else if (current && order > 0) {
      yield { change: 'added', key: current.key, current }
    } else if (frozen && current && !hashRow(frozen).equals(hashRow(current))) {
      yield { change: 'changed', key: frozen.key, frozen, current }
    }
    if (order <= 0) frozen = await take(frozenSide)
    if (order >= 0) current = await take(currentSide)
  }
}

/** The order of PostgreSQL's collation "C": the bytes of the keys in UTF-8. Negative: `a` first. */
export const compareKeys = (a: string, b: string): number => {
  if (a === b) return 0
  // UTF-16 orders like UTF-8 except around surrogates, so that ASCII keys need no buffers.
  const plain = !surrogate.test(a) && !surrogate.test(b)
  if (plain) return a < b ? -1 : 1
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

async function* inOrder(rows: EvidenceRows): AsyncGenerator<EvidenceRow> {
  let previous: string | undefined
  for await (const row of rows) {
    if (previous !== undefined && compareKeys(previous, row.key) >= 0)
      throw new RangeError(`evidence out of order: ${row.key} after ${previous}`)
    previous = row.key
    yield row
  }
}

const take = async (rows: AsyncGenerator<EvidenceRow>): Promise<EvidenceRow | undefined> => {
  const { done, value } = await rows.next()
  return done ? undefined : value
}

const surrogate = /[\ud800-\udfff]/
