import { isSingle, makeReader, type Reader, type Synonyms } from './terms.ts'

/** What the index reads of an article. `question` holds every phrasing, `answer` its paragraphs. */
export type Entry = {
  readonly id: string
  readonly question: readonly string[]
  readonly answer: readonly string[]
}

/** An entry that matches; `score` is the share of the query that it covers, 0-1. */
export type Hit = { readonly id: string; readonly score: number }

/** A searchable index; immutable. */
export type Index = {
  readonly size: number
  /** The best entries first, equal scores by id; none without a common term. */
  readonly search: (query: string, limit?: number) => Hit[]
}

/** The weights of BM25F; set on the tuning questions (`npm run bench -- chatbot`). */
export const weights = {
  question: 1,
  answer: 0.4,
  /** How fast a repeated term stops to add. */
  k1: 0.5,
  /** How much a long field is discounted. */
  questionLength: 0.5,
  answerLength: 0.6,
  /** One Han character against a pair. */
  single: 0.5,
}

export type Weights = typeof weights

type Counts = Map<string, number>
/** For a term, the weighted frequency in each entry that has it. */
type Posting = Map<number, number>

/**
 * Builds an index by BM25F over two fields (Robertson and Zaragoza, 2009). A score is divided by
 * the bound that an entry with every term of the query, endlessly repeated, would near: so it may
 * be compared with a threshold, and a query of unknown words scores low.
 */
export function buildIndex(
  entries: readonly Entry[],
  synonyms: Synonyms,
  given: Weights = weights,
): Index {
  const read = makeReader(synonyms)
  const sorted = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1))
  const postings = post(sorted, read, given)
  const rarity = (term: string) => {
    const found = postings.get(term)?.size ?? 0
    const idf = Math.log(1 + (sorted.length - found + 0.5) / (found + 0.5))
    return idf * (isSingle(term) ? given.single : 1)
  }
  const search = (query: string, limit = 10): Hit[] => {
    const scores = new Map<number, number>()
    let reachable = 0
    for (const term of new Set(read(query))) {
      const rare = rarity(term)
      reachable += rare
      for (const [entry, frequency] of postings.get(term) ?? []) {
        const gain = (rare * frequency) / (given.k1 + frequency)
        scores.set(entry, (scores.get(entry) ?? 0) + gain)
      }
    }
    return [...scores]
      .map(([entry, score]) => ({ id: sorted[entry]!.id, score: score / reachable }))
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, limit)
  }
  return { size: sorted.length, search }
}

/** For each term the entries that have it, with its weighted frequency over both fields. */
function post(entries: readonly Entry[], read: Reader, given: Weights): Map<string, Posting> {
  const fields = [
    { of: (e: Entry) => e.question, weight: given.question, b: given.questionLength },
    { of: (e: Entry) => e.answer, weight: given.answer, b: given.answerLength },
  ]
  const postings = new Map<string, Posting>()
  for (const field of fields) {
    const counted = entries.map((entry) => counts(field.of(entry), read))
    const lengths = counted.map((all) => [...all.values()].reduce((sum, n) => sum + n, 0))
    const mean = lengths.reduce((sum, n) => sum + n, 0) / Math.max(1, entries.length)
    for (const [entry, all] of counted.entries()) {
      const long = mean === 0 ? 1 : 1 - field.b + (field.b * lengths[entry]!) / mean
      for (const [term, n] of all) add(postings, term, entry, (field.weight * n) / long)
    }
  }
  return postings
}

function counts(texts: readonly string[], read: Reader): Counts {
  const found: Counts = new Map()
  for (const term of texts.flatMap(read)) found.set(term, (found.get(term) ?? 0) + 1)
  return found
}

function add(all: Map<string, Posting>, term: string, entry: number, frequency: number): void {
  const posting: Posting = all.get(term) ?? new Map()
  posting.set(entry, (posting.get(entry) ?? 0) + frequency)
  all.set(term, posting)
}
