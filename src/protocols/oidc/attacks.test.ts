import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
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
import { addressProblem } from '../../systems/single-sign-on/metadata.ts'
import { registeredFetch } from './fetch.ts'

/*
 * What people try against a provider, each answered with the standard's error: RFC 9700 (OAuth 2.0
 * Security Best Current Practice) names most of them.
 */

const { url, platform } = await openTestApp()
const system = await relyingSystem(platform, 'victim')
const client = await clientOf(url, system)
const other = await relyingSystem(platform, 'attacker')
const otherClient = await clientOf(url, other)

/** Signs in to the system; where the browser ended, and what was asked. */
async function arrived(agent = agentOn(url)) {
  const asking = await ask(client, system)
  const page = await agent.get(asking.url)
  const end = page.status === 0 ? page : await enterPassword(agent, page, 'crew-maintenance')
  return { agent, asking, end }
}

const errorIn = async (promised: Promise<unknown>): Promise<string> =>
  promised.then(
    () => assert.fail('it was answered'),
    (error: { error?: string; code?: string }) => error.error ?? error.code ?? String(error),
  )

test('a code serves its own request: neither another verifier nor another system', async () => {
  const { asking, end } = await arrived()
  const verifier = openid.randomPKCECodeVerifier()
  assert.equal(await errorIn(trade(client, { ...asking, verifier }, end)), 'invalid_grant')
  const again = await arrived()
  assert.equal(await errorIn(trade(otherClient, again.asking, again.end)), 'invalid_grant')
})

test('a code is traded once; the second try ends what the first was given', async () => {
  const { asking, end } = await arrived()
  const tokens = await trade(client, asking, end)
  assert.equal(await errorIn(trade(client, asking, end)), 'invalid_grant')
  const info = openid.fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub)
  assert.match(await errorIn(info), /invalid_token|WWW_AUTHENTICATE|RESPONSE/i)
})

test('an answer names its issuer, so that one of another provider is told apart', async () => {
  const { asking, end } = await arrived()
  const to = new URL(end.url)
  assert.equal(to.searchParams.get('iss'), `${url}/oidc`)
  to.searchParams.set('iss', 'https://elsewhere.example/oidc')
  assert.match(await errorIn(trade(client, asking, { ...end, url: to.href })), /INVALID/)
})

test('an answer to a request of another browser is not taken', async () => {
  const mine = await arrived()
  const theirs = await ask(client, system)
  assert.match(await errorIn(trade(client, theirs, mine.end)), /INVALID/)
})

test('no address but the registered one, letter by letter, is ever led to', async () => {
  const good = new URL(system.redirectUri)
  const tricks = [
    `${system.redirectUri}/`,
    `${system.redirectUri}/../elsewhere`,
    `${system.redirectUri}?next=1`,
    `${system.redirectUri}#x`,
    `${good.protocol}//user@${good.host}${good.pathname}`,
    `${good.protocol}//${good.host}.evil.example${good.pathname}`,
    `${good.protocol}//evil.example#@${good.host}${good.pathname}`,
    `${good.protocol}//evil.example\\@${good.host}${good.pathname}`,
    `https://${good.host}${good.pathname}`,
    system.redirectUri.replace('signed-in', 'SIGNED-IN'),
    system.redirectUri.replace('signed-in', '%73igned-in'),
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
  ]
  for (const redirect_uri of tricks) {
    const { url: to } = await ask(client, system, { redirect_uri })
    const page = await agentOn(url).get(to)
    assert.equal(page.status, 400, redirect_uri)
    assert.equal(new URL(page.url).origin, url, redirect_uri)
    assert.match(page.body, /登入|invalid/i)
  }
})

test('a request without PKCE, or with plain PKCE, is refused', async () => {
  const { url: to } = await ask(client, system)
  const bare = new URL(to)
  for (const name of ['code_challenge', 'code_challenge_method']) bare.searchParams.delete(name)
  assert.equal(errorOf(await agentOn(url).get(bare.href)), 'invalid_request')
  const plain = new URL(to)
  plain.searchParams.set('code_challenge_method', 'plain')
  assert.equal(errorOf(await agentOn(url).get(plain.href)), 'invalid_request')
})

test('tokens in the front channel are not given', async () => {
  for (const response_type of ['token', 'id_token', 'code id_token', 'code token']) {
    const { url: to } = await ask(client, system, { response_type })
    const error = errorOf(await agentOn(url).get(to)) ?? new URL(to).hash
    assert.match(error, /unsupported_response_type|unauthorized_client|invalid_request|^$/)
    const end = await agentOn(url).get(to)
    assert.doesNotMatch(end.url, /access_token=|id_token=ey/)
  }
})

test('a form of another site signs nobody in', async () => {
  const agent = agentOn(url)
  const page = await agent.get((await ask(client, system)).url)
  const fields = new URLSearchParams({ login: 'crew-maintenance', password: 'takao-demo-109' })
  const sent = (headers: Record<string, string>) =>
    fetch(`${page.url.split('?')[0]}/password`, {
      method: 'POST',
      body: fields,
      redirect: 'manual',
      headers: { ...headers, cookie: [...agent.cookies].map(cookieOf).join('; ') },
    })
  const forged = await sent({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })
  assert.equal(forged.status, 403)
  const old = await sent({ origin: 'https://evil.example' })
  assert.equal(old.status, 403)
})

const cookieOf = ([key, value]: [string, string]): string => `${key.split('|')[0]}=${value}`

test('a sign-in goes on only in the browser in which it began', async () => {
  const page = await agentOn(url).get((await ask(client, system)).url)
  const elsewhere = agentOn(url)
  const sent = await enterPassword(elsewhere, page, 'crew-maintenance')
  assert.equal(sent.status, 400)
  assert.match(sent.body, /從別處開始/)
})

test('the answer of someone else’s sign-in signs a person in to nothing', async () => {
  const attacker = agentOn(url)
  await attacker.get('/sign-in')
  const victim = agentOn(url)
  const sent = await victim.get('/sign-in/callback?code=stolen&state=x&iss=x')
  assert.equal(sent.status, 400)
  assert.deepEqual(
    [...victim.cookies.keys()].filter((key) => key === 'takao|/'),
    [],
  )
})

test('two windows of one browser sign in side by side, and both arrive', async () => {
  const agent = agentOn(url)
  const first = await agent.get('/sign-in?back=/desk/round')
  const second = await agent.get('/sign-in?back=/desk/me')
  const arrivals = [await enterPassword(agent, first, 'crew-maintenance')]
  arrivals.push(await enterPassword(agent, second, 'crew-maintenance'))
  assert.deepEqual(
    arrivals.map((reply) => new URL(reply.url).pathname),
    ['/desk/round', '/desk/me'],
  )
  assert.ok(agent.cookies.has('takao|/'))
})

test('cookies planted before someone signs in are worth nothing to who planted them', async () => {
  const agent = agentOn(url)
  const asking = await ask(client, system)
  const page = await agent.get(asking.url)
  const thief = agentOn(url)
  for (const [name, value] of agent.cookies) thief.cookies.set(name, value)
  assert.ok(thief.cookies.size > 0)
  const end = await enterPassword(agent, page, 'crew-maintenance')
  assert.ok(end.url.startsWith(system.redirectUri))
  const silent = await thief.get((await ask(client, system, { prompt: 'none' })).url)
  assert.equal(errorOf(silent), 'login_required')
  const again = await thief.get(page.url)
  assert.equal(again.status, 400)
})

test('nobody goes on in another’s session, and is told how to leave it', async () => {
  const agent = agentOn(url)
  await arrived(agent)
  const page = await agent.get((await ask(client, system, { prompt: 'login' })).url)
  assert.match(page.body, /不是您/)
  const sent = await enterPassword(agent, page, 'officer-maintenance')
  assert.equal(sent.status, 422)
})

test('no way back leads off this site', async () => {
  for (const back of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/\t/evil.example',
  ]) {
    const agent = agentOn(url)
    const page = await agent.get(`/sign-in?back=${encodeURIComponent(back)}`)
    const end = await enterPassword(agent, page, 'crew-maintenance')
    assert.equal(new URL(end.url).origin, url, back)
  }
  const { url: to } = await ask(client, system)
  const evil = 'https://evil.example/'
  const leave = `${url}/oidc/session/end?client_id=victim&post_logout_redirect_uri=${evil}`
  assert.equal((await agentOn(url).get(leave)).status, 400)
  assert.ok(to)
})

test('a person who exists and one who does not get the same answer', async () => {
  const told = async (login: string) => {
    const agent = agentOn(url)
    const page = await agent.get((await ask(client, system)).url)
    const { status, body } = await enterPassword(agent, page, login, 'not the password')
    return { status, body: body.replaceAll(login, '·').replaceAll(/[\w-]{21,}/g, '·') }
  }
  assert.deepEqual(await told('officer-water'), await told('nobody-at-all'))
})

test('a request cannot lower what the city holds for a system', async () => {
  const strict = await relyingSystem(platform, 'strict', { rating: 'medium', level: 2, maxAge: 60 })
  const strictClient = await clientOf(url, strict)
  const lowered: Record<string, string>[] = [
    { acr_values: 'aal1' },
    { max_age: '999999' },
    { claims: JSON.stringify({ id_token: { acr: { essential: true, values: ['aal1'] } } }) },
    { acr_values: 'aal1 urn:none', max_age: '999999' },
  ]
  for (const more of lowered) {
    const agent = agentOn(url)
    const page = await agent.get((await ask(strictClient, strict, more)).url)
    const end = await enterPassword(agent, page, 'crew-maintenance')
    assert.notEqual(end.status, 0, JSON.stringify(more))
    assert.match(end.body, /達不到|再確認/)
  }
})

test('this machine and link-local services cannot be registered to be called', () => {
  const refused = [
    ...['http://localhost/x', 'https://localhost/x', 'https://127.0.0.1/x', 'https://127.1/x'],
    ...['https://2130706433/x', 'https://0x7f000001/x', 'https://0/x', 'https://[::1]/x'],
    ...['https://[::ffff:127.0.0.1]/x', 'https://[::]/x', 'https://169.254.169.254/latest'],
    ...[
      'https://[fe80::1]/x',
      'https://a.localhost/x',
      'ftp://files.example/x',
      'file:///etc/passwd',
    ],
    ...['https://user:word@keys.example/x', 'https://keys.example/#x', 'https://*.example/x'],
  ]
  for (const address of refused)
    assert.ok(addressProblem(address, { called: true, demo: false }), address)
  assert.equal(
    addressProblem('https://keys.example/jwks', { called: true, demo: false }),
    undefined,
  )
  assert.equal(addressProblem('https://10.1.2.3/jwks', { called: true, demo: false }), undefined)
})

test('a name that leads to this machine is not called, nor is a redirect followed', async () => {
  let calls = 0
  const inner = createServer((_, answer) => {
    calls++
    answer.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  })
  await new Promise<void>((done) => inner.listen(0, '127.0.0.1', done))
  after(() => inner.close())
  const { port } = inner.address() as AddressInfo
  const address = `http://localhost:${port}/jwks`
  await relyingSystem(platform, 'turns', { authMethod: 'private_key_jwt', jwksUri: address })
  const strict = { ...platform, config: { ...platform.config, demo: false } }
  await assert.rejects(registeredFetch(strict)(address), /blocked/)
  assert.equal(calls, 0)
  assert.equal((await registeredFetch(platform)(address)).status, 302)
  await assert.rejects(registeredFetch(platform)('http://localhost:1/'), /no address of a live/)
})
