import type { FastifyInstance, FastifyRequest } from 'fastify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import * as openid from 'openid-client'
import type { Config } from '../../../core/config.ts'
import { type Platform, systemActor } from '../../../core/context.ts'
import { Refused } from '../../../core/errors.ts'
import { hostCookie, hostCookieOptions } from '../../../core/host-cookie.ts'
import { perform } from '../../../core/operation.ts'
import { seal, unseal } from '../../../core/seal.ts'
import { levelOfAcr } from '../../../kernel/identity/levels.ts'
import {
  clearSessionCookie,
  sessionCookie,
  sessionToken,
} from '../../../kernel/identity/session-cookie.ts'
import { actorOfToken, endBySid, openSession, signOut } from '../../../kernel/identity/sessions.ts'
import type { Page, Visit } from '../../../web/pages.ts'
import { derivedSecret, issuerOf, portalId } from '../clients.ts'

/*
 * Our own pages are an ordinary confidential client of the provider: authorization code with PKCE,
 * the code exchanged by the server, a session row with the provider's `sid`, and its end told by a
 * back-channel logout. The browser holds no token. Requests to the provider are handed over within
 * the process, so that they need no name that resolves from inside.
 */

const door = systemActor('sign-in')

/** Only a path of our own site: an address elsewhere would lend our name to a trap. */
export const ownPath = (given: string, otherwise = '/account'): string =>
  /^\/(?![/\\])[^\s\\]*$/.test(given) ? given : otherwise

/** The cookies of sign-ins under way: one each, for somebody may begin in two windows. */
const statePrefix = (config: Config) => hostCookie(config, 'takao-state-')
const stateCookie = (config: Config, state: string) =>
  statePrefix(config) + state.replace(/[^\w-]/g, '').slice(0, 12)

/** Forgets sign-ins that were left half-way: a handful may be under way in one browser. */
function forgetLeft({ platform: { config }, request, reply }: Visit, most = 4): void {
  const names = Object.keys(request.cookies).filter((one) => one.startsWith(statePrefix(config)))
  for (const name of names.slice(0, -most)) reply.clearCookie(name, hostCookieOptions(config))
}

/** A fetch that hands requests to our own server. */
export const ownFetch =
  (app: FastifyInstance, config: Config): openid.CustomFetch =>
  async (url, options) => {
    const { host, pathname, search, protocol } = new URL(url)
    const answer = await app.inject({
      method: (options.method ?? 'GET') as 'GET',
      url: pathname + search,
      headers: {
        ...Object.fromEntries(new Headers(options.headers as HeadersInit)),
        host,
        'x-forwarded-proto': protocol.slice(0, -1),
        'x-forwarded-host': new URL(config.origin).host,
      },
      ...(options.body != null && { payload: String(options.body) }),
    })
    return new Response(new Uint8Array(answer.rawPayload), {
      status: answer.statusCode,
      headers: answer.headers as Record<string, string>,
    })
  }

/** The pages by which this site signs people in and out. */
export function portalPages(app: FastifyInstance, platform: Platform): readonly Page[] {
  const { config } = platform
  let asking: Promise<openid.Configuration> | undefined
  const client = () => {
    asking ??= openid
      .discovery(
        new URL(issuerOf(config)),
        portalId,
        { id_token_signed_response_alg: 'ES256' },
        openid.ClientSecretBasic(derivedSecret(config, portalId)),
        { [openid.customFetch]: ownFetch(app, config), execute: [openid.allowInsecureRequests] },
      )
      .catch((error) => {
        asking = undefined
        throw error
      })
    return asking
  }
  const permission = 'public'
  return [
    { method: 'GET', path: '/sign-in', permission, run: async (v) => begin(v, await client()) },
    {
      method: 'GET',
      path: '/sign-in/callback',
      permission,
      run: async (visit) => arrive(visit, await client()),
    },
    { method: 'POST', path: '/sign-out', permission, run: leave },
  ]
}

type Kept = { state: string; nonce: string; verifier: string; back: string; fresh: boolean }

/**
 * Sends the browser to the provider. What needs more than usual can ask for a level, and with
 * `fresh=1` for proofs of the last ten minutes.
 */
async function begin(visit: Visit, client: openid.Configuration) {
  const { platform, query, reply, request, view } = visit
  const { config } = platform
  const back = ownPath(query.back ?? '')
  // Another name of this machine would lose the cookie on the way back.
  if (request.host !== new URL(config.origin).host && config.PUBLIC_URL === '')
    return leaveTo(
      visit,
      `${config.origin}${view.href('/sign-in')}?${new URLSearchParams({ ...query, back })}`,
    )
  const kept: Kept = {
    state: openid.randomState(),
    nonce: openid.randomNonce(),
    verifier: openid.randomPKCECodeVerifier(),
    back,
    fresh: query.fresh === '1',
  }
  const level = /^aal[1-4]$/.test(query.level ?? '') ? query.level : undefined
  const url = openid.buildAuthorizationUrl(client, {
    redirect_uri: `${config.origin}/sign-in/callback`,
    scope: 'openid profile',
    state: kept.state,
    nonce: kept.nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(kept.verifier),
    code_challenge_method: 'S256',
    ui_locales: view.locale === 'zh' ? 'zh-TW' : 'en',
    ...(level && { acr_values: level }),
    ...(kept.fresh && { max_age: '600' }),
  })
  forgetLeft(visit)
  reply.setCookie(stateCookie(config, kept.state), seal(config.secret, JSON.stringify(kept)), {
    ...hostCookieOptions(config),
    maxAge: 3600,
  })
  return leaveTo(visit, url.href)
}

/** Takes the code, opens a session and leads back to where the person was going. */
async function arrive(visit: Visit, client: openid.Configuration) {
  const { platform, request, reply, query } = visit
  const { config } = platform
  const state = String(query.state ?? '')
  const kept = keptOf(request, config, state)
  reply.clearCookie(stateCookie(config, state), hostCookieOptions(config))
  if (!kept) throw expired()
  if (query.error === 'access_denied') return { to: '/', problem: cancelled }
  const url = new URL(request.url, config.origin)
  const tokens = await openid
    .authorizationCodeGrant(client, url, {
      expectedState: kept.state,
      expectedNonce: kept.nonce,
      pkceCodeVerifier: kept.verifier,
      ...(kept.fresh && { maxAge: 600 }),
    })
    .catch((error: unknown) => {
      request.log.warn({ err: error }, 'a sign-in was not completed')
      throw expired()
    })
  const claims = tokens.claims()
  const token = await perform(platform, openSession, door, {
    account: claims?.sub,
    sid: claims?.sid,
    level: levelOfAcr(String(claims?.acr)),
    agent: (request.headers['user-agent'] ?? '').slice(0, 300),
    ...(kept.fresh && { confirmedAt: new Date(Number(claims?.auth_time) * 1000).toISOString() }),
  })
  const before = sessionToken(request, config)
  const actor = await actorOfToken(platform, token)
  const old = before && (await actorOfToken(platform, before))
  // A new session takes the old one's place: no number that was known before goes on.
  if (before && old) await signOut(platform, old, before)
  reply.setCookie(...sessionCookie(config, token))
  const home = actor?.kind === 'staff' ? '/desk' : '/account'
  return { to: kept.back === '/account' ? home : kept.back }
}

function keptOf(request: FastifyRequest, config: Config, state: string): Kept | undefined {
  const sealed = request.cookies[stateCookie(config, state)]
  if (!sealed) return undefined
  try {
    return JSON.parse(unseal(config.secret, sealed)) as Kept
  } catch {
    return undefined
  }
}

const cancelled = { zh: '沒有登入。', en: 'You did not sign in.' }

const expired = () =>
  new Refused('sign-in.expired', 400, {
    zh: '這次登入已經過期或從別處開始。請再登入一次。',
    en: 'This sign-in has expired or began elsewhere. Please sign in again.',
  })

/** Ends the session here, then asks the provider what else shall end. */
async function leave(visit: Visit) {
  const { platform, request, reply } = visit
  const { config } = platform
  const token = sessionToken(request, config)
  const actor = token ? await actorOfToken(platform, token) : undefined
  if (token && actor) await signOut(platform, actor, token)
  clearSessionCookie(reply, config)
  if (!actor) return { to: '/' }
  const end = new URLSearchParams({
    client_id: portalId,
    post_logout_redirect_uri: `${config.origin}/`,
    ui_locales: visit.view.locale === 'zh' ? 'zh-TW' : 'en',
  })
  return leaveTo(visit, `${issuerOf(config)}/session/end?${end}`)
}

/** An address outside our pages' own paths, such as the provider's. */
const leaveTo = (_visit: Visit, url: string) => ({ away: url })

/**
 * POST /sign-in/ended: the provider says that a sign-in ended. OpenID Connect Back-Channel Logout
 * 1.0: the token is checked as section 2.6 has it; 200 when the session is gone, 400 otherwise.
 */
export function mountEnded(
  app: FastifyInstance,
  platform: Platform,
  jwks: () => Promise<Parameters<typeof createLocalJWKSet>[0]>,
): void {
  app.post('/sign-in/ended', { schema: { hide: true } }, async (request, reply) => {
    const { logout_token: token } = (request.body ?? {}) as { logout_token?: unknown }
    reply.header('cache-control', 'no-store')
    try {
      const { payload } = await jwtVerify(String(token), createLocalJWKSet(await jwks()), {
        issuer: issuerOf(platform.config),
        audience: portalId,
        typ: 'logout+jwt',
        maxTokenAge: '5 minutes',
      })
      const events = payload.events as Record<string, unknown> | undefined
      const right = events?.['http://schemas.openid.net/event/backchannel-logout'] !== undefined
      if (!right || payload.nonce !== undefined || typeof payload.sid !== 'string')
        throw new Error('not a logout token')
      await perform(platform, endBySid, door, { sid: payload.sid })
      return reply.status(200).send()
    } catch {
      return reply.status(400).send({ error: 'invalid_request' })
    }
  })
}
