import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { type Actor, type Platform, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { clientMetadata, issuerOf } from '../oidc/clients.ts'
import { publicKeys } from '../oidc/keys.ts'
import type { ProviderNow } from '../oidc/mount.ts'

/** The address of this server, and the resource (RFC 8707) that its tokens are for. */
export const scimResource = ({ config }: Pick<Platform, 'config'>): string =>
  `${config.origin}/scim/v2`

/** The part of a request that says who asks; `url` is its path. */
export type Asking = {
  readonly method: string
  readonly url: string
  readonly headers: { readonly authorization?: string; readonly dpop?: unknown }
}

/** How proofs of a key (RFC 9449) may be signed. */
export const proofAlgorithms = ['ES256', 'Ed25519']

const proofSeconds = 300

/**
 * The directory behind an access token: a live system that the city approved for this resource, by
 * a token that it got for itself, with the proof of its key where one is bound to it. It acts for
 * the whole city, and its events name it. Refuses 401 and never says why: whoever holds no token
 * learns nothing.
 */
export async function directoryOf(
  platform: Platform,
  now: ProviderNow,
  asking: Asking,
): Promise<Actor> {
  const client = await clientOf(platform, now, asking)
  if (!client) throw unauthorised()
  const metadata = await clientMetadata(platform, client)
  const resources = metadata?.resources
  if (!Array.isArray(resources) || !resources.includes(scimResource(platform))) throw unauthorised()
  return systemActor(`scim:${client}`)
}

/** RFC 9068 and 9449. A token that a person granted does not open this; a proof counts once. */
async function clientOf(
  platform: Platform,
  now: ProviderNow,
  asking: Asking,
): Promise<string | undefined> {
  const { client_id: client, sub } = (await claimsOf(platform, asking)) ?? {}
  if (!client || client !== sub) return undefined
  const { dpop } = asking.headers
  if (typeof dpop !== 'string') return client
  const { ReplayDetection } = await now()
  const until = Math.floor(Date.now() / 1000) + 2 * proofSeconds
  const isFirst = await ReplayDetection.unique(client, String(decodeJwt(dpop).jti), until)
  return isFirst ? client : undefined
}

async function claimsOf(platform: Platform, { method, url, headers }: Asking) {
  const { authorization = '', dpop } = headers
  if (authorization.length > 5000) return undefined
  const issuer = issuerOf(platform.config)
  const given = new Request(`${platform.config.origin}${url}`, {
    method,
    headers: { authorization, ...(typeof dpop === 'string' && { dpop }) },
  })
  const keys = await publicKeys(platform)
  try {
    return await oauth.validateJwtAccessToken(
      { issuer, jwks_uri: `${issuer}/jwks` },
      given,
      scimResource(platform),
      {
        signingAlgorithms: proofAlgorithms,
        // The keys are our own: nothing is fetched, whatever the address.
        [oauth.customFetch]: async () => Response.json(keys),
        [oauth.allowInsecureRequests]: true,
        [oauth.clockSkew]: Math.round((+platform.now() - Date.now()) / 1000),
      },
    )
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError) return undefined
    if (error instanceof oauth.UnsupportedOperationError) return undefined
    throw error
  }
}

const unauthorised = () =>
  new Refused('scim.token', 401, {
    zh: '請用市府核定的系統、以這個資源的存取權杖呼叫。',
    en: 'Call with an access token for this resource, of a system that the city approved for it.',
  })
