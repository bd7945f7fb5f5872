import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as openid from 'openid-client'
import { openTestApp } from '../../../test/browser.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  errorOf,
  relyingSystem,
  trade,
} from '../../../test/relying.ts'

const { url, platform } = await openTestApp()
const roads = await relyingSystem(platform, 'roads-test', {
  grants: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'profile', 'agency', 'offline_access'],
})
const client = await clientOf(url, roads)

/** Signs an officer in to the system and returns what the system learns. */
async function signedIn(more: Record<string, string> = {}, agent = agentOn(url)) {
  const asking = await ask(client, roads, more)
  const page = await agent.get(asking.url)
  const proven = page.status === 0 ? page : await enterPassword(agent, page, 'crew-maintenance')
  const arrived = proven.status === 0 ? proven : await agent.post(`${proven.url}/consent`, {})
  return { agent, asking, arrived, tokens: await trade(client, asking, arrived) }
}

test('a foreign client signs an officer in and learns how sure it was', async () => {
  const { tokens } = await signedIn({ scope: 'openid profile agency' })
  const claims = tokens.claims()!
  assert.equal(claims.acr, 'aal1')
  assert.deepEqual(claims.amr, ['pwd'])
  assert.ok(Math.abs(Number(claims.auth_time) - Date.now() / 1000) < 20)
  const info = await openid.fetchUserInfo(client, tokens.access_token, claims.sub)
  assert.equal(info.name, '陳大文')
  assert.equal(info.agency, 'maintenance-office')
  assert.equal(info.preferred_username, 'crew-maintenance')
})

test('two systems meet the same person under two subjects', async () => {
  const other = await relyingSystem(platform, 'other-sector', {
    redirectUris: ['https://other.example/in'],
  })
  const foreign = { ...other, redirectUri: 'https://other.example/in' }
  const second = await clientOf(url, foreign)
  const { agent, tokens } = await signedIn()
  const asking = await ask(second, foreign)
  const arrived = await agent.get(asking.url)
  assert.ok(arrived.url.startsWith('https://other.example/in'), 'the second needs no password')
  const claims = (await trade(second, asking, arrived)).claims()!
  assert.notEqual(claims.sub, tokens.claims()!.sub)
})

test('both well-known addresses tell the same metadata', async () => {
  const read = async (path: string) => (await fetch(`${url}${path}`)).json()
  const beneath = await read('/oidc/.well-known/openid-configuration')
  const root = await read('/.well-known/oauth-authorization-server/oidc')
  assert.equal(beneath.issuer, `${url}/oidc`)
  assert.equal(root.issuer, beneath.issuer)
  assert.equal(root.token_endpoint, beneath.token_endpoint)
  assert.deepEqual(beneath.acr_values_supported, ['aal1', 'aal2', 'aal3', 'aal4'])
  assert.deepEqual(beneath.code_challenge_methods_supported, ['S256'])
  assert.equal(beneath.backchannel_logout_supported, true)
})

test('prompt=none tells the standard’s errors and shows no page', async () => {
  const silent = await ask(client, roads, { prompt: 'none' })
  assert.equal(errorOf(await agentOn(url).get(silent.url)), 'login_required')
  const { agent } = await signedIn()
  const again = await agent.get((await ask(client, roads, { prompt: 'none' })).url)
  assert.ok(new URL(again.url).searchParams.get('code'))
  const more = await ask(client, roads, { prompt: 'none', acr_values: 'aal3' })
  assert.equal(errorOf(await agent.get(more.url)), 'unmet_authentication_requirements')
  await new Promise((done) => setTimeout(done, 1100))
  const old = await ask(client, roads, { prompt: 'none', max_age: '1' })
  assert.equal(errorOf(await agent.get(old.url)), 'login_required')
})

test('a system gets no less than it requires, whatever its request says', async () => {
  const strict = await relyingSystem(platform, 'needs-two', { rating: 'medium', level: 2 })
  const own = await clientOf(url, strict)
  const { agent } = await signedIn()
  for (const acr of ['aal1', 'none', '']) {
    const asking = await ask(own, strict, { prompt: 'none', ...(acr && { acr_values: acr }) })
    assert.equal(errorOf(await agent.get(asking.url)), 'unmet_authentication_requirements', acr)
  }
  const page = await agent.get((await ask(own, strict)).url)
  assert.equal(page.status, 200)
  assert.match(page.body, /二級/)
})

test('a level that nobody defined cannot be met', async () => {
  const { agent } = await signedIn()
  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'gold' } } })
  const asking = await ask(client, roads, { prompt: 'none', claims })
  assert.equal(errorOf(await agent.get(asking.url)), 'unmet_authentication_requirements')
})

test('a refresh token turns; used twice, everything it led to ends', async () => {
  const { tokens } = await signedIn({ scope: 'openid offline_access', prompt: 'consent' })
  const first = tokens.refresh_token!
  const next = await openid.refreshTokenGrant(client, first)
  assert.notEqual(next.refresh_token, first)
  await assert.rejects(openid.refreshTokenGrant(client, first), { error: 'invalid_grant' })
  await assert.rejects(openid.refreshTokenGrant(client, next.refresh_token!), {
    error: 'invalid_grant',
  })
})

test('of six uses of one refresh token at once, one is answered', async () => {
  const { tokens } = await signedIn({ scope: 'openid offline_access', prompt: 'consent' })
  const uses = Array.from({ length: 6 }, () =>
    openid.refreshTokenGrant(client, tokens.refresh_token!).then(
      () => true,
      () => false,
    ),
  )
  assert.equal((await Promise.all(uses)).filter(Boolean).length, 1)
})

test('introspection and revocation', async () => {
  const { tokens } = await signedIn()
  const before = await openid.tokenIntrospection(client, tokens.access_token)
  assert.equal(before.active, true)
  await openid.tokenRevocation(client, tokens.access_token)
  assert.equal((await openid.tokenIntrospection(client, tokens.access_token)).active, false)
})

test('a machine gets a signed token for the resource that it names', async () => {
  const resource = 'https://records.example/api'
  const machine = await relyingSystem(platform, 'machine', {
    grants: ['client_credentials'],
    redirectUris: [],
    scopes: [],
    resources: [resource],
  })
  const own = await clientOf(url, machine)
  const { access_token } = await openid.clientCredentialsGrant(own, { resource })
  const [header, payload] = access_token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  assert.equal(header.typ, 'at+jwt')
  assert.equal(payload.aud, resource)
  await assert.rejects(
    openid.clientCredentialsGrant(own, { resource: 'https://elsewhere.example' }),
    { error: 'invalid_target' },
  )
})
