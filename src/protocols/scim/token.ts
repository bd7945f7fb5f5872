import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { type Actor, type Platform, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { clientMetadata, issuerOf } from '../oidc/clients.ts'
import { publicKeys } from '../oidc/keys.ts'

/** The address of this server, and the resource (RFC 8707) that its tokens are for. */
export const scimResource = ({ config }: Pick<Platform, 'config'>): string =>
  `${config.origin}/scim/v2`

/**
 * The directory behind a bearer token: a live system that the city approved for this resource, by a
 * token that it got for itself. It acts for the whole city, and its events name it. Refuses 401 and
 * never says why: whoever holds no token learns nothing.
 */
export async function directoryOf(
  platform: Platform,
  authorization: string | undefined,
): Promise<Actor> {
  const token = /^Bearer (\S{1,4000})$/i.exec(authorization ?? '')?.[1]
  const client = token && (await clientOf(platform, token))
  if (!client) throw unauthorised()
  const metadata = await clientMetadata(platform, client)
  const resources = metadata?.resources
  if (!Array.isArray(resources) || !resources.includes(scimResource(platform))) throw unauthorised()
  return systemActor(`scim:${client}`)
}

/** RFC 9068. A token that a person granted, or that is bound to a key, does not open this. */
async function clientOf(platform: Platform, token: string): Promise<string | undefined> {
  const set = createLocalJWKSet((await publicKeys(platform)) as JSONWebKeySet)
  try {
    const { payload } = await jwtVerify(token, set, {
      issuer: issuerOf(platform.config),
      audience: scimResource(platform),
      algorithms: ['ES256'],
      typ: 'at+jwt',
      requiredClaims: ['exp', 'iat', 'client_id'],
      currentDate: platform.now(),
    })
    const { client_id: client, sub, cnf } = payload
    return typeof client === 'string' && client === sub && cnf === undefined ? client : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

const unauthorised = () =>
  new Refused('scim.token', 401, {
    zh: '請用市府核定的系統、以這個資源的存取權杖呼叫。',
    en: 'Call with an access token for this resource, of a system that the city approved for it.',
  })
