import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { citizenOf } from '../../../../test/accounts.ts'
import { cardIn, certificateCity, checkedAtCounter, fields } from '../../../../test/card.ts'
import { testCity } from '../../../../test/city.ts'
import { systemActor } from '../../../core/context.ts'
import { rows } from '../../../core/db.ts'
import { read } from '../../../core/operation.ts'
import { accountById } from '../accounts.ts'
import { levelOf } from '../levels.ts'
import { proofingsOf } from '../proofing.ts'
import { certificate } from './certificate.ts'
import type { Outcome } from './method.ts'

const ca = await certificateCity()
after(() => ca.close())
const platform = await testCity(ca.settings)
const here = cardIn(platform, ca)
const card = await ca.authority.issue({ subject: '0000000100000001' })
const { id: owner } = await citizenOf(platform, 'holder@example.org', 'a long pass phrase')
await here.bind(owner, card)

const said = (outcome: Outcome) => ('refused' in outcome ? outcome.refused.zh : '')
const levelFrom = (outcome: Outcome) =>
  'facts' in outcome ? levelOf([{ method: 'certificate', facts: outcome.facts }]) : 0

test('a certificate that its account holds signs in at level 4', async () => {
  const outcome = await here.signIn(card)
  assert.ok('account' in outcome && 'credential' in outcome)
  assert.equal(outcome.account, owner)
  assert.equal(levelFrom(outcome), 4)
  const standing = outcome.facts.evidence?.standing
  assert.ok(standing?.status === 'good' && standing.by === 'ocsp')
})

test('a signature as PEM, with other line breaks, or from a file counts too', async () => {
  for (const way of ['pem', 'spaced', 'file'] as const)
    assert.equal(levelFrom(await here.signIn(card, { way })), 4, way)
})

test('the evidence and the credential say nothing of who it is', async () => {
  const outcome = await here.signIn(card)
  const kept = await read(platform, systemActor('test'), 'test', (ctx) =>
    rows(ctx.db, sql`select data from identity.credential where method = 'certificate'`),
  )
  assert.equal(kept.length, 1)
  const text = JSON.stringify([outcome, kept])
  for (const word of ['王小明', '0000000100000001', '6789']) assert.ok(!text.includes(word), word)
})

test('a renewed card of the same person finds the same account', async () => {
  const renewed = await ca.authority.issue({ subject: '0000000100000001', key: 'ec' })
  const outcome = await here.signIn(renewed)
  assert.ok('account' in outcome && outcome.account === owner)
})

test('a signature counts once, and in its own sign-in only', async () => {
  const [mine, other] = [randomUUID(), randomUUID()]
  const text = await here.challenge(mine)
  await here.challenge(other)
  const given = fields(await here.sign(text, card))
  assert.match(said(await here.prove(other, given)), /不是這一次/)
  assert.ok('account' in (await here.prove(mine, given)))
  assert.match(said(await here.prove(mine, given)), /時限已過/)
  assert.match(said(await here.prove(randomUUID(), given)), /時限已過/)
})

test('a revoked certificate is refused, and its owner can be told', async () => {
  const lost = await ca.authority.issue({ subject: '0000000100000002' })
  const { id } = await citizenOf(platform, 'lost@example.org', 'a long pass phrase')
  await here.bind(id, lost)
  await ca.authority.revoke(lost)
  await ca.forget(platform)
  const outcome = await here.signIn(lost)
  assert.match(said(outcome), /廢止/)
  assert.ok('refused' in outcome && outcome.account === id)
})

test('where nobody can be asked, the certificate proves level 2 only', async () => {
  await ca.forget(platform)
  ca.answers.set({ ocsp: false, crl: false })
  const outcome = await here.signIn(card)
  ca.answers.set({ ocsp: true, crl: true })
  assert.equal(levelFrom(outcome), 2)
  assert.ok('facts' in outcome && outcome.facts.evidence?.standing.status === 'unknown')
})

test('an expired certificate, a stranger’s and nonsense are refused with what to do', async () => {
  const old = await ca.authority.issue({ from: '20200101000000Z', to: '20210101000000Z' })
  assert.match(said(await here.signIn(old)), /已過期/)
  const elsewhere = await certificateCity()
  const text = await here.challenge('stranger')
  const foreign = await elsewhere.authority.issue()
  const der = await elsewhere.sign(text, foreign)
  assert.match(said(await here.prove('stranger', fields(der))), /不是本市接受/)
  await elsewhere.close()
  for (const signature of ['', ' \n ', 'not base64 !', 'QUJD', 'A'.repeat(19_000)]) {
    await here.challenge('nonsense')
    const outcome = await here.prove('nonsense', { signature })
    assert.ok('refused' in outcome && outcome.field === 'signature')
  }
})

test('a valid certificate that nobody holds is a newcomer’s, with the card’s name', async () => {
  const newcomer = await ca.authority.issue({ name: '林大同', subject: '0000000100000003' })
  const outcome = await here.signIn(newcomer)
  assert.ok('newcomer' in outcome)
  const { name, email, lookup, facts } = outcome.newcomer
  assert.deepEqual(
    { name, email, fresh: facts.fresh },
    { name: '林大同', email: null, fresh: true },
  )
  assert.equal(Buffer.from(lookup, 'base64url').length, 32)
  assert.doesNotMatch(lookup, /00000001/)
})

test('once an account is known, a certificate of nobody or of another is refused', async () => {
  const newcomer = await ca.authority.issue({ subject: '0000000100000004' })
  assert.match(said(await here.signIn(newcomer, { account: owner })), /還沒有加入/)
  const { id } = await citizenOf(platform, 'other@example.org', 'a long pass phrase')
  assert.match(said(await here.signIn(card, { account: id })), /另一個帳號/)
})

test('a card that was last heard to be revoked stays so while nobody answers', async () => {
  const lost = await ca.authority.issue({ subject: '0000000100000005' })
  const { id } = await citizenOf(platform, 'silence@example.org', 'a long pass phrase')
  await here.bind(id, lost)
  await ca.authority.revoke(lost)
  await ca.forget(platform)
  assert.match(said(await here.signIn(lost)), /廢止/)
  await platform.database.owner.query(
    `update identity.certificate_answer set next_update = now() - interval '1 hour'`,
  )
  ca.answers.set({ ocsp: false, crl: false })
  assert.match(said(await here.signIn(lost)), /廢止/)
  ca.answers.set({ ocsp: true, crl: true })
  await ca.forget(platform)
})

test('nobody new comes in by a card whose standing nobody can tell', async () => {
  const newcomer = await ca.authority.issue({ subject: '0000000100000006' })
  ca.answers.set({ ocsp: false, crl: false })
  assert.match(said(await here.signIn(newcomer)), /無法向發證機構確認/)
  ca.answers.set({ ocsp: true, crl: true })
  assert.ok('newcomer' in (await here.signIn(newcomer)))
})

const identityOf = (id: string) =>
  read(platform, systemActor('test'), 'test', async (ctx) => {
    const account = await accountById(ctx.db, id)
    const kept = await proofingsOf(ctx.db, id)
    return [account?.identity_level, account?.name, kept.length]
  })

test('signing by a card proves its holder’s identity, once', async () => {
  const held = await ca.authority.issue({ name: '陳怡君', subject: '0000000100000007' })
  const { id } = await citizenOf(platform, 'raised@example.org', 'a long pass phrase')
  await here.bind(id, held)
  assert.deepEqual(await identityOf(id), [1, '王小明', 0])
  ca.answers.set({ ocsp: false, crl: false })
  await ca.forget(platform)
  assert.equal(levelFrom(await here.signIn(held)), 2)
  assert.deepEqual(await identityOf(id), [1, '王小明', 0], 'nobody vouched for it')
  ca.answers.set({ ocsp: true, crl: true })
  await here.signIn(held)
  await here.signIn(held)
  assert.deepEqual(await identityOf(id), [3, '陳怡君', 1])
})

test('a card of another name than was checked signs in, and proves nothing', async () => {
  const held = await ca.authority.issue({ name: '陳怡君', subject: '0000000100000008' })
  const { id } = await citizenOf(platform, 'checked@example.org', 'a long pass phrase')
  await here.bind(id, held)
  await checkedAtCounter(platform, id)
  assert.equal(levelFrom(await here.signIn(held)), 4)
  assert.deepEqual(await identityOf(id), [2, '王小明', 0])
})

test('it is offered where the operator pinned roots, and nowhere else', async () => {
  assert.ok(certificate.offered(platform))
  assert.ok(
    !certificate.offered({ ...platform, config: { ...platform.config, CERTIFICATE_ROOTS: '' } }),
  )
  const pinned = await readFile(ca.settings.CERTIFICATE_ROOTS, 'utf8')
  assert.equal(pinned.match(/BEGIN CERTIFICATE/g)?.length, 2)
})
