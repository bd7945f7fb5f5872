import { holdingsIn } from '../../core/held.ts'

const cases = holdingsIn('takao-follow', 'follow')

/** The cases this browser holds the code of, as hashes for row-level security. */
export const followSecrets = cases.secrets

/** The numbers of the cases this browser holds, newest first. */
export const heldNumbers = cases.numbers

/** Adds a case to what this browser holds, for 400 days. */
export const holdCase = cases.hold
