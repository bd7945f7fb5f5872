/**
 * Allows so many tries within some minutes for each key, such as a number whose code is guessed.
 * Kept in memory: a restart forgives.
 */
export function limitTries(most: number, minutes: number): (key: string, now: Date) => boolean {
  const tries = new Map<string, { count: number; until: number }>()
  return (key, now) => {
    if (tries.size > 10_000) tries.clear()
    const before = tries.get(key)
    const entry =
      before && before.until > +now ? before : { count: 0, until: +now + minutes * 60_000 }
    tries.set(key, { ...entry, count: entry.count + 1 })
    return entry.count < most
  }
}
