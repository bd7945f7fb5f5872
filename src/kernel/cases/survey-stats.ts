/** What a sample says: how many were asked, how many answered, how many gave 4 or 5 of 5. */
export type Sample = {
  readonly drawn: number
  readonly answered: number
  readonly satisfied: number
  /** Mean score of those who answered, 1 to 5. */
  readonly mean: number | null
}

/** Whether a lot in [0, 1) falls under a share. */
export const isDrawn = (lot: number, share: number): boolean => lot < share

/** Where a share lies, and between what it lies with 95 % confidence, 0 to 1. */
export type Estimate = { readonly share: number; readonly low: number; readonly high: number }

const z = 1.959963984540054

/**
 * The share of `hits` among `n` with its 95 % confidence interval after Wilson (1927), which holds
 * for small samples and never leaves 0 to 1. Null where nobody answered.
 */
export function wilson(hits: number, n: number): Estimate | null {
  if (n === 0) return null
  const share = hits / n
  const square = z * z
  const centre = (share + square / (2 * n)) / (1 + square / n)
  const half = (z / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n))
  return {
    share,
    low: Math.min(share, Math.max(0, centre - half)),
    high: Math.max(share, Math.min(1, centre + half)),
  }
}
