import { createHmac } from 'node:crypto'
import type { Config } from '../../../core/config.ts'
import type { Text } from '../../../core/i18n.ts'
import { seal, unseal } from '../../../core/seal.ts'

/** The providers of accounts elsewhere. */
export type OutsideMethod = 'line' | 'google' | 'facebook'

/** What was sent along with a person to a provider; its answer must fit. Counts once. */
export type Started = {
  readonly state: string
  readonly nonce: string
  /** RFC 7636: the secret half of the challenge. */
  readonly verifier: string
  readonly redirectUri: string
  /** Until when the answer counts, milliseconds. */
  readonly until: number
}

/** Whom a provider says it is. Its name and address are a proposal, nothing that was checked. */
export type OutsidePerson = {
  readonly subject: string
  readonly name: string
  readonly email: string | null
}

/** A provider: one description in a file of its own and one line in `providers.ts`. */
export type OutsideProvider = {
  readonly method: OutsideMethod
  /** Whether this installation is registered there. */
  readonly offered: (config: Config) => boolean
  /** By what its accounts are told apart from those of others. */
  readonly issuer: (config: Config) => string
  /** Hosts of its pages that a form leads to, for the page's policy. */
  readonly hosts: (config: Config) => readonly string[]
  /** The address of its page on which the person agrees. */
  readonly address: (config: Config, started: Started) => Promise<string>
  /** Trades the code of an answer that fits and says who it is. Throws where anything is wrong. */
  readonly trade: (
    config: Config,
    started: Started,
    query: URLSearchParams,
  ) => Promise<OutsidePerson>
}

/** How long a provider may take to answer, milliseconds. */
export const patience = 8000

/** How long a person may take at the provider, milliseconds. */
export const outsideLasts = 10 * 60_000

/**
 * By what a credential is found: a keyed digest of who says it and whom. Neither can be read from
 * the database.
 */
export const outsideLookup = (config: Config, provider: OutsideProvider, subject: string): Buffer =>
  createHmac('sha256', config.secret)
    .update(`outside:${JSON.stringify([provider.issuer(config), subject])}`)
    .digest()

/** The one address to which a provider sends people back; none shares it with another. */
export const outsideRedirect = (config: Config, method: OutsideMethod): string =>
  `${config.origin}/sign-in/outside/${method}/callback`

type Way = { readonly outside: OutsideMethod; readonly to: string }

/** A `state` that only we can make: it says which provider it was for and where to go on. */
export const stateTo = (config: Config, outside: OutsideMethod, to: string): string =>
  seal(config.secret, JSON.stringify({ outside, to } satisfies Way))

/** Where a `state` leads, if we made it for this provider. */
export function wayOfState(config: Config, outside: string, state: string): string | undefined {
  try {
    const way = JSON.parse(unseal(config.secret, state)) as Way
    return way.outside === outside ? way.to : undefined
  } catch {
    return undefined
  }
}

/** One sentence for every answer that does not hold. */
export const outsideFailed = (name: Text): Text => ({
  zh: `${name.zh} 登入沒有完成，可能是等太久或頁面開了兩次。請再試一次，或用別的方式。`,
  en: `Signing in with ${name.en} did not work; it may have taken too long. Try again.`,
})

/** What to say to someone who did not agree at the provider. */
export const outsideCancelled = (name: Text): Text => ({
  zh: `您在 ${name.zh} 取消了。可以再試一次，或用別的方式。`,
  en: `You cancelled at ${name.en}. Try again, or use another way.`,
})

/** What to say while a provider is out of order. */
export const outsideUnreachable = (name: Text): Text => ({
  zh: `現在連不上 ${name.zh}。請稍後再試，或用別的方式。`,
  en: `${name.en} cannot be reached now. Try again later, or use another way.`,
})
