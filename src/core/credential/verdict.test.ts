import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exportJWK } from 'jose'
import { type Card, issueCard, presentCard, qrText } from './card.ts'
import type { Bytes, Point } from './cose.ts'
import { packStatuses, statuses } from './status-list.ts'
import { judge, type Trusted } from './verdict.ts'

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const
const pair = () => crypto.subtle.generateKey(curve, true, ['sign', 'verify'])
const [city, holder, other] = [await pair(), await pair(), await pair()]
const kid = new Uint8Array([1, 2, 3, 4])
const now = new Date('2020-11-03T02:00:00Z')
const after = (seconds: number) => new Date(+now + seconds * 1000)
const days = 86_400

async function pointOf({ publicKey }: CryptoKeyPair): Promise<Point> {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))
  return { x: raw.slice(1, 33), y: raw.slice(33) }
}

const card: Card = {
  issuer: 'https://city.example',
  name: '王○明',
  issuedAt: after(-3600),
  expiresAt: after(14 * days),
  list: 'https://city.example/card/status/0',
  index: 4711,
  point: await pointOf(holder),
}

const listed = (status: number, expiresAt = after(days)) => ({
  uri: card.list,
  bits: 2,
  packed: packStatuses(10_000, 2, [{ index: card.index, status }]),
  issuedAt: after(-60),
  expiresAt,
})
const trusted: Trusted = {
  issuer: card.issuer,
  keys: [{ ...(await exportJWK(city.publicKey)), kid: '01020304' }],
  lists: [listed(statuses.valid)],
}

const issued = (change: Partial<Card> = {}, key = city) =>
  issueCard(key.privateKey, kid, { ...card, ...change })
const shown = async (made?: Bytes, key = holder, at = now) =>
  qrText(await presentCard(key.privateKey, made ?? (await issued()), at))
const why = async (text: string, trust = trusted, at = now) => (await judge(text, trust, at)).why

test('a card that its holder shows now is valid and gives the masked name', async () => {
  const verdict = await judge(await shown(), trusted, now)
  assert.equal(verdict.outcome, 'valid')
  assert.equal('name' in verdict && verdict.name, '王○明')
})

test('the QR code of a card needs no more than version 14 at the lowest correction', async () => {
  const text = await shown()
  assert.match(text, /^[0-9A-Z $%*+\-./:]*$/)
  assert.ok(text.length <= 667, `${text.length} characters`)
})

test('a picture of it counts no more after thirty seconds and the tolerance', async () => {
  const text = await shown()
  assert.equal(await why(text, trusted, after(39)), 'good')
  assert.equal(await why(text, trusted, after(40)), 'stale')
  assert.equal(await why(text, trusted, after(-11)), 'ahead')
})

test('a holder cannot sign themselves more time', async () => {
  const soon = await shown(undefined, holder, after(9))
  assert.equal(await why(soon, trusted, after(48)), 'good')
  assert.equal(await why(soon, trusted, after(49)), 'stale')
})

test('the key of another device, another city or another kid forges', async () => {
  assert.equal(await why(await shown(undefined, other)), 'forged')
  assert.equal(await why(await shown(await issued({}, other))), 'forged')
  assert.equal(await why(await shown(), { ...trusted, keys: [] }), 'forged')
  const elsewhere = await issued({ issuer: 'https://elsewhere.example' })
  assert.equal(await why(await shown(elsewhere)), 'not-ours')
})

test('a card that names a key of its holder does not count as it stands', async () => {
  assert.equal(await why(qrText(await issued())), 'unreadable')
})

test('a card without a key counts for one minute, and cannot be shown by a device', async () => {
  const { point: _, ...bare } = card
  const once = { ...bare, issuedAt: now, expiresAt: after(14 * days) }
  const made = await issueCard(city.privateKey, kid, once)
  assert.equal(await why(qrText(made)), 'good')
  assert.equal(await why(qrText(made), trusted, after(69)), 'good')
  assert.equal(await why(qrText(made), trusted, after(70)), 'stale')
  assert.equal(await why(await shown(made)), 'unreadable')
})

test('a card that ran out, was ended or suspended is refused', async () => {
  assert.equal(await why(await shown(await issued({ expiresAt: after(-11) }))), 'expired')
  const text = await shown()
  const withList = (status: number) => ({ ...trusted, lists: [listed(status)] })
  assert.equal(await why(text, withList(statuses.invalid)), 'ended')
  assert.equal(await why(text, withList(statuses.suspended)), 'suspended')
  assert.equal(await why(text, withList(3)), 'ended')
  assert.equal(await why(await shown(await issued({ index: 10_000_000 }))), 'ended')
})

test('without a list, or with one that ran out, a good card is unknown, never valid', async () => {
  const text = await shown()
  const old = { ...trusted, lists: [listed(statuses.valid, now)] }
  assert.deepEqual(await judge(text, old, now), { outcome: 'unknown', why: 'old-list' })
  assert.deepEqual(await judge(text, { ...trusted, lists: [] }, now), {
    outcome: 'unknown',
    why: 'no-list',
  })
})

test('no change of a text makes a card of it, and nothing that is scanned throws', async () => {
  const text = await shown()
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
  const changes = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...alphabet))
  await fc.assert(
    fc.asyncProperty(changes, async ([at, character]) => {
      const changed = text.slice(0, at) + character + text.slice(at + 1)
      return changed.trim() === text || (await judge(changed, trusted, now)).outcome !== 'valid'
    }),
    { numRuns: 400 },
  )
  const anything = fc.oneof(
    fc.string(),
    fc.uint8Array().map((bytes) => qrText(new Uint8Array(bytes))),
  )
  await fc.assert(fc.asyncProperty(anything, async (given) => (await why(given)) === 'unreadable'))
})
