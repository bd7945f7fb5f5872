import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importJWK, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { openTestApp } from '../../../test/browser.ts'
import { staffOf } from '../../../test/city.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  keysAt,
  relyingSystem,
} from '../../../test/relying.ts'
import { perform } from '../../core/operation.ts'
import { proposeSystem } from '../../systems/single-sign-on/operations.ts'

const { url, platform } = await openTestApp()
const keys = await keysAt()
const strong = await relyingSystem(platform, 'high-system', {
  rating: 'high',
  level: 3,
  authMethod: 'private_key_jwt',
  jwksUri: keys.jwksUri,
  grants: ['authorization_code', 'client_credentials'],
  resources: ['https://records.example/api'],
})
const byKey = openid.PrivateKeyJwt({ key: keys.privateKey, kid: keys.kid })
const client = await clientOf(url, strong, byKey)

test('a system of high rating must push its request and prove itself by its key', async () => {
  const plain = await ask(client, strong)
  const refused = await agentOn(url).get(plain.url)
  assert.equal(new URL(refused.url).searchParams.get('error'), 'invalid_request')
  const shared = await clientOf(url, strong, openid.ClientSecretBasic('a guessed secret'))
  await assert.rejects(
    openid.buildAuthorizationUrlWithPAR(shared, { redirect_uri: strong.redirectUri }),
    { status: 401 },
  )
})

test('a pushed request leads to the sign-in page and says that more is needed', async () => {
  const verifier = openid.randomPKCECodeVerifier()
  const target = await openid.buildAuthorizationUrlWithPAR(client, {
    redirect_uri: strong.redirectUri,
    scope: 'openid profile',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: 'a state of some length',
  })
  const agent = agentOn(url)
  const page = await agent.get(target.href)
  assert.equal(page.status, 200)
  const after = await enterPassword(agent, page, 'crew-maintenance')
  assert.equal(after.status, 200, 'a password is not enough')
  assert.match(after.body, /三級/)
})

test('its tokens are bound to its DPoP key, and cannot be had without one', async () => {
  const resource = 'https://records.example/api'
  await assert.rejects(openid.clientCredentialsGrant(client, { resource }), {
    error: 'invalid_grant',
  })
  const pair = await openid.randomDPoPKeyPair('ES256', { extractable: true })
  const DPoP = openid.getDPoPHandle(client, pair)
  const tokens = await openid.clientCredentialsGrant(client, { resource }, { DPoP })
  assert.equal(tokens.token_type, 'dpop')
  const payload = JSON.parse(
    Buffer.from(tokens.access_token.split('.')[1]!, 'base64url').toString(),
  )
  assert.ok(payload.cnf.jkt)
})

test('an assertion serves once, and only one that its own key signed', async () => {
  const assertion = (key: CryptoKey, jti: string) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: keys.kid })
      .setIssuer(strong.id)
      .setSubject(strong.id)
      .setAudience(`${url}/oidc`)
      .setJti(jti)
      .setIssuedAt()
      .setExpirationTime('1 minute')
      .sign(key)
  const send = async (client_assertion: string) => {
    const response = await fetch(`${url}/oidc/request`, {
      method: 'POST',
      body: new URLSearchParams({
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
        client_id: strong.id,
        redirect_uri: strong.redirectUri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
        code_challenge_method: 'S256',
      }),
    })
    return {
      status: response.status,
      ...((await response.json()) as { error?: string; error_description?: string }),
    }
  }
  const once = await assertion(keys.privateKey, 'one')
  const first = await send(once)
  assert.equal(first.status, 201, first.error_description)
  assert.equal((await send(once)).error, 'invalid_client')
  const { privateKey: stranger } = await keysAt()
  assert.equal((await send(await assertion(stranger, 'two'))).error, 'invalid_client')
  const shared = await importJWK({ kty: 'oct', k: 'AAAA' }, 'HS256')
  const weak = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', kid: keys.kid })
    .setIssuer(strong.id)
    .setSubject(strong.id)
    .setAudience(`${url}/oidc`)
    .setJti('three')
    .setExpirationTime('1 minute')
    .sign(shared)
  assert.equal((await send(weak)).error, 'invalid_client')
})

test('an agency cannot register a high system with a shared secret or too low', async () => {
  const proposal = {
    id: 'too-weak',
    agency: 'maintenance-office',
    ...{ nameZh: '弱系統', nameEn: 'Weak', purposeZh: '只為測試用', purposeEn: 'for a test' },
    ...{ audience: 'staff', rating: 'high', level: 3 },
    redirectUris: ['https://weak.example/in'],
  }
  const proposer = staffOf(platform, 'supervisor-works')
  const refusal = await perform(platform, proposeSystem, proposer, proposal).catch((e) => e)
  assert.ok(refusal.fields.authMethod)
  const low = await perform(platform, proposeSystem, proposer, {
    ...proposal,
    ...{ authMethod: 'private_key_jwt', jwksUri: 'https://weak.example/jwks.json', level: 2 },
  }).catch((e) => e)
  assert.ok(low.fields.level)
})

test('a kiosk signs someone in by a code that they type on their own device', async () => {
  const kiosk = await relyingSystem(platform, 'kiosk', {
    grants: ['urn:ietf:params:oauth:grant-type:device_code'],
    redirectUris: [],
  })
  const own = await clientOf(url, kiosk)
  const begun = await openid.initiateDeviceAuthorization(own, { scope: 'openid profile' })
  const agent = agentOn(url)
  const typed = await agent.get(begun.verification_uri)
  assert.match(typed.body, /輸入裝置上的代碼/)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(typed.body)?.[1] ?? ''
  const confirm = await agent.post('/oidc/device', { xsrf, user_code: begun.user_code })
  assert.match(confirm.body, new RegExp(begun.user_code))
  const page = await agent.post('/oidc/device', {
    xsrf: /name="xsrf" value="([^"]+)"/.exec(confirm.body)?.[1] ?? xsrf,
    user_code: begun.user_code,
    confirm: 'yes',
  })
  const done = await enterPassword(agent, page, 'crew-maintenance')
  assert.match(done.body, /請回到裝置/, done.url)
  const tokens = await openid.pollDeviceAuthorizationGrant(own, { ...begun, interval: 1 })
  assert.equal(tokens.claims()!.acr, 'aal1')
})
