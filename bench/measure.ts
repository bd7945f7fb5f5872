/** Milliseconds that `n` runs of `work` take, `lanes` at a time. */
export async function timed(
  n: number,
  lanes: number,
  work: (i: number) => Promise<unknown>,
): Promise<number> {
  const from = performance.now()
  let next = 0
  const lane = async () => {
    for (let i = next++; i < n; i = next++) await work(i)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return performance.now() - from
}

/** The value below which a share (0-1) of the values lies; 0 of none. */
export const quantile = (all: readonly number[], share: number): number =>
  [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0

export const median = (all: readonly number[]): number => quantile(all, 0.5)

/** Whole runs per second. */
export const rate = (n: number, ms: number): string => Math.round((n / ms) * 1000).toString()
