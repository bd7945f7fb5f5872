import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importJWK, type JWTPayload, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { openTestApp } from '../../../test/browser.ts'
import { staffOf } from '../../../test/city.ts'
import { callScim, directoryOn, directoryProposal, tokenFor } from '../../../test/directory.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  keysAt,
  relyingSystem,
  trade,
} from '../../../test/relying.ts'
import { perform } from '../../core/operation.ts'
import { endSystem, suspendSystem } from '../../systems/single-sign-on/operations.ts'
import { signingKeys } from '../oidc/keys.ts'

const { url, platform } = await openTestApp()
const admin = staffOf(platform, 'admin-1')
const resource = `${url}/scim/v2`
const directory = await directoryOn(url, platform, 'hr-main')
const refusedWith = async (token: string, path = '/Users') => {
  const { status, headers, body } = await callScim(url, token, 'GET', path)
  assert.equal(status, 401, JSON.stringify(body))
  assert.match(headers.get('www-authenticate') ?? '', /^Bearer/)
  assert.equal(body.totalResults, undefined)
}

test('nothing is told without a token, not even what the server can do', async () => {
  for (const path of ['/Users', '/Groups', '/Schemas', '/ServiceProviderConfig']) {
    const answer = await fetch(`${resource}${path}`)
    assert.equal(answer.status, 401)
    assert.match(answer.headers.get('content-type') ?? '', /scim\+json/)
  }
  await refusedWith('nonsense')
  await refusedWith('eyJhbGciOiJub25lIn0.e30.')
})

test('a system that was not approved for it opens nothing by a token for it', async () => {
  const other = await relyingSystem(platform, 'parking-app', {
    ...directoryProposal(url),
    resources: [],
  })
  await refusedWith(await tokenFor(url, other, resource))
})

test('a token for another resource opens nothing', async () => {
  const both = await relyingSystem(platform, 'hr-both', {
    ...directoryProposal(url),
    resources: [resource, `${url}/elsewhere`],
  })
  await refusedWith(await tokenFor(url, both, `${url}/elsewhere`))
  const good = await tokenFor(url, both, resource)
  assert.equal((await callScim(url, good, 'GET', '/Users')).status, 200)
  const [head, body, signature = ''] = good.split('.')
  await refusedWith([head, body, signature.replace(/^../, 'AA')].join('.'))
})

test('a suspended or ended system is out at once, though its token lives', async () => {
  const { relying } = await directoryOn(url, platform, 'hr-late')
  const token = await tokenFor(url, relying, resource)
  await perform(platform, suspendSystem, admin, { id: relying.id })
  await refusedWith(token)
  await perform(platform, suspendSystem, admin, { id: relying.id, resume: true })
  assert.equal((await callScim(url, token, 'GET', '/Users')).status, 200)
  await perform(platform, endSystem, admin, { id: relying.id })
  await refusedWith(token)
})

test('the session of an administrator does not open it', async () => {
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), 'admin-1')
  assert.equal((await agent.get('/scim/v2/Users')).status, 401)
})

test('a token that a person granted to an approved system does not open it', async () => {
  const relying = await relyingSystem(platform, 'hr-web', { resources: [resource] })
  const client = await clientOf(url, relying)
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), 'admin-1')
  const asking = await ask(client, relying, { resource })
  const { access_token } = await trade(client, asking, await agent.get(asking.url))
  await refusedWith(access_token)
})

test('a token bound to a key opens with a fresh proof of that key, once', async () => {
  const keys = await keysAt()
  const strong = await relyingSystem(platform, 'hr-strong', {
    ...directoryProposal(url),
    ...{ rating: 'high', level: 3, authMethod: 'private_key_jwt', jwksUri: keys.jwksUri },
  })
  const byKey = openid.PrivateKeyJwt({ key: keys.privateKey, kid: keys.kid })
  const client = await clientOf(url, strong, byKey)
  const pair = await openid.randomDPoPKeyPair('ES256')
  const DPoP = openid.getDPoPHandle(client, pair)
  const granted = await openid.clientCredentialsGrant(client, { resource }, { DPoP })
  const token = granted.access_token
  const sent: Headers[] = []
  client[openid.customFetch] = (to, options) => {
    sent.push(new Headers(options.headers))
    return fetch(to, options as RequestInit)
  }
  const users = new URL(`${resource}/Users?count=1`)
  const call = (key: openid.DPoPHandle) =>
    openid.fetchProtectedResource(client, token, users, 'GET', null, undefined, { DPoP: key })
  assert.equal((await call(DPoP)).status, 200)
  assert.equal((await call(DPoP)).status, 200)

  const statusOf = async (path: string, headers: Headers) =>
    (await fetch(`${resource}${path}`, { headers })).status
  assert.equal(await statusOf('/Users', sent[1]!), 401, 'a proof counts once')
  await refusedWith(token)
  const other = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair('ES256'))
  await assert.rejects(call(other), { status: 401 })
  client[openid.customFetch] = async (_, options) => {
    sent.push(new Headers(options.headers))
    return new Response()
  }
  await call(DPoP)
  assert.equal(await statusOf('/Groups', sent.at(-1)!), 401, 'a proof is for one address')
  await call(DPoP)
  const together = [sent.at(-1)!, sent.at(-1)!, sent.at(-1)!]
  const statuses = await Promise.all(together.map((headers) => statusOf('/Users', headers)))
  assert.deepEqual(statuses.sort(), [200, 401, 401])
})

test('of tokens that we signed, only one with every claim as it must be opens', async () => {
  const { keys } = await signingKeys(platform)
  const key = keys.find(({ alg }) => alg === 'ES256')!
  const id = directory.relying.id
  const seconds = Math.floor(Date.now() / 1000)
  const good = {
    ...{ iss: `${url}/oidc`, aud: resource, sub: id, client_id: id, exp: seconds + 60 },
    jti: 'a name of this token',
  }
  const signed = async (claims: JWTPayload, typ = 'at+jwt') =>
    new SignJWT({ iat: seconds, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ, kid: key.kid! })
      .sign(await importJWK(key, 'ES256'))
  assert.equal((await callScim(url, await signed(good), 'GET', '/Users')).status, 200)
  await refusedWith(await signed(good, 'JWT'))
  const wrong: JWTPayload[] = [
    { iss: 'https://elsewhere.example' },
    { aud: `${url}/api` },
    { exp: seconds - 60 },
    { sub: staffOf(platform, 'admin-1').id },
    { client_id: 'no-such-system' },
    { client_id: 'portal', sub: 'portal' },
    { cnf: { jkt: 'a key that is not shown here' } },
  ]
  for (const one of wrong) await refusedWith(await signed({ ...good, ...one }))
})

test('whom the directory ends is out of every browser and every system at once', async () => {
  const system = await relyingSystem(platform, 'open-at-the-end')
  const client = await clientOf(url, system, undefined, {})
  const person = agentOn(url)
  await enterPassword(person, await person.get('/sign-in'), 'crew-maintenance')
  const asking = await ask(client, system)
  await trade(client, asking, await person.get(asking.url))
  const { id } = staffOf(platform, 'crew-maintenance')
  const stopped = await directory.call('PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
  })
  assert.equal(stopped.body.active, false)
  assert.match((await person.get('/desk')).url, /\/sign-in/)
  const silent = await person.get((await ask(client, system, { prompt: 'none' })).url)
  assert.equal(new URL(silent.url).searchParams.get('error'), 'login_required')
  const { rows } = await platform.database.owner.query(
    `select 1 from oidc.logout where system = 'open-at-the-end'`,
  )
  assert.equal(rows.length, 1)
  const left = await platform.database.owner.query(
    'select 1 from oidc.entity where account_id = $1',
    [id],
  )
  assert.equal(left.rows.length, 0)
})
