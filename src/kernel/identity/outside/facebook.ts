import { createHmac } from 'node:crypto'
import { challengeOf, fetchJson, query } from './fetch.ts'
import type { OutsideProvider } from './provider.ts'

/*
 * Facebook Login: OAuth 2 with a code that the server trades, then one question to the Graph API,
 * which knows by `appsecret_proof` that it is asked by the app itself. There is no ID token and no
 * nonce: what binds the answer is the state, the redirect address and the verifier.
 */

const version = 'v23.0'

/** Accounts of Facebook. */
export const facebook: OutsideProvider = {
  method: 'facebook',
  offered: (config) => config.FACEBOOK_APP_ID !== '',
  issuer: (config) => config.FACEBOOK_BASE,
  // Phones are sent on to pages of their own.
  hosts: ({ FACEBOOK_BASE }) => [
    new URL(FACEBOOK_BASE).origin,
    new URL(FACEBOOK_BASE).origin.replace('//www.', '//m.'),
  ],
  address: async (config, { state, verifier, redirectUri }) =>
    query(`${config.FACEBOOK_BASE}/${version}/dialog/oauth`, {
      client_id: config.FACEBOOK_APP_ID,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'public_profile,email',
      state,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    }),
  trade: async (config, { verifier, redirectUri }, answer) => {
    const { FACEBOOK_APP_ID: id, FACEBOOK_APP_SECRET: secret, FACEBOOK_GRAPH_BASE: graph } = config
    const { access_token: token } = await fetchJson(`${graph}/${version}/oauth/access_token`, {
      client_id: id,
      client_secret: secret,
      redirect_uri: redirectUri,
      code: answer.get('code') ?? '',
      code_verifier: verifier,
    })
    if (typeof token !== 'string') throw new Error('no access token came')
    const me = await fetchJson(
      query(`${graph}/${version}/me`, {
        fields: 'id,name,email',
        access_token: token,
        appsecret_proof: createHmac('sha256', secret).update(token).digest('hex'),
      }),
    )
    if (typeof me.id !== 'string' || me.id === '') throw new Error('no subject came')
    return {
      subject: me.id,
      name: typeof me.name === 'string' ? me.name : '',
      email: typeof me.email === 'string' ? me.email : null,
    }
  },
}
