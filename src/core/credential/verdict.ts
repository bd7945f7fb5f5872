import type { JWK } from 'jose'
import {
  hexOf,
  isOfCity,
  isShownByHolder,
  onceSeconds,
  readShown,
  type Shown,
  shownSeconds,
  toleranceSeconds,
} from './card.ts'
import { type StatusList, statusAt, statuses } from './status-list.ts'

/** What a verifier holds of the city: who it is, its keys, and the lists it fetched last. */
export type Trusted = {
  readonly issuer: string
  readonly keys: readonly JWK[]
  readonly lists: readonly StatusList[]
}

/**
 * Why a card counts or does not. `unknown` needs a newer list; `invalid` must not be accepted.
 * `shown` tells a showing apart from all others; `name` is what the city signed.
 */
export type Verdict =
  | { readonly outcome: 'valid'; readonly why: 'good'; readonly name: string; shown: string }
  | { readonly outcome: 'invalid'; readonly why: InvalidWhy }
  | { readonly outcome: 'unknown'; readonly why: 'no-list' | 'old-list' }

export type InvalidWhy =
  | 'unreadable'
  | 'not-ours'
  | 'forged'
  | 'expired'
  | 'stale'
  | 'ahead'
  | 'ended'
  | 'suspended'

const invalid = (why: InvalidWhy): Verdict => ({ outcome: 'invalid', why })

/**
 * Judges what was scanned, without a network. A showing counts for thirty seconds, with ten of
 * tolerance for clocks; a card counts by a list that has not run out, and is unknown without one.
 */
export async function judge(text: string, trusted: Trusted, now: Date): Promise<Verdict> {
  const shown = readShown(text)
  if (!shown) return invalid('unreadable')
  const { card, kid } = shown
  if (card.issuer !== trusted.issuer) return invalid('not-ours')
  const list = trusted.lists.find(({ uri }) => uri === card.list)
  const isFresh = list !== undefined && now < list.expiresAt
  const key = trusted.keys.find((one) => one.kid === kid)
  // Keys are published a week before they sign: who has a fresh list has every key.
  if (!key) return isFresh ? invalid('forged') : unknown(list)
  if (!(await isOfCity(shown, key)) || !(await isShownByHolder(shown))) return invalid('forged')
  const late = lateness(shown, now)
  if (late) return invalid(late)
  if (!isFresh) return unknown(list)
  const status = statusAt(list, card.index)
  if (status === statuses.suspended) return invalid('suspended')
  if (status !== statuses.valid) return invalid('ended')
  return { outcome: 'valid', why: 'good', name: card.name, shown: showingOf(shown) }
}

/** What was signed, not the signature: another one for the same can be computed by anyone. */
const showingOf = ({ signed, by }: Shown): string => hexOf((by?.signed ?? signed).payload)

const unknown = (list: StatusList | undefined): Verdict => ({
  outcome: 'unknown',
  why: list ? 'old-list' : 'no-list',
})

/** What is wrong with the times, of the card and of this showing. */
function lateness({ card, by }: Shown, now: Date): 'expired' | 'stale' | 'ahead' | null {
  const second = 1000
  const tolerance = toleranceSeconds * second
  if (by && +now >= +card.expiresAt + tolerance) return 'expired'
  const showing = by ?? card
  const lasts = (by ? shownSeconds : onceSeconds) * second
  if (+showing.issuedAt - +now > tolerance) return 'ahead'
  // Whoever signs may not give themselves longer.
  const until = Math.min(+showing.expiresAt, +showing.issuedAt + lasts)
  return +now >= until + tolerance ? 'stale' : null
}
