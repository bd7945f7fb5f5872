import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Certificate } from 'pkijs'
import { freePort } from '../../../../test/browser.ts'
import {
  answerOf,
  type Issued,
  openAuthority,
  serveAnswers,
  startResponder,
  testPolicy,
} from '../../../../test/ca.ts'
import { testCity } from '../../../../test/city.ts'
import { type Ask, askOnly } from './ask.ts'
import { listsAt, readList } from './crl.ts'
import { certificatesOf } from './der.ts'
import { fresh } from './fresh.ts'
import { answersAt, askOcsp, readAnswer, requestOf } from './ocsp.ts'
import { standingOf } from './standing.ts'
import type { Trust } from './trust.ts'

const platform = await testCity()
const port = await freePort()
const address = `http://127.0.0.1:${port}`
const authority = await openAuthority(address)
const answers = await serveAnswers(authority, { port })
after(() => answers.close())
after(() => authority.close())

const read = async (path: string): Promise<Certificate> =>
  certificatesOf(await authority.pem(path))[0]!
const [root, issuer] = [await read('root.pem'), await read('issuing.pem')]
const trust: Trust = {
  roots: [root],
  between: [issuer],
  policies: [testPolicy],
  answers: [address],
}
const person = await authority.issue()
const gone = await authority.issue({ name: '林大同', subject: '0000000199999999' })
await authority.revoke(gone)

const soon = () => new Date(Date.now() + 2000)
const hours = (count: number) => new Date(Date.now() + count * 3_600_000)
const db = platform.database.app
const ctxAt = (now: Date) => ({ db, now, config: platform.config })
const standing = async (one: Issued, now = soon(), ask: Ask = askOnly(trust, now)) =>
  standingOf(ctxAt(now), [await read(one.cert), issuer, root], trust, ask)

beforeEach(async () => {
  await sql`delete from identity.certificate_answer`.execute(db)
  await sql`delete from identity.certificate_list`.execute(db)
  answers.set({ ocsp: true, crl: true })
})

test('a certificate says where its issuer answers', async () => {
  assert.deepEqual(answersAt(await read(person.cert)), [`${address}/ocsp`])
  assert.deepEqual(listsAt(await read(person.cert)), [`${address}/crl`])
})

test('the issuer’s answer tells a good certificate from a revoked one', async () => {
  const found = await standing(person)
  assert.ok(found.status === 'good' && found.by === 'ocsp' && !found.kept)
  assert.equal(found.source, `${address}/ocsp`)
  assert.equal((await standing(gone)).status, 'revoked')
})

test('a responder that openssl itself runs is understood', async () => {
  const own = await freePort()
  const responder = await startResponder(authority, own)
  const at = `http://127.0.0.1:${own}`
  const ask = askOnly({ answers: [at] }, soon())
  const answer = await askOcsp(await read(person.cert), issuer, at, ask, soon())
  responder.stop()
  assert.equal(answer?.status, 'good')
})

test('an answer is kept until the next is due, and not after', async () => {
  await standing(person)
  const { ocsp } = answers.asked
  const again = await standing(person, hours(23))
  assert.ok(again.status === 'good' && again.kept)
  assert.equal(answers.asked.ocsp, ocsp)
  answers.set({ ocsp: false, crl: false })
  assert.equal((await standing(person, hours(25))).status, 'unknown')
  assert.equal(answers.asked.ocsp, ocsp + 1)
})

test('where the responder is silent, the list tells, and is kept too', async () => {
  answers.set({ ocsp: false })
  const found = await standing(gone)
  assert.ok(found.status === 'revoked' && found.by === 'crl' && !found.kept)
  answers.set({ ocsp: false, crl: false })
  const kept = await standing(person)
  assert.ok(kept.status === 'good' && kept.by === 'crl' && kept.kept)
  assert.equal((await standing(person, hours(25))).status, 'unknown')
})

test('what was said before a certificate was revoked does not bring it back', async () => {
  // The list is of an hour before the responder's answer, does not name it, and still counts.
  const times = ['-crl_lastupdate', stamp(hours(-1)), '-crl_nextupdate', stamp(hours(48))]
  const old = await authority.crl('issuing', times)
  const lost = await authority.issue({ subject: '0000000188888888' })
  await authority.revoke(lost)
  assert.equal((await standing(lost)).status, 'revoked')
  const ask: Ask = async ({ address }) => (address.endsWith('/crl') ? old : null)
  assert.deepEqual(await standing(lost, hours(25), ask), { status: 'unknown', revoked: true })
  const other = await authority.issue({ subject: '0000000177777777' })
  assert.equal((await standing(other, hours(25), ask)).status, 'good')
})

const stamp = (at: Date) => at.toISOString().replace(/[-:T]|\.\d+/g, '')

test('where nobody answers it is unknown', async () => {
  answers.set({ ocsp: false, crl: false })
  assert.deepEqual(await standing(person), { status: 'unknown' })
})

test('only origins that the operator named are asked', async () => {
  const before = { ...answers.asked }
  const deaf = { ...trust, answers: ['http://elsewhere.invalid'] }
  const path = [await read(person.cert), issuer, root]
  assert.deepEqual(await standingOf(ctxAt(soon()), path, deaf), { status: 'unknown' })
  assert.deepEqual(answers.asked, before)
})

test('an answer too long or sent elsewhere is none', async () => {
  const ask = askOnly(trust, soon())
  assert.equal(await ask({ address: `${address}/crl`, mostBytes: 20 }), null)
  assert.ok(await ask({ address: `${address}/crl`, mostBytes: 20_000 }))
})

test('an address that kept us waiting is left alone for half a minute', async () => {
  let asked = 0
  const mute = createServer(() => {
    asked++
  })
  await new Promise<void>((done) => mute.listen(0, '127.0.0.1', done))
  const at = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
  const now = soon()
  const ask = (after: number) =>
    askOnly({ answers: [at] }, new Date(+now + after))({ address: at, mostBytes: 20 })
  assert.equal(await ask(0), null)
  assert.equal(await ask(29_000), null)
  assert.equal(asked, 1)
  const third = ask(31_000)
  await setTimeout(500)
  assert.equal(asked, 2)
  mute.closeAllConnections()
  assert.equal(await third, null)
  mute.close()
})

test('an authority that came along and names no list leaves it unknown', async () => {
  const path = [await read(person.cert), issuer, root]
  const found = await standingOf(ctxAt(soon()), path, { ...trust, between: [] })
  assert.deepEqual(found, { status: 'unknown' })
})

const ownNonce = Buffer.alloc(16, 7)
const answerBy = async (signer: Issued, nonce = ownNonce, next?: readonly string[]) => {
  const request = await requestOf(await read(person.cert), issuer, nonce)
  return answerOf(authority, Buffer.from(request), signer, next)
}
const reads = async (der: Uint8Array, now = soon(), one = person) =>
  readAnswer(der, await read(one.cert), issuer, ownNonce, now)

test('an answer by the issuer itself counts as one by its responder does', async () => {
  const { cert, key, serial } = authority.issuing
  assert.equal((await reads(await answerBy({ cert, key, serial })))?.status, 'good')
  assert.equal((await reads(await answerBy(authority.responder)))?.status, 'good')
})

test('an answer to another nonce, a replay, is none', async () => {
  assert.equal(await reads(await answerBy(authority.responder, Buffer.alloc(16, 8))), null)
})

test('an answer about another certificate is none', async () => {
  assert.equal(await reads(await answerBy(authority.responder), soon(), gone), null)
})

test('an answer by a stranger, or by a person of the same issuer, is none', async () => {
  const stranger = await openAuthority()
  after(() => stranger.close())
  assert.equal(await reads(await answerBy(stranger.responder)), null)
  assert.equal(await reads(await answerBy(await authority.issue())), null)
})

test('an answer past its next one, or from the future, is none', async () => {
  const der = await answerBy(authority.responder)
  assert.equal(await reads(der, hours(25)), null)
  assert.equal(await reads(der, hours(-1)), null)
})

test('an answer that promises no next counts for ten minutes', () => {
  const at = (minutes: number) => new Date(Date.UTC(2021, 0, 1, 0, minutes))
  const said = { thisUpdate: at(0), nextUpdate: null }
  assert.deepEqual(
    [10, 11].map((minutes) => fresh(said, at(minutes))),
    [true, false],
  )
  assert.deepEqual(
    [-5, -6].map((minutes) => fresh(said, at(minutes))),
    [true, false],
  )
})

test('a changed answer is none', async () => {
  const der = await answerBy(authority.responder)
  const known = der.toString('hex')
  for (let at = 0; at < der.length; at += 37) {
    const changed = Buffer.from(known, 'hex')
    changed[at]! ^= 0x41
    const answer = await reads(changed)
    assert.ok(answer === null || answer.status === 'good', `byte ${at}`)
  }
})

test('a list of a stranger, a stale one and changes alone are none', async () => {
  const list = await authority.crl()
  const certificate = await read(person.cert)
  assert.ok(await readList(list, certificate, issuer, soon()))
  assert.equal(await readList(list, certificate, issuer, hours(25)), null)
  assert.equal(await readList(list, certificate, root, soon()), null)
  const conf = `${await readFile(`${authority.folder}/ca.conf`, 'utf8')}
[delta]
2.5.29.27 = critical, ASN1:INTEGER:1
[part]
issuingDistributionPoint = critical, @point
[point]
fullname = URI:${address}/other
[own]
issuingDistributionPoint = critical, @own_point
[own_point]
fullname = URI:${address}/crl`
  await writeFile(`${authority.folder}/ca.conf`, conf)
  const part = await authority.crl('issuing', ['-crldays', '1', '-crlexts', 'part'])
  assert.equal(await readList(part, certificate, issuer, soon()), null)
  const own = await authority.crl('issuing', ['-crldays', '1', '-crlexts', 'own'])
  assert.ok(await readList(own, certificate, issuer, soon()))
  const delta = await authority.crl('issuing', ['-crldays', '1', '-crlexts', 'delta'])
  assert.equal(await readList(delta, certificate, issuer, soon()), null)
})
