import * as openid from 'openid-client'
import type { Config } from '../../../core/config.ts'
import { challengeOf } from './fetch.ts'
import { type OutsideProvider, patience } from './provider.ts'

/** Accounts of Google, OpenID Connect: code with PKCE, nonce, and the issuer named (RFC 9207). */
export const google: OutsideProvider = {
  method: 'google',
  offered: (config) => config.GOOGLE_CLIENT_ID !== '',
  issuer: (config) => config.GOOGLE_ISSUER,
  hosts: (config) => [new URL(config.GOOGLE_ISSUER).origin],
  address: async (config, { state, nonce, verifier, redirectUri }) =>
    openid.buildAuthorizationUrl(await clientOf(config), {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      // Whoever shares a computer picks whose account it is.
      prompt: 'select_account',
    }).href,
  trade: async (config, { state, nonce, verifier, redirectUri }, answer) => {
    const url = new URL(redirectUri)
    url.search = answer.toString()
    const tokens = await openid.authorizationCodeGrant(await clientOf(config), url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const { sub, name, email } = tokens.claims()!
    return {
      subject: sub,
      name: typeof name === 'string' ? name : '',
      email: typeof email === 'string' ? email : null,
    }
  },
}

const known = new Map<string, openid.Configuration>()

async function clientOf(config: Config): Promise<openid.Configuration> {
  const { GOOGLE_ISSUER: issuer, GOOGLE_CLIENT_ID: id, GOOGLE_CLIENT_SECRET: secret } = config
  const held = known.get(`${issuer} ${id}`)
  if (held) return held
  const loopback = new URL(issuer).hostname === '127.0.0.1'
  const client = await openid.discovery(
    new URL(issuer),
    id,
    { id_token_signed_response_alg: 'RS256' },
    openid.ClientSecretPost(secret),
    {
      // The signature is checked too, though the token comes straight from the issuer.
      execute: [
        openid.enableNonRepudiationChecks,
        ...(loopback ? [openid.allowInsecureRequests] : []),
      ],
      timeout: patience / 1000,
    },
  )
  known.set(`${issuer} ${id}`, client)
  return client
}
