import { createHmac, randomBytes } from 'node:crypto'
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

export type Facebook = {
  readonly origin: string
  readonly app: string
  readonly secret: string
  /** Who sits before the browser. */
  person: OutsideOne
}

const version = '/v23.0'

/**
 * Facebook Login and the Graph API on the loopback: the dialog, codes traded once with the app's
 * secret and the verifier, and `/me`, which wants `appsecret_proof`. Errors have Graph's own shape.
 */
export async function facebookLogin(redirectUri: () => string): Promise<Facebook> {
  const given = codes()
  const tokens = new Map<string, OutsideOne>()
  const facebook = {
    ...{ origin: '', app: '102030405060708', secret: 'f00dfeedf00dfeedf00dfeedf00dfeed' },
    person: { sub: '10223344556677889', name: 'Mei Lin', email: 'mei@example.org' },
  }
  const pages: Record<string, (request: Request) => Reply> = {
    [`${version}/dialog/oauth`]: (request) => dialog(facebook, redirectUri(), given.give, request),
    [`${version}/oauth/access_token`]: (request) => token(facebook, given.take, tokens, request),
    [`${version}/me`]: (request) => me(facebook, tokens, request),
  }
  facebook.origin = await listen(
    async (request) => pages[request.path]?.(request) ?? wrong(2500, 'Unknown path components'),
  )
  return facebook
}

const wrong = (code: number, message: string, status = 400): Reply => ({
  json: {
    error: { message, type: 'OAuthException', code, fbtrace_id: randomBytes(8).toString('hex') },
  },
  status,
})

function dialog(
  { app, person }: Facebook,
  redirectUri: string,
  give: (grant: Grant) => string,
  { method, given }: Request,
): Reply {
  if (given.get('client_id') !== app) return { html: 'Invalid App ID', status: 400 }
  if (given.get('redirect_uri') !== redirectUri) return { html: 'URL Blocked', status: 400 }
  const state = given.get('state') ?? undefined
  if (method === 'GET') return consentHtml(`${version}/dialog/oauth`, given, 'Facebook')
  if (given.get('answer') !== 'agree') {
    const error_reason = 'user_denied'
    return { to: withQuery(redirectUri, { error_reason, error: 'access_denied', state }) }
  }
  const challenge = given.get('code_challenge') ?? undefined
  const code = give({ person, redirectUri, nonce: undefined, challenge })
  return { to: `${withQuery(redirectUri, { code, state })}#_=_` }
}

function token(
  { app, secret }: Facebook,
  take: (given: URLSearchParams) => Grant | undefined,
  tokens: Map<string, OutsideOne>,
  { given }: Request,
): Reply {
  if (given.get('client_id') !== app) return wrong(101, 'Error validating application.')
  if (given.get('client_secret') !== secret) return wrong(1, 'Error validating client secret.')
  const grant = take(given)
  if (!grant) return wrong(100, 'This authorization code has been used or does not fit.')
  const access_token = randomBytes(16).toString('hex')
  tokens.set(access_token, grant.person)
  return { json: { access_token, token_type: 'bearer', expires_in: 5183944 } }
}

function me({ secret }: Facebook, tokens: Map<string, OutsideOne>, { given }: Request): Reply {
  const token = given.get('access_token') ?? ''
  const person = tokens.get(token)
  if (!person) return wrong(190, 'Invalid OAuth access token.', 401)
  const proof = createHmac('sha256', secret).update(token).digest('hex')
  if (given.get('appsecret_proof') !== proof)
    return wrong(100, 'Invalid appsecret_proof provided in the API argument')
  const asked = (given.get('fields') ?? 'id,name').split(',')
  const all: Record<string, string | undefined> = {
    id: person.sub,
    name: person.name,
    email: person.email,
  }
  return { json: Object.fromEntries(asked.map((field) => [field, all[field]])) }
}
