import type { Hit } from './bm25.ts'

/** What a search comes to: one answer, three to choose from, or a person. */
export type Outcome =
  | { readonly kind: 'answer'; readonly id: string; readonly others: readonly string[] }
  | { readonly kind: 'suggest'; readonly ids: readonly string[] }
  | { readonly kind: 'none' }

/**
 * When to answer and when to ask back, as shares of the query that the best article covers. Of all
 * settings with at most one wrong answer in twenty on the tuning questions, the one with the most
 * right ones. The evaluation questions are frozen and were not looked at (ADR 0023).
 */
export const thresholds = {
  /** At least this much covered, to answer at all. */
  answer: 0.12,
  /** At least this much ahead of the next article, as a share of the best. */
  margin: 0.4,
  /** At least this much covered, to offer three articles. */
  suggest: 0.1,
}

export type Thresholds = typeof thresholds

/** Decides by score and margin. Articles in `hits` are distinct and sorted, the best first. */
export function decide(hits: readonly Hit[], given: Thresholds = thresholds): Outcome {
  const [best, next] = hits
  if (!best || best.score < given.suggest) return { kind: 'none' }
  const ahead = next ? (best.score - next.score) / best.score : 1
  const others = hits.slice(1, 4).filter(({ score }) => score >= given.suggest)
  if (best.score >= given.answer && ahead >= given.margin)
    return { kind: 'answer', id: best.id, others: others.map(({ id }) => id) }
  return { kind: 'suggest', ids: [best, ...others].slice(0, 3).map(({ id }) => id) }
}
