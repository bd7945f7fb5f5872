const day = 86_400_000

/**
 * A key is published a week before it signs, signs for ninety days, and stays published for another
 * thirty: longer than anything it signed lives, so that no relying system meets an unknown key.
 */
export const keySchedule = { aheadDays: 7, signsDays: 90, keptDays: 30 }

type Planned = {
  readonly kid: string
  readonly signs_from: Date
  readonly signs_to: Date | null
}

/**
 * What the schedule asks for at a time: keys to make and keys to remove. The first key signs at
 * once; each next one begins when the one before ends. Pure.
 */
export function planKeys(keys: readonly Planned[], now: Date) {
  const { aheadDays, signsDays, keptDays } = keySchedule
  const remove = keys
    .filter(({ signs_to }) => signs_to !== null && +now - +signs_to > keptDays * day)
    .map(({ kid }) => kid)
  const last = Math.max(...keys.map(({ signs_to }) => +(signs_to ?? 0)), -Infinity)
  const make: { signsFrom: Date; signsTo: Date }[] = []
  let from = last
  if (last < +now) {
    make.push({ signsFrom: now, signsTo: new Date(+now + signsDays * day) })
    from = +now + signsDays * day
  }
  if (from - +now <= aheadDays * day)
    make.push({ signsFrom: new Date(from), signsTo: new Date(from + signsDays * day) })
  return { make, remove }
}
