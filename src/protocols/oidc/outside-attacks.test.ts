import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { citizenOf } from '../../../test/accounts.ts'
import { leaveFor, linkOutside, outsideCity, throughOutside } from '../../../test/outside/city.ts'
import type { Sign } from '../../../test/outside/line.ts'
import { consent } from '../../../test/outside/server.ts'
import { agentOn } from '../../../test/relying.ts'

const { url, platform, line, google } = await outsideCity()
const byKey = await outsideCity({ LINE_LOGIN_ALG: 'ES256' })
byKey.line.sign = byKey.line.es256

const owner = await citizenOf(platform, 'owner@example.org', 'a long pass phrase')
await linkOutside(platform, owner.id, 'line', 'U-owner')
await linkOutside(platform, owner.id, 'google', 'g-owner')
line.person = { sub: 'U-owner', name: '小美' }
google.person = { sub: 'g-owner', name: 'Mei' }

const start = async () => {
  const agent = agentOn(url)
  return { agent, page: await agent.get(`${url}/sign-in`) }
}

/** The browser got nowhere: it stands at the sign-in page, which says so. */
const refused = (reply: { url: string; body: string }, words = /沒有完成/) => {
  assert.match(reply.url, /\/sign-in\/[\w-]+$/)
  assert.match(reply.body, words)
}

/** With a part of its query changed. */
const changed = (address: string, name: string, value: string) => {
  const given = new URL(address)
  given.searchParams.set(name, value)
  return given.href
}

test('the owner signs in, so that what follows is refused for its own reason', async () => {
  for (const method of ['line', 'google'] as const) {
    const { agent, page } = await start()
    const { body } = await throughOutside(agent, page, method)
    assert.match(body, /owner@example\.org/)
  }
  const agent = agentOn(byKey.url)
  const asked = await throughOutside(agent, await agent.get(`${byKey.url}/sign-in`), 'line')
  assert.match(asked.url, /\/register$/, 'an ES256 channel takes ES256')
})

test('a code of another attempt does not hold in mine', async () => {
  for (const method of ['line', 'google'] as const) {
    const theirs = await start()
    const stolen = new URL(await consent(await leaveFor(theirs.agent, theirs.page, method)))
    const mine = await start()
    const own = await consent(await leaveFor(mine.agent, mine.page, method))
    const code = stolen.searchParams.get('code')!
    refused(await mine.agent.get(changed(own, 'code', code)))
  }
})

test('an answer holds in the browser that asked, in no other', async () => {
  const theirs = await start()
  const answer = await consent(await leaveFor(theirs.agent, theirs.page, 'line'))
  const stranger = await agentOn(url).get(answer)
  assert.equal(stranger.status, 400)
  assert.match(stranger.body, /從別處開始/)
  const other = await start()
  assert.equal((await other.agent.get(answer)).status, 400)
})

test('an answer that was taken once is nothing the second time', async () => {
  const { agent, page } = await start()
  line.person = { sub: 'U-nobody-yet', name: '新人' }
  const answer = await consent(await leaveFor(agent, page, 'line'))
  line.person = { sub: 'U-owner', name: '小美' }
  assert.match((await agent.get(answer)).url, /\/register$/)
  refused(await agent.get(answer))
})

test('a state that we did not make, or made for another, leads nowhere', async () => {
  const { agent, page } = await start()
  const first = await consent(await leaveFor(agent, page, 'line'))
  const made = await agent.get(changed(first, 'state', 'made-up'))
  refused(made, /不是從這裡開始/)
  // A second start takes the place of the first.
  const again = await agent.get(`${url}/sign-in`)
  const earlier = await consent(await leaveFor(agent, again, 'line'))
  await leaveFor(agent, again, 'line')
  refused(await agent.get(earlier))
})

test('an answer of one provider at the door of another is not handed on', async () => {
  const { agent, page } = await start()
  const answer = await consent(await leaveFor(agent, page, 'line'))
  const mixed = answer.replace('/outside/line/', '/outside/google/')
  refused(await agent.get(mixed), /不是從這裡開始/)
})

test('an answer that names another issuer does not hold', async () => {
  for (const method of ['line', 'google'] as const) {
    const { agent, page } = await start()
    const answer = await consent(await leaveFor(agent, page, method))
    refused(await agent.get(changed(answer, 'iss', 'https://attacker.example')))
  }
})

const secret = (text: string) => new TextEncoder().encode(text)
const hs256 =
  (key: Uint8Array, more: JWTPayload = {}): Sign =>
  (claims) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'HS256' }).sign(key)

const minute = 60
const now = () => Math.floor(Date.now() / 1000)

const forged: readonly (readonly [string, Sign])[] = [
  ['another secret', hs256(secret('guessed'))],
  ['no signature at all', async (claims) => new UnsecuredJWT(claims).encode()],
  ['the key of LINE, where the channel signs with its secret', line.es256],
  ['another nonce', hs256(secret(line.secret), { nonce: 'of another request' })],
  ['no nonce', (claims) => line.hs256({ ...claims, nonce: undefined })],
  ['another audience', hs256(secret(line.secret), { aud: '2009999999' })],
  ['another issuer', hs256(secret(line.secret), { iss: 'https://attacker.example' })],
  ['an end in the past', hs256(secret(line.secret), { exp: now() - 5 * minute })],
  ['an age of a day', hs256(secret(line.secret), { iat: now() - 86_400 })],
  ['no subject', (claims) => line.hs256({ ...claims, sub: undefined })],
]

for (const [what, sign] of forged)
  test(`an ID token of LINE with ${what} proves nothing`, async () => {
    const { agent, page } = await start()
    line.sign = sign
    refused(await throughOutside(agent, page, 'line'))
    line.sign = line.hs256
  })

test('where the channel has a key, nothing that is signed with a secret holds', async () => {
  const publicKey = await importJWK(byKey.line.jwk, 'ES256', { extractable: true })
  const pem = await exportSPKI(publicKey as CryptoKey)
  const signs = [
    hs256(secret(byKey.line.secret)),
    // The open key taken for a secret: the old confusion of algorithms.
    hs256(secret(pem)),
    hs256(secret(JSON.stringify(byKey.line.jwk))),
    async (claims: JWTPayload) => new UnsecuredJWT(claims).encode(),
  ]
  for (const sign of signs) {
    const agent = agentOn(byKey.url)
    byKey.line.sign = sign
    refused(await throughOutside(agent, await agent.get(`${byKey.url}/sign-in`), 'line'))
  }
  byKey.line.sign = byKey.line.es256
})

test('an ID token of Google by another key, for another, or too old proves nothing', async () => {
  const { privateKey } = await generateKeyPair('RS256')
  const signs: Sign[] = [
    (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'google-1' }).sign(privateKey),
    hs256(secret(google.secret)),
    async (claims) => new UnsecuredJWT(claims).encode(),
    (claims) => google.rs256({ ...claims, nonce: 'of another request' }),
    (claims) => google.rs256({ ...claims, aud: 'another.apps.example', azp: undefined }),
    (claims) => google.rs256({ ...claims, iss: 'https://attacker.example' }),
    (claims) => google.rs256({ ...claims, exp: now() - 5 * minute }),
  ]
  for (const sign of signs) {
    const { agent, page } = await start()
    google.sign = sign
    refused(await throughOutside(agent, page, 'google'))
  }
  google.sign = google.rs256
})

test('a form that says who it is proves nothing: only the provider’s answer does', async () => {
  const { agent, page } = await start()
  await leaveFor(agent, page, 'line')
  const path = page.url.split('?')[0]
  for (const query of ['', '?subject=U-owner', '?code=x', '?code=x&state=y'])
    refused(await agent.get(`${path}/line${query}`))
})
