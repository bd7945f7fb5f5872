import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { staffOf, testCity } from '../../../../test/city.ts'
import { publicActor, systemActor } from '../../../core/context.ts'
import { presentCard, qrText, readShown } from '../../../core/credential/card.ts'
import { readStatusList, type StatusList } from '../../../core/credential/status-list.ts'
import { judge } from '../../../core/credential/verdict.ts'
import { rows, transact } from '../../../core/db.ts'
import type { Refused } from '../../../core/errors.ts'
import { type Operation, operation, perform, read } from '../../../core/operation.ts'
import { closeAccount } from '../close.ts'
import { sealPending } from '../methods/pending.ts'
import { showCode } from '../proofing/operations.ts'
import { addPhysicalCard, endCardAtDesk, findHolder } from './desk-operations.ts'
import { publicKeys, turnCardKeys } from './keys.ts'
import {
  addCardKey,
  beginCard,
  enrolmentText,
  ownCards,
  resumeCard,
  showOnce,
  stopCard,
} from './operations.ts'
import { listNumbers, listSize, listUri, signedList, takePlace } from './status.ts'

const platform = await testCity()
const officer = staffOf(platform, 'identity-desk-1')
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const
let people = 0

/** A citizen whose identity was checked. */
async function knownCitizen(level = 2) {
  const { id } = await citizenOf(platform, `card-${people++}@mail.example`, 'a long password 42')
  await transact(platform.database.app, everything, (db) =>
    sql`update identity.account set identity_level = ${level} where id = ${id}`.execute(db),
  )
  return asCitizen(id)
}
type Citizen = Awaited<ReturnType<typeof knownCitizen>>

/** A phone that holds the card of someone: gives what it shows. */
async function phoneOf(actor: Citizen) {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify'])
  const { x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const now = platform.now()
  const pending = sealPending(platform.config, 'card', actor.id, 'challenge', now)
  const text = new TextEncoder().encode(enrolmentText('challenge'))
  const manner = { name: 'ECDSA', hash: 'SHA-256' }
  const made = await crypto.subtle.sign(manner, pair.privateKey, text)
  const signature = Buffer.from(made).toString('base64url')
  await perform(platform, addCardKey, actor, { pending, key: { x, y }, signature })
  return async (at = platform.now()) => {
    const { devices } = await perform(platform, ownCards, actor, {})
    const own = devices.find((one) => one.x === x)
    if (!own) return null
    const card = new Uint8Array(Buffer.from(own.card, 'base64url'))
    return qrText(await presentCard(pair.privateKey, card, at))
  }
}

/** What a verifier fetches. */
const trusted = () =>
  read(platform, publicActor, 'public', async (ctx) => {
    const [issuer, keys] = [ctx.config.origin, await publicKeys(ctx.db)]
    const lists: StatusList[] = []
    for (const number of await listNumbers(ctx)) {
      const token = (await signedList(ctx, number)) ?? ''
      const list = await readStatusList(token, listUri(issuer, number), issuer, keys)
      if (list) lists.push(list)
    }
    return { issuer, keys, lists }
  })
const why = async (text: string | null) =>
  (await judge(text ?? '', await trusted(), platform.now())).why

const refused = (op: Operation, actor: Citizen, input: object) =>
  perform(platform, op, actor, input).then(
    () => 'done',
    (error: Refused) => error.code,
  )

await perform(platform, turnCardKeys, systemActor('test'), {})

test('a card on a phone is valid, until its owner stops it', async () => {
  const actor = await knownCitizen()
  await perform(platform, beginCard, actor, {})
  const show = await phoneOf(actor)
  const text = await show()
  assert.equal(await why(text), 'good')
  const { cards } = await perform(platform, ownCards, actor, {})
  await perform(platform, stopCard, actor, { id: cards[0]?.id })
  assert.equal(await why(text), 'ended')
  assert.equal(await show(), null)
})

test('nobody without a checked identity or a fresh confirmation begins a card', async () => {
  assert.equal(await refused(beginCard, await knownCitizen(1), {}), 'card.not-known')
  const actor = await knownCitizen()
  const stale = { ...actor, confirmedAt: new Date(+platform.now() - 11 * 60_000) }
  assert.equal(await refused(beginCard, stale, {}), 'account.confirm')
  assert.equal(await refused(beginCard, actor, {}), 'done')
  assert.equal(await refused(beginCard, actor, {}), 'card.one-only')
  assert.equal(await refused(showOnce, stale, {}), 'account.confirm')
})

test('a key that did not sign the challenge, or of another account, is not taken', async () => {
  const [one, other] = [await knownCitizen(), await knownCitizen()]
  await perform(platform, beginCard, one, {})
  const pending = sealPending(platform.config, 'card', other.id, 'challenge', platform.now())
  const key = { x: 'A'.repeat(43), y: 'A'.repeat(43) }
  const given = { key, signature: 'AAAA' }
  assert.equal(await refused(addCardKey, one, { ...given, pending }), 'account.enrolment-expired')
  const own = sealPending(platform.config, 'card', one.id, 'challenge', platform.now())
  assert.equal(await refused(addCardKey, one, { ...given, pending: own }), 'card.key-not-made')
})

test('five phones hold a card; a sixth takes the place of the first', async () => {
  const actor = await knownCitizen()
  await perform(platform, beginCard, actor, {})
  const phones = []
  for (let n = 0; n < 6; n++) phones.push(await phoneOf(actor))
  const shown = await Promise.all(phones.map((show) => show()))
  assert.deepEqual(
    shown.map((text) => text === null),
    [true, false, false, false, false, false],
  )
})

test('what the server signs for one showing is valid and tells only a masked name', async () => {
  const actor = await knownCitizen()
  await perform(platform, beginCard, actor, {})
  const { text } = await perform(platform, showOnce, actor, {})
  assert.equal(await why(text), 'good')
  const { card } = readShown(text)!
  assert.equal(card.name, '王○明')
  assert.equal(text.includes(actor.id), false)
})

test('nobody sees or stops the card of another', async () => {
  const [one, other] = [await knownCitizen(), await knownCitizen()]
  await perform(platform, beginCard, one, {})
  const [card] = (await perform(platform, ownCards, one, {})).cards
  assert.deepEqual((await perform(platform, ownCards, other, {})).cards, [])
  assert.equal(await refused(stopCard, other, { id: card?.id }), 'not-found')
})

test('a counter maps a physical card once, keeps a digest, and its owner may rest it', async () => {
  const actor = await knownCitizen()
  const { code } = await perform(platform, showCode, actor, {})
  assert.deepEqual(await perform(platform, findHolder, officer, { code }), {
    name: '王小明',
    cards: [],
  })
  const number = '1234-5678-9012-3456'
  await perform(platform, addPhysicalCard, officer, { code, number })
  assert.equal(await refused(addPhysicalCard, officer, { code, number }), 'invalid')
  const [card] = (await perform(platform, ownCards, actor, {})).cards
  assert.equal(card?.last_four, '3456')
  const kept = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ text: string }>`select e.data::text || coalesce(c.number::text, '') as text
        from core.event e, citizen_card.card c where e.record::text = ${actor.id}`,
    ),
  )
  assert.ok(kept.length > 0)
  for (const { text } of kept) assert.equal(text.includes('12345678'), false)
  await perform(platform, stopCard, actor, { id: card?.id })
  assert.equal((await perform(platform, ownCards, actor, {})).cards[0]?.state, 'suspended')
  await perform(platform, resumeCard, actor, { id: card?.id })
  await perform(platform, endCardAtDesk, officer, { code, id: card?.id })
  assert.equal((await perform(platform, ownCards, actor, {})).cards[0]?.state, 'ended')
  assert.equal(await refused(resumeCard, actor, { id: card?.id }), 'not-found')
})

test('an officer finds nobody by a wrong code, nor themselves', async () => {
  const wrong = await perform(platform, findHolder, officer, { code: '00000000' })
  assert.ok('refused' in wrong)
  const own = { ...officer, level: 2, confirmedAt: platform.now() }
  const { code } = await perform(platform, showCode, own, {})
  assert.ok('refused' in (await perform(platform, findHolder, officer, { code })))
})

test('an account that closes ends its cards', async () => {
  const actor = await knownCitizen()
  await perform(platform, beginCard, actor, {})
  const { text } = await perform(platform, showOnce, actor, {})
  await perform(platform, closeAccount, actor, {})
  assert.equal(await why(text), 'ended')
})

const taking = operation({
  name: 'test.take-place',
  title: { zh: '測試位置', en: 'A test place' },
  permission: 'test',
  input: Type.Object({}),
  run: async (ctx) => {
    ctx.recorded.count++
    return takePlace(ctx)
  },
})

test('many who take a place at once get places of their own, in no order', async () => {
  const take = () => perform(platform, taking, systemActor('test'), {})
  const places = await Promise.all(Array.from({ length: 40 }, take))
  const indexes = places.map(({ index }) => index)
  assert.equal(new Set(indexes).size, 40)
  assert.notDeepEqual(
    indexes,
    indexes.toSorted((one, other) => one - other),
  )
})

test('a list is published whole however few are in it; a full one begins another', async () => {
  const [list] = (await trusted()).lists
  assert.equal(list?.packed.length, (listSize * 2) / 8)
  await transact(platform.database.app, everything, (db) =>
    sql`update citizen_card.list set taken = ${listSize / 2}`.execute(db),
  )
  const next = await perform(platform, taking, systemActor('test'), {})
  assert.equal(next.list, 1)
  assert.equal((await trusted()).lists.length, 2)
})

test('keeping the keys to their schedule twice makes no further key', async () => {
  const before = await publicKeys(platform.database.app)
  await perform(platform, turnCardKeys, systemActor('test'), {})
  assert.deepEqual(await publicKeys(platform.database.app), before)
  for (const key of before) assert.equal(key.d, undefined)
})
