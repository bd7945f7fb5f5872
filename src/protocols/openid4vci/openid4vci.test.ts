import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { asCitizen, citizenOf } from '../../../test/accounts.ts'
import { openTestApp } from '../../../test/browser.ts'
import { checkedAtCounter } from '../../../test/card.ts'
import { agentOn, enterPassword } from '../../../test/relying.ts'
import { readStatusList, statusAt } from '../../core/credential/status-list.ts'
import { perform } from '../../core/operation.ts'
import { beginCard, ownCards, stopCard } from '../../systems/citizen-account/card/operations.ts'
import { closeAccount } from '../../systems/citizen-account/close.ts'
import { stopWalletCard, walletCards } from '../../systems/citizen-account/wallet/wallet.ts'

/*
 * A wallet as OpenID for Verifiable Credential Issuance 1.0 has it, made of jose and sd-jwt: it
 * knows nothing of this city but what the offer and the published metadata say.
 */

const { url, platform } = await openTestApp()
const word = 'a long pass phrase'
const json = async (path: string, given?: RequestInit) =>
  (await fetch(path, given)).json() as Promise<Record<string, never>>
let people = 0

/** Someone whose identity was checked and who began a card. */
async function citizen(begun = true) {
  const email = `wallet-${people++}@mail.example`
  const { id } = await citizenOf(platform, email, word)
  await checkedAtCounter(platform, id)
  const actor = asCitizen(id)
  if (begun) await perform(platform, beginCard, actor, {})
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in?fresh=1'), email, word)
  return { id, actor, agent }
}
type Citizen = Awaited<ReturnType<typeof citizen>>

type Offer = {
  readonly credential_issuer: string
  readonly grants: Record<string, { 'pre-authorized_code': string; tx_code: { length: number } }>
}

/** The offer on the person's page, as a wallet scans it, and the digits beside it. */
async function offered({ agent }: Citizen) {
  const { body } = await agent.post('/account/card/wallet/offer', {})
  const link = /data-text="([^"]+)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const offer = JSON.parse(new URL(link).searchParams.get('credential_offer') ?? '{}') as Offer
  return { offer, txCode: /data-tx-code[^>]*>(\d{6})</.exec(body)?.[1] ?? '' }
}
type Offered = Awaited<ReturnType<typeof offered>>

const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
const issuer = `${url}/oidc`
const metadata = await json(`${url}/.well-known/openid-credential-issuer/oidc`)
const server = await json(`${url}/.well-known/oauth-authorization-server/oidc`)

const tokenFor = ({ offer, txCode }: Offered, tx = txCode) =>
  fetch(server.token_endpoint ?? '', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: grant,
      client_id: 'wallet',
      'pre-authorized_code': offer.grants[grant]?.['pre-authorized_code'] ?? '',
      tx_code: tx,
    }),
  })

const nonce = async (): Promise<string> =>
  (await json(metadata.nonce_endpoint ?? '', { method: 'POST' })).c_nonce ?? ''

/** A wallet's key and its proof; `change` says otherwise what an honest one says. */
async function proofOf(change: { header?: object; claims?: object } = {}) {
  const pair = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(pair.publicKey)
  const jwt = await new SignJWT({ nonce: await nonce(), aud: issuer, ...change.claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk, ...change.header })
    .setIssuedAt()
    .sign(pair.privateKey)
  return { jwt, jwk, pair }
}

const ask = (token: string, jwts: readonly string[], configuration = 'city_card') =>
  fetch(metadata.credential_endpoint ?? '', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ credential_configuration_id: configuration, proofs: { jwt: jwts } }),
  })

async function tokenOf(person: Citizen): Promise<string> {
  const answer = await tokenFor(await offered(person))
  assert.equal(answer.status, 200)
  return ((await answer.json()) as { access_token: string }).access_token
}

async function issued(person: Citizen, keys = 1) {
  const proofs = await Promise.all(Array.from({ length: keys }, () => proofOf()))
  const answer = await ask(
    await tokenOf(person),
    proofs.map(({ jwt }) => jwt),
  )
  assert.equal(answer.status, 200)
  const { credentials } = (await answer.json()) as { credentials: { credential: string }[] }
  return { proofs, credentials: credentials.map(({ credential }) => credential) }
}

const cityKeys = async (): Promise<JWK[]> =>
  ((await json(`${url}/.well-known/jwt-vc-issuer`)) as { jwks?: { keys: JWK[] } }).jwks?.keys ?? []

/** What a verifier with the published keys reads of a credential, and of its status. */
async function verified(credential: string) {
  const keys = await cityKeys()
  const [jwt = ''] = credential.split('~')
  const { payload } = await jwtVerify(jwt, createLocalJWKSet({ keys }), { typ: 'dc+sd-jwt' })
  const { idx, uri } = (payload.status as { status_list: { idx: number; uri: string } }).status_list
  const list = await readStatusList(await (await fetch(uri)).text(), uri, url, keys)
  return { payload, idx, status: list && statusAt(list, idx) }
}

const reader = () => new SDJwtVcInstance({ hasher: digest, saltGenerator: generateSalt })

test('a wallet takes the card, bound to its key, and shows one claim of it', async () => {
  const person = await citizen()
  const { proofs, credentials } = await issued(person)
  const [credential = ''] = credentials
  const { payload, status } = await verified(credential)
  assert.equal(payload.iss, url)
  assert.equal(payload.vct, `${url}/card/type`)
  assert.equal(payload.name, undefined)
  assert.equal(Number(payload.iat) % 86_400, 0)
  assert.deepEqual((payload.cnf as { jwk: JWK }).jwk.x, proofs[0]?.jwk.x)
  assert.equal(status, 0)
  assert.equal(decodeProtectedHeader(credential.split('~')[0] ?? '').typ, 'dc+sd-jwt')
  const presented = await reader().present(credential, { identity_level: true })
  const claims = (await reader().getClaims(presented)) as Record<string, unknown>
  assert.equal(claims.identity_level, 2)
  assert.equal(claims.name, undefined)
  const all = (await reader().getClaims(credential)) as Record<string, unknown>
  assert.equal(all.name, '王小明')
})

test('what is published says where to ask, by which proofs, and what the card means', async () => {
  assert.equal(metadata.credential_issuer, issuer)
  assert.equal(server.issuer, issuer)
  type Card = { readonly format: string; readonly vct: string }
  const offers = metadata.credential_configurations_supported as unknown as Record<string, Card>
  const card = offers.city_card
  assert.equal(card?.format, 'dc+sd-jwt')
  const type = await json(card?.vct ?? '')
  assert.equal(type.vct, card?.vct)
})

test('five keys get five credentials, each with a place of its own', async () => {
  const { credentials } = await issued(await citizen(), 5)
  const read = await Promise.all(credentials.map(verified))
  assert.equal(new Set(read.map(({ idx }) => idx)).size, 5)
})

test('a code is traded once, also by two wallets at once', async () => {
  const given = await offered(await citizen())
  const answers = await Promise.all([tokenFor(given), tokenFor(given)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
  assert.equal((await tokenFor(given)).status, 400)
})

test('wrong digits are refused, and the right ones after them as well', async () => {
  const given = await offered(await citizen())
  const wrong = given.txCode === '000000' ? '000001' : '000000'
  const refused = await tokenFor(given, wrong)
  assert.equal(refused.status, 400)
  assert.equal(((await refused.json()) as { error: string }).error, 'invalid_grant')
  assert.equal((await tokenFor(given)).status, 400)
})

for (const [what, error, change] of [
  ['of another type', 'invalid_proof', { header: { typ: 'JWT' } }],
  ['for another issuer', 'invalid_proof', { claims: { aud: 'https://other.example' } }],
  ['with a nonce that is not ours', 'invalid_nonce', { claims: { nonce: 'made up' } }],
  ['without a key', 'invalid_proof', { header: { jwk: undefined } }],
] as const)
  test(`a proof ${what} is refused`, async () => {
    const token = await tokenOf(await citizen())
    const answer = await ask(token, [(await proofOf(change)).jwt])
    assert.equal(answer.status, 400)
    assert.equal(((await answer.json()) as { error: string }).error, error)
  })

test('a proof by another key than it names, and one with a private key, are refused', async () => {
  const token = await tokenOf(await citizen())
  const other = await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)
  const forged = await proofOf({ header: { jwk: other } })
  assert.equal((await ask(token, [forged.jwt])).status, 400)
  const secret = await generateKeyPair('ES256', { extractable: true })
  const open = await proofOf({ header: { jwk: await exportJWK(secret.privateKey) } })
  assert.equal((await ask(token, [open.jwt])).status, 400)
})

test('the token opens nothing else, and another credential is unknown', async () => {
  const token = await tokenOf(await citizen())
  const api = { headers: { authorization: `Bearer ${token}` } }
  assert.equal((await fetch(`${url}/oidc/me`, api)).status, 403)
  assert.equal((await fetch(`${url}/scim/v2/Users`, api)).status, 401)
  const answer = await ask(token, [(await proofOf()).jwt], 'passport')
  assert.equal(answer.status, 400)
})

test('who has no card gets no offer, and who lost it since gets no credential', async () => {
  const without = await citizen(false)
  assert.equal((await without.agent.post('/account/card/wallet/offer', {})).status, 403)
  const person = await citizen()
  const token = await tokenOf(person)
  const { cards } = await perform(platform, ownCards, person.actor, {})
  await perform(platform, stopCard, person.actor, { id: cards[0]?.id })
  const answer = await ask(token, [(await proofOf()).jwt])
  assert.equal(((await answer.json()) as { error: string }).error, 'credential_request_denied')
})

test('its owner alone stops a credential; all end with the card or the account', async () => {
  const person = await citizen()
  const { credentials, proofs } = await issued(person, 2)
  const { cards } = await perform(platform, walletCards, person.actor, {})
  const first = await calculateJwkThumbprint(proofs[0]?.jwk ?? {})
  const id = cards.find(({ jkt }) => jkt === first)?.id
  const stranger = await citizen()
  await assert.rejects(perform(platform, stopWalletCard, stranger.actor, { id }), { status: 404 })
  await perform(platform, stopWalletCard, person.actor, { id })
  const states = async () => Promise.all(credentials.map(async (c) => (await verified(c)).status))
  assert.deepEqual(await states(), [1, 0])
  const own = await perform(platform, ownCards, person.actor, {})
  await perform(platform, stopCard, person.actor, { id: own.cards[0]?.id })
  assert.deepEqual(await states(), [1, 1])
  const leaver = await citizen()
  const [last = ''] = (await issued(leaver)).credentials
  await perform(platform, closeAccount, leaver.actor, {})
  assert.equal((await verified(last)).status, 1)
})
