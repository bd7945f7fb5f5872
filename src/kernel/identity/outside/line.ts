import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import type { Config } from '../../../core/config.ts'
import { challengeOf, discover, fetchJson, query } from './fetch.ts'
import type { OutsideProvider } from './provider.ts'

/*
 * LINE Login v2.1, OpenID Connect. ID tokens of a web channel are HS256, signed with the channel's
 * secret and without `kid`; those of others ES256. The installation says which, never the token.
 */

/** Accounts of LINE. */
export const line: OutsideProvider = {
  method: 'line',
  offered: (config) => config.LINE_LOGIN_CHANNEL_ID !== '',
  issuer: (config) => config.LINE_LOGIN_ISSUER,
  hosts: (config) => [new URL(config.LINE_LOGIN_ISSUER).origin],
  address: async (config, { state, nonce, verifier, redirectUri }) => {
    const { authorization_endpoint } = await discover(config.LINE_LOGIN_ISSUER)
    return query(authorization_endpoint, {
      response_type: 'code',
      client_id: config.LINE_LOGIN_CHANNEL_ID,
      redirect_uri: redirectUri,
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    })
  },
  trade: async (config, { nonce, verifier, redirectUri }, answer) => {
    const { token_endpoint } = await discover(config.LINE_LOGIN_ISSUER)
    const { id_token } = await fetchJson(token_endpoint, {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: redirectUri,
      client_id: config.LINE_LOGIN_CHANNEL_ID,
      client_secret: config.LINE_LOGIN_CHANNEL_SECRET,
      code_verifier: verifier,
    })
    const claims = await verified(config, String(id_token))
    if (claims.nonce !== nonce) throw new Error('the ID token is for another request')
    return {
      subject: String(claims.sub),
      name: typeof claims.name === 'string' ? claims.name : '',
      // LINE gives addresses to channels with a permission of their own only; we ask for none.
      email: null,
    }
  },
}

async function verified(config: Config, token: string): Promise<JWTPayload> {
  const rules = {
    issuer: config.LINE_LOGIN_ISSUER,
    audience: config.LINE_LOGIN_CHANNEL_ID,
    algorithms: [config.LINE_LOGIN_ALG],
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    maxTokenAge: '10 minutes',
    clockTolerance: 30,
  }
  if (config.LINE_LOGIN_ALG === 'HS256') {
    const secret = new TextEncoder().encode(config.LINE_LOGIN_CHANNEL_SECRET)
    return (await jwtVerify(token, secret, rules)).payload
  }
  const { jwks_uri } = await discover(config.LINE_LOGIN_ISSUER)
  return (await jwtVerify(token, keysAt(jwks_uri), rules)).payload
}

const kept = new Map<string, ReturnType<typeof createRemoteJWKSet>>()

function keysAt(address: string) {
  const keys = kept.get(address) ?? createRemoteJWKSet(new URL(address))
  kept.set(address, keys)
  return keys
}
