import type { Ctx } from '../../../core/context.ts'
import type { Text } from '../../../core/i18n.ts'
import type { Attempt } from '../attempts.ts'
import type { Method, ProofFacts } from '../levels.ts'

/** What a method was given: the fields of its form, and from which browser and address. */
export type Given = {
  readonly fields: Readonly<Record<string, string>>
  /** The id of this browser, from its signed cookie. */
  readonly device: string
  /** The address it came from; used for counting tries, kept as a digest only. */
  readonly address: string
  /** For which system, and what the browser calls itself; for who is asked elsewhere. */
  readonly system?: Text
  readonly agent?: string
}

/** What a method found: whose credential it is, or what to say, beside a field. */
export type Outcome =
  | { readonly account: string; readonly credential: string; readonly facts: ProofFacts }
  /** `account`: whose it would have been; for that person's own list, never for the page. */
  | { readonly refused: Text; readonly field?: string; readonly account?: string }
  /** Not decided: someone is asked elsewhere. What it waits for is kept for the next time. */
  | { readonly waiting: unknown }
  /** Someone nobody knows yet: what a new account could be made of. */
  | { readonly newcomer: Newcomer }

/** What an outside provider or a certificate says of a person who has no account yet. */
export type Newcomer = {
  readonly method: Method
  /** The keyed digest by which the credential will be found again, base64url. */
  readonly lookup: string
  readonly name: string
  readonly email: string | null
  /** What the new credential keeps; nothing secret. */
  readonly data: Readonly<Record<string, unknown>>
  readonly facts: ProofFacts
}

/** A way to sign in. Each stands in a file of its own and as one line in `methods.ts`. */
export type SignInMethod = {
  readonly method: Method
  /** Needs to know who it is: it is offered after a first method only. */
  readonly second: boolean
  /** Whether this installation offers it: an outside provider must be configured. */
  readonly offered: (ctx: Pick<Ctx, 'config' | 'city'>) => boolean
  /** Proves it. A refusal is returned, not thrown, so that the count of failures is kept. */
  readonly prove: (ctx: Ctx, attempt: Attempt, given: Given) => Promise<Outcome>
  /** Something to prepare when its page opens, such as a challenge; it is kept in `waiting`. */
  readonly prepare?: (ctx: Ctx, attempt: Attempt, given: Given) => Promise<unknown>
}

/** Declares a method. */
export const signInMethod = (method: SignInMethod): SignInMethod => method
