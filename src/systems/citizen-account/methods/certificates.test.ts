import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import type { Issued } from '../../../../test/ca.ts'
import { cardIn, certificateCity, checkedAtCounter } from '../../../../test/card.ts'
import { staffOf, testCity } from '../../../../test/city.ts'
import { type Actor, systemActor } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { perform, read } from '../../../core/operation.ts'
import { accountById } from '../../../kernel/identity/accounts.ts'
import { proofingsOf } from '../../../kernel/identity/proofing.ts'
import { addCertificate, askForCertificate } from './certificates.ts'
import { endWay, listWays } from './operations.ts'

const ca = await certificateCity()
after(() => ca.close())
const platform = await testCity(ca.settings)
const here = cardIn(platform, ca)
const clerk = systemActor('test')

let made = 0
const newCard = (name = '王小明') =>
  ca.authority.issue({ name, subject: `00000003${String(++made).padStart(8, '0')}` })
const newcomer = async (name: string) =>
  (await citizenOf(platform, `${name}@example.org`, 'a long pass phrase')).id

/** Adds a card as its owner does: asks, signs, sends. */
async function add(who: Actor, card: Issued, given: { signature?: string } = {}) {
  const { id, text } = await perform(platform, askForCertificate, who, {})
  const signature = given.signature ?? (await ca.sign(text, card)).toString('base64')
  await perform(platform, addCertificate, who, { challenge: id, signature, label: '我的卡' })
}

const stateOf = (id: string) =>
  read(platform, clerk, 'test', async (ctx) => ({
    account: await accountById(ctx.db, id),
    proofings: await proofingsOf(ctx.db, id),
  }))

test('an added certificate signs in, proves who it is and names the account', async () => {
  const [id, card] = [await newcomer('add'), await newCard('陳怡君')]
  await add(asCitizen(id), card)
  const outcome = await here.signIn(card)
  assert.ok('account' in outcome && outcome.account === id)
  const { account, proofings } = await stateOf(id)
  assert.equal(account?.identity_level, 3)
  assert.equal(account?.name, '陳怡君')
  assert.equal(proofings.length, 1)
  const [{ how, evidence, at }] = proofings as [(typeof proofings)[number]]
  assert.ok(how === 'certificate' && at !== null && 'standing' in evidence)
  assert.ok(evidence.standing.status === 'good' && evidence.standing.by === 'ocsp')
  assert.equal(evidence.chain.length, 2)
  const events = await read(platform, clerk, 'test', (ctx) =>
    rows(ctx.db, sql`select type, data from core.event where record = ${id}`),
  )
  assert.ok(events.some((event) => (event as { type: string }).type === 'identity.proofed'))
  assert.doesNotMatch(JSON.stringify([proofings, events]), /陳怡君|00000003/)
})

test('a certificate that another account has is refused, with what to do', async () => {
  const [one, two, card] = [await newcomer('has'), await newcomer('wants'), await newCard()]
  await add(asCitizen(one), card)
  await assert.rejects(add(asCitizen(two), card), { code: 'certificate.elsewhere' })
  assert.equal((await stateOf(two)).account?.identity_level, 1)
  await assert.rejects(add(asCitizen(one, 2), card), { code: 'certificate.added-before' })
})

test('an account is one person’s: a second card must be the same person’s', async () => {
  const [id, mine, theirs] = [await newcomer('one'), await newCard(), await newCard('林大同')]
  const owner = asCitizen(id, 4)
  await add(owner, mine)
  await assert.rejects(add(owner, theirs), { code: 'certificate.other-person' })
  const [held] = (await perform(platform, listWays, owner, {})).filter(
    ({ method }) => method === 'certificate',
  )
  await perform(platform, endWay, owner, { id: held!.id })
  assert.equal((await stateOf(id)).account?.identity_level, 3, 'who it is stays proven')
  await assert.rejects(add(owner, theirs), { code: 'certificate.other-person' })
  await add(owner, mine)
  const { proofings } = await stateOf(id)
  assert.deepEqual(
    proofings.map(({ ended_why }) => ended_why),
    [null, 'replaced'],
  )
  assert.equal(proofings[1]?.replaced_by, proofings[0]?.id)
})

test('a name that a counter checked must be the card’s', async () => {
  const id = await newcomer('counter')
  await checkedAtCounter(platform, id)
  const theirs = await newCard('林大同')
  await assert.rejects(add(asCitizen(id), theirs), { code: 'certificate.other-person' })
  assert.deepEqual((await stateOf(id)).proofings, [])
  await add(asCitizen(id), await newCard('王 小明'))
  assert.equal((await stateOf(id)).account?.identity_level, 3)
})

test('an ended certificate opens nothing', async () => {
  const [id, card] = [await newcomer('ended'), await newCard()]
  await add(asCitizen(id), card)
  const owner = asCitizen(id, 4)
  const ways = await perform(platform, listWays, owner, {})
  const held = ways.find(({ method }) => method === 'certificate')!
  await perform(platform, endWay, owner, { id: held.id })
  assert.ok('newcomer' in (await here.signIn(card)))
})

test('a revoked certificate and one that nobody vouches for are not added', async () => {
  const [id, gone, dark] = [await newcomer('refused'), await newCard(), await newCard()]
  await ca.authority.revoke(gone)
  await ca.forget(platform)
  await assert.rejects(add(asCitizen(id), gone), { code: 'certificate.revoked' })
  await ca.forget(platform)
  ca.answers.set({ ocsp: false, crl: false })
  await assert.rejects(add(asCitizen(id), dark), { code: 'certificate.unknown' })
  ca.answers.set({ ocsp: true, crl: true })
  await assert.rejects(add(asCitizen(id), dark, { signature: 'QUJD' }), {
    code: 'certificate.unreadable',
  })
  assert.equal((await stateOf(id)).proofings.length, 0)
})

test('a signature for a sign-in, for another account or of before adds nothing', async () => {
  const [id, other, card] = [await newcomer('mine'), await newcomer('theirs'), await newCard()]
  const who = asCitizen(id)
  const signature = (await ca.sign(await here.challenge('an attempt'), card)).toString('base64')
  await assert.rejects(add(who, card, { signature }), { code: 'certificate.wrong-challenge' })
  const asked = await perform(platform, askForCertificate, asCitizen(other), {})
  const stolen = { challenge: asked.id, label: '' }
  const signed = (await ca.sign(asked.text, card)).toString('base64')
  await assert.rejects(perform(platform, addCertificate, who, { ...stolen, signature: signed }), {
    code: 'certificate.challenge',
  })
  await assert.rejects(add(asCitizen(id, 1, null), card), { code: 'account.confirm' })
})

test('a member of staff adds a certificate of their own name only', async () => {
  const who = { ...staffOf(platform, 'crew-maintenance'), level: 1, confirmedAt: new Date() }
  await assert.rejects(add(who, await newCard('林大同')), { code: 'certificate.other-person' })
  await add(who, await newCard(who.name))
  assert.equal((await stateOf(who.id)).account?.identity_level, 3)
})
