/** A call as its exchange has told of it so far. Times are those of our own clock. */
export type Course = {
  readonly began: Date
  readonly answered: Date | null
  readonly ended: Date | null
  readonly outcome: 'ringing' | 'answered' | 'abandoned' | 'overflowed'
}

export type Sign = 'newCall' | 'answer' | 'hangup'

/**
 * What a call is after one more sign of it. Signs may come twice, late or in any order: the first
 * of each sort counts, and what is over does not ring again.
 */
export function after(call: Course | undefined, sign: Sign, at: Date, cause = ''): Course {
  const known = call ?? { began: at, answered: null, ended: null, outcome: 'ringing' as const }
  if (sign === 'answer' && known.answered === null)
    // An answer that is heard after the end was given before it.
    return { ...known, answered: known.ended ?? at, outcome: 'answered' }
  if (sign === 'hangup' && known.ended === null)
    return { ...known, ended: at, outcome: known.answered ? 'answered' : lost(cause) }
  return known
}

/** A caller who gave up abandoned the call; one whom no line could take overflowed. */
const lost = (cause: string) =>
  ['busy', 'congestion', 'forwarded'].includes(cause) ? 'overflowed' : 'abandoned'
