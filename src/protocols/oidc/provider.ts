import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import {
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
  type ResourceServer,
} from 'oidc-provider'
import type { Platform } from '../../core/context.ts'
import { one, row } from '../../core/db.ts'
import { type Account, accountById } from '../../kernel/identity/accounts.ts'
import { acrValues } from '../../kernel/identity/levels.ts'
import { credentialIssuance, walletResource } from '../openid4vci/issuer.ts'
import { adapterOver } from './adapter.ts'
import { clientMetadata, derivedSecret, issuerOf, portalId, systemById } from './clients.ts'
import { registeredFetch } from './fetch.ts'
import { signingKeys } from './keys.ts'
import { levelPolicy } from './policy.ts'
import type { Screens } from './screens.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** The resource of the platform's own API, for tokens of programs. */
export const apiResource = (platform: Platform): string => `${platform.config.origin}/api`

/** Makes the provider with the keys of this moment. */
export async function openProvider(
  platform: Platform,
  screens: Screens,
): Promise<{ provider: Provider; revision: string }> {
  const { keys, revision } = await signingKeys(platform)
  const provider = new Provider(issuerOf(platform.config), {
    ...configuration(platform, screens),
    jwks: { keys: keys as never },
  })
  provider.proxy = true
  return { provider, revision }
}

const configuration = (platform: Platform, screens: Screens): Configuration => ({
  adapter: adapterOver(platform.database.keyed, platform.config.secret, (id) =>
    clientMetadata(platform, id),
  ),
  acrValues: [...acrValues],
  claims: {
    // ID tokens say how sure the sign-in was, whether asked or not.
    openid: ['sub', 'acr', 'amr', 'auth_time', 'identity_level'],
    profile: ['name', 'locale', 'kind'],
    email: ['email', 'email_verified'],
    agency: ['agency', 'agency_name', 'preferred_username'],
    sid: null,
    iss: null,
  },
  scopes: ['openid', 'offline_access', 'profile', 'email', 'agency'],
  clientDefaults: {
    id_token_signed_response_alg: 'ES256',
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'client_secret_basic',
    subject_type: 'pairwise',
    require_auth_time: true,
  },
  subjectTypes: ['public', 'pairwise'],
  // Systems of one sector meet one subject, others another: nobody joins their rows by it.
  pairwiseIdentifier: (_, accountId, { sectorIdentifier, clientId }) =>
    createHmac('sha256', derivedSecret(platform.config, 'pairwise'))
      .update(`${sectorIdentifier ?? clientId}:${accountId}`)
      .digest('base64url'),
  responseTypes: ['code'],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // Without `offline_access`, which needs consent, it ends with the person's sign-in.
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.from(derivedSecret(platform.config, 'dpop'), 'base64url'),
    },
    clientCredentials: { enabled: true },
    openid4vci: credentialIssuance(platform),
    deviceFlow: { enabled: true, ...screens.device },
    introspection: { enabled: true, allowedPolicy: mayIntrospect },
    revocation: {
      enabled: true,
      allowedPolicy: (_, client, token) => token.clientId === client.clientId,
    },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true, ...screens.logout },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, indicator) => resourceServer(platform, indicator),
    },
  },
  interactions: {
    policy: levelPolicy(platform),
    url: (ctx, { uid }) => screens.signInPath(ctx, uid),
  },
  cookies: {
    names: cookieNames(platform.config.origin.startsWith('https:')),
    keys: [derivedSecret(platform.config, 'cookies')],
    long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/' },
    short: { signed: true, httpOnly: true, sameSite: 'lax' },
  },
  ttl: {
    AuthorizationCode: minute,
    AccessToken: 10 * minute,
    ClientCredentials: 10 * minute,
    IdToken: hour,
    RefreshToken: 14 * day,
    Interaction: hour,
    Session: 12 * hour,
    Grant: 14 * day,
    DeviceCode: 10 * minute,
    PreAuthorizedCode: 5 * minute,
  },
  extraTokenClaims: (_, token) => {
    const { acr, amr } = token as { acr?: string; amr?: string[] }
    return { ...(acr && { acr }), ...(amr && { amr }) }
  },
  loadExistingGrant: (ctx) => grantOf(platform, ctx),
  findAccount: async (_, sub) => {
    const account = await accountById(platform.database.city, sub)
    return (
      account && {
        accountId: sub,
        claims: (_use, scope) => claimsOf(platform, account, scope.split(' ')),
      }
    )
  },
  fetch: registeredFetch(platform),
  renderError: screens.error,
})

/**
 * Whose resource an indicator names (RFC 8707): our own API takes opaque tokens that it can look up
 * and end at once; a resource that a live system registered gets signed ones to check by itself.
 */
async function resourceServer(platform: Platform, indicator: string): Promise<ResourceServer> {
  if (indicator === apiResource(platform)) return { scope: 'api', accessTokenFormat: 'opaque' }
  const wallet = walletResource(platform, indicator)
  if (wallet) return wallet
  const found = await row(
    platform.database.city,
    sql<{ scope: string | null }>`select metadata ->> 'resource_scope' as scope
      from single_sign_on.system
      where state = 'live' and metadata -> 'resources' ? ${indicator}`,
  )
  if (!found) throw new errors.InvalidTarget()
  const jwt = { sign: { alg: 'ES256' } } as const
  return { scope: found.scope ?? '', accessTokenFormat: 'jwt', jwt }
}

const cookieNames = (secure: boolean) => ({
  session: secure ? '__Host-op' : 'op',
  interaction: 'op_interaction',
  resume: 'op_resume',
})

/** A resource server learns of tokens meant for it, and a client of its own. */
const mayIntrospect = (
  _: KoaContextWithOIDC,
  client: { clientId: string; metadata: () => object },
  token: { clientId?: string | undefined },
): boolean =>
  token.clientId === client.clientId || Reflect.get(client.metadata(), 'introspects') === true

/**
 * What a person granted to a system before. Our own pages and systems of staff need no question:
 * the city approved them for their work.
 */
async function grantOf(platform: Platform, ctx: KoaContextWithOIDC) {
  const { session, client, provider, result } = ctx.oidc
  if (!client || !session?.accountId) return undefined
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const grant = known ? await provider.Grant.find(known) : undefined
  const system = await systemById(platform, client.clientId)
  if (client.clientId !== portalId && system?.audience !== 'staff') return grant
  const resources = Object.entries(ctx.oidc.resourceServers ?? {})
  const wanted = [...ctx.oidc.requestParamOIDCScopes].join(' ')
  const covered =
    grant?.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes) === wanted &&
    resources.length === 0
  if (grant && covered) return grant
  const own =
    grant ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  own.addOIDCScope(wanted)
  for (const [indicator, { scopes }] of resources)
    own.addResourceScope(indicator, [...(scopes as Set<string>)].join(' '))
  await own.save()
  return own
}

/** What systems may be told of an account, by OpenID Connect's standard claims. */
async function claimsOf(platform: Platform, account: Account, scopes: readonly string[]) {
  const { id, name, email, email_verified_at, locale, identity_level, kind } = account
  const asked = kind === 'staff' && scopes.includes('agency')
  const agency = asked ? await agencyOf(platform, id) : undefined
  return {
    sub: id,
    name,
    locale: locale === 'zh' ? 'zh-TW' : 'en',
    kind,
    identity_level,
    ...(email && { email, email_verified: email_verified_at !== null }),
    ...(kind === 'staff' && { preferred_username: account.login }),
    ...agency,
  }
}

// Agencies and who serves where are open to every transaction: one statement is enough.
const agencyOf = (platform: Platform, staff: string) =>
  one(
    platform.database.keyed,
    sql<{ agency: string; agency_name: string }>`select s.agency, a.name_zh as agency_name
      from identity.staff s join identity.agency a on a.id = s.agency where s.id::text = ${staff}`,
  )
