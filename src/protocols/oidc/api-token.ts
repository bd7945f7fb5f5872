import type { Provider } from 'oidc-provider'
import type { Actor, Platform } from '../../core/context.ts'
import { accountActor } from '../../kernel/identity/sessions.ts'
import { apiResource } from './provider.ts'

/**
 * The person behind an access token that was issued for this platform's own API, by a program that
 * they let act for them; undefined for any other token.
 */
export async function actorOfAccess(
  platform: Platform,
  provider: Provider,
  token: string,
): Promise<Actor | undefined> {
  const found = await provider.AccessToken.find(token)
  if (!found?.accountId || found.aud !== apiResource(platform) || !found.scopes.has('api'))
    return undefined
  return accountActor(platform, found.accountId)
}
