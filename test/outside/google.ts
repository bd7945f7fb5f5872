import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import type { Sign } from './line.ts'
import {
  codes,
  consentHtml,
  type Grant,
  listen,
  type OutsideOne,
  type Reply,
  type Request,
  withQuery,
} from './server.ts'

export type Google = {
  readonly origin: string
  readonly client: string
  readonly secret: string
  /** Who sits before the browser. */
  person: OutsideOne
  /** How the next tokens are signed. */
  sign: Sign
  /** Its own way to sign: RS256 with the key that it publishes. */
  readonly rs256: Sign
}

/**
 * Google's OpenID provider on the loopback: discovery, the page to agree, codes traded once with
 * the client's secret and the PKCE verifier, ID tokens RS256, the keys, and `iss` in its answers
 * (RFC 9207).
 */
export async function googleLogin(redirectUri: () => string): Promise<Google> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'google-1', alg: 'RS256', use: 'sig' }
  const rs256: Sign = (claims: JWTPayload) =>
    new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: jwk.kid })
      .sign(privateKey)
  const given = codes()
  const google = {
    ...{ origin: '', client: '1234-test.apps.example', secret: 'GOCSPX-test', rs256, sign: rs256 },
    person: { sub: '110169484474386276334', name: '王大明', email: 'ming@example.org' },
  }
  const pages: Record<string, (request: Request) => Promise<Reply>> = {
    '/.well-known/openid-configuration': async () => ({ json: metadata(google.origin) }),
    '/oauth2/v3/certs': async () => ({ json: { keys: [jwk] } }),
    '/o/oauth2/v2/auth': async (request) => authorize(google, redirectUri(), given.give, request),
    '/token': async (request) => token(google, given.take, request),
  }
  google.origin = await listen(
    async (request) => (await pages[request.path]?.(request)) ?? { html: 'none', status: 404 },
  )
  return google
}

const metadata = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}/o/oauth2/v2/auth`,
  token_endpoint: `${origin}/token`,
  jwks_uri: `${origin}/oauth2/v3/certs`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  code_challenge_methods_supported: ['plain', 'S256'],
  authorization_response_iss_parameter_supported: true,
})

const page = (error: string): Reply => ({ html: `Error 400: ${error}`, status: 400 })

function authorize(
  { origin, client, person }: Google,
  redirectUri: string,
  give: (grant: Grant) => string,
  { method, given }: Request,
): Reply {
  if (given.get('client_id') !== client) return page('invalid_client')
  if (given.get('redirect_uri') !== redirectUri) return page('redirect_uri_mismatch')
  if (given.get('response_type') !== 'code') return page('unsupported_response_type')
  if (!given.get('scope')?.split(' ').includes('openid')) return page('invalid_scope')
  const state = given.get('state') ?? undefined
  if (method === 'GET') return consentHtml('/o/oauth2/v2/auth', given, 'Google')
  if (given.get('answer') !== 'agree')
    return { to: withQuery(redirectUri, { error: 'access_denied', state, iss: origin }) }
  const code = give({
    person,
    redirectUri,
    nonce: given.get('nonce') ?? undefined,
    challenge: given.get('code_challenge') ?? undefined,
  })
  return { to: withQuery(redirectUri, { code, state, iss: origin }) }
}

async function token(
  google: Google,
  take: (given: URLSearchParams) => Grant | undefined,
  { method, given }: Request,
): Promise<Reply> {
  const bad = (error: string, status = 400): Reply => ({ json: { error }, status })
  const fits =
    given.get('client_id') === google.client && given.get('client_secret') === google.secret
  if (method !== 'POST') return bad('invalid_request')
  if (!fits) return bad('invalid_client', 401)
  if (given.get('grant_type') !== 'authorization_code') return bad('unsupported_grant_type')
  const grant = take(given)
  if (!grant) return bad('invalid_grant')
  const now = Math.floor(Date.now() / 1000)
  const { sub, name, email } = grant.person
  const id_token = await google.sign({
    ...{ iss: google.origin, azp: google.client, aud: google.client, sub },
    ...{ iat: now, exp: now + 3600, name },
    ...(grant.nonce && { nonce: grant.nonce }),
    ...(email && { email, email_verified: true }),
  })
  return { json: { access_token: 'a', expires_in: 3599, token_type: 'Bearer', id_token } }
}
