/** A seeded stream of numbers in [0, 1), so that every demo is the same. mulberry32. */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of a list. */
export const pickOne = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)]!

/** A time of a civil half-year: weekdays and office hours are busier, nights are quiet. */
export function timeWithin(random: () => number, from: Date, to: Date): Date {
  for (;;) {
    const at = new Date(+from + random() * (+to - +from))
    const local = new Date(+at + 8 * 3_600_000)
    const hour = local.getUTCHours()
    const busy = hour >= 8 && hour < 18 ? 1 : hour >= 18 && hour < 22 ? 0.5 : 0.12
    const weekend = [0, 6].includes(local.getUTCDay()) ? 0.6 : 1
    if (random() < busy * weekend) return new Date(Math.floor(+at / 1000) * 1000)
  }
}
