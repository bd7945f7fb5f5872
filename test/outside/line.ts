import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
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

/** How a provider makes its ID token; a test may put another in its place. */
export type Sign = (claims: JWTPayload) => Promise<string>

export type LineLogin = {
  readonly origin: string
  readonly channel: string
  readonly secret: string
  /** Who sits before the browser. */
  person: OutsideOne
  /** How the next tokens are signed. */
  sign: Sign
  /** Its own ways to sign: with the channel's secret, and with its key. */
  readonly hs256: Sign
  readonly es256: Sign
  /** The public key, as served to everyone. */
  readonly jwk: Readonly<Record<string, unknown>>
}

const path = '/oauth2/v2.1'

/**
 * LINE Login v2.1 on the loopback: discovery, the page to agree, codes traded once with the
 * channel's secret and the PKCE verifier, ID tokens HS256 without `kid` as on the web or ES256, and
 * the keys. Errors have the shape of RFC 6749.
 */
export async function lineLogin(redirectUri: () => string): Promise<LineLogin> {
  const channel = '2001234567'
  const secret = 'a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5'
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'line-1', alg: 'ES256', use: 'sig' }
  const hs256: Sign = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: 'HS256' })
      .sign(new TextEncoder().encode(secret))
  const es256: Sign = (claims) =>
    new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: 'ES256', kid: jwk.kid })
      .sign(privateKey)
  const given = codes()
  const line: LineLogin & { origin: string } = {
    ...{ origin: '', channel, secret, hs256, es256, jwk, sign: hs256 },
    person: { sub: 'U4af4980629', name: '小美' },
  }
  const pages: Record<string, (request: Request) => Promise<Reply>> = {
    '/.well-known/openid-configuration': async () => ({ json: metadata(line.origin) }),
    [`${path}/certs`]: async () => ({ json: { keys: [jwk] } }),
    [`${path}/authorize`]: async (request) => authorize(line, redirectUri(), given.give, request),
    [`${path}/token`]: async (request) => token(line, given.take, request),
  }
  line.origin = await listen(
    async (request) => (await pages[request.path]?.(request)) ?? { html: 'none', status: 404 },
  )
  return line
}

const metadata = (origin: string) => ({
  issuer: origin,
  authorization_endpoint: `${origin}${path}/authorize`,
  token_endpoint: `${origin}${path}/token`,
  jwks_uri: `${origin}${path}/certs`,
  response_types_supported: ['code'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
})

const bad = (error: string, error_description: string): Reply => ({
  json: { error, error_description },
  status: 400,
})

function authorize(
  { channel, person }: LineLogin,
  redirectUri: string,
  give: (grant: Grant) => string,
  { method, given }: Request,
): Reply {
  if (given.get('client_id') !== channel) return bad('INVALID_REQUEST', 'invalid client_id')
  if (given.get('redirect_uri') !== redirectUri)
    return bad('INVALID_REQUEST', 'Invalid redirect_uri value.')
  const state = given.get('state') ?? undefined
  const wrong = (error: string) => ({ to: withQuery(redirectUri, { error, state }) })
  if (!state) return bad('INVALID_REQUEST', 'state is required')
  if (given.get('response_type') !== 'code') return wrong('unsupported_response_type')
  if (!given.get('scope')?.split(' ').includes('openid')) return wrong('invalid_scope')
  if (given.get('code_challenge') && given.get('code_challenge_method') !== 'S256')
    return wrong('invalid_request')
  if (method === 'GET') return consentHtml(`${path}/authorize`, given, 'LINE')
  if (given.get('answer') !== 'agree') return wrong('access_denied')
  const code = give({
    person,
    redirectUri,
    nonce: given.get('nonce') ?? undefined,
    challenge: given.get('code_challenge') ?? undefined,
  })
  return { to: withQuery(redirectUri, { code, state }) }
}

async function token(
  line: LineLogin,
  take: (given: URLSearchParams) => Grant | undefined,
  { method, given }: Request,
): Promise<Reply> {
  const fits = given.get('client_id') === line.channel && given.get('client_secret') === line.secret
  if (method !== 'POST') return bad('invalid_request', 'POST only')
  if (!fits) return bad('invalid_client', 'invalid client_id or client_secret')
  if (given.get('grant_type') !== 'authorization_code')
    return bad('unsupported_grant_type', 'grant_type')
  const grant = take(given)
  if (!grant) return bad('invalid_grant', 'invalid authorization code')
  const now = Math.floor(Date.now() / 1000)
  const { sub, name } = grant.person
  const id_token = await line.sign({
    ...{ iss: line.origin, sub, aud: line.channel, exp: now + 3600, iat: now, amr: ['linesso'] },
    ...(grant.nonce && { nonce: grant.nonce }),
    name,
  })
  const json = { access_token: 'a', token_type: 'Bearer', expires_in: 2592000, id_token }
  return { json: { ...json, refresh_token: 'r', scope: 'openid profile' } }
}
