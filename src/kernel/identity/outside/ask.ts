import { randomBytes } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../../core/config.ts'
import {
  type OutsidePerson,
  type OutsideProvider,
  outsideLasts,
  outsideRedirect,
  type Started,
  stateTo,
} from './provider.ts'

/** What goes along with a person to a provider; `to` is where their answer shall be taken. */
export const startOf = (
  config: Config,
  { method }: OutsideProvider,
  to: string,
  now: Date,
): Started => ({
  state: stateTo(config, method, to),
  nonce: randomBytes(24).toString('base64url'),
  verifier: randomBytes(32).toString('base64url'),
  redirectUri: outsideRedirect(config, method),
  until: +now + outsideLasts,
})

/**
 * What a provider says of the person behind an answer; null where anything does not fit: no start
 * of this browser, another state, another issuer, a code or a token that does not hold. It runs
 * outside a transaction, since it waits for another house.
 */
export async function askOutside(
  on: { readonly config: Config; readonly log: FastifyBaseLogger },
  provider: OutsideProvider,
  started: Started | null,
  answer: URLSearchParams,
): Promise<OutsidePerson | null> {
  const issuer = answer.get('iss')
  if (!started || answer.get('state') !== started.state || !answer.get('code')) return null
  // RFC 9207: an answer that names its issuer must name this one.
  if (issuer !== null && issuer !== provider.issuer(on.config)) return null
  try {
    return await provider.trade(on.config, started, answer)
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    on.log.warn({ provider: provider.method, reason }, 'an answer from outside did not hold')
    return null
  }
}
