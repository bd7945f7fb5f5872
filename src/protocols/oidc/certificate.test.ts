import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { asCitizen, citizenOf } from '../../../test/accounts.ts'
import { openTestApp } from '../../../test/browser.ts'
import { certificateCity } from '../../../test/card.ts'
import { staffOf } from '../../../test/city.ts'
import {
  type Agent,
  agentOn,
  ask,
  clientOf,
  enterPassword,
  type Reply,
  relyingSystem,
  trade,
} from '../../../test/relying.ts'
import { systemActor } from '../../core/context.ts'
import { row } from '../../core/db.ts'
import { perform, read } from '../../core/operation.ts'
import { newTotpSecret } from '../../kernel/identity/methods/totp.ts'
import {
  addCertificate,
  askForCertificate,
} from '../../systems/citizen-account/methods/certificates.ts'
import { addTotp } from '../../systems/citizen-account/methods/operations.ts'
import { sealPending } from '../../systems/citizen-account/methods/pending.ts'
import {
  confirmLook,
  findByCode,
  recordLook,
  showCode,
} from '../../systems/citizen-account/proofing/operations.ts'

const ca = await certificateCity()
after(() => ca.close())
const { url, platform } = await openTestApp('127.0.0.1', ca.settings)
const strict = await relyingSystem(platform, 'household-records', {
  ...{ audience: 'citizens', level: 4, identityLevel: 3 },
})
const client = await clientOf(url, strict)
const email = 'needs-four@example.org'
const { id } = await citizenOf(platform, email, 'a long pass phrase')
const card = await ca.authority.issue({ subject: '0000000400000001' })
const secret = newTotpSecret()

const codeNow = () => new TOTP({ secret: Secret.fromBase32(secret) }).generate()
const levelOf = () =>
  read(platform, systemActor('test'), 'test', (ctx) =>
    row(
      ctx.db,
      sql<{ n: number }>`select identity_level as n from identity.account
      where id = ${id}`,
    ),
  )
const sealed = () => sealPending(platform.config, 'totp', id, secret, new Date())

/** Goes on where a page asks: consent is given. */
const agree = (agent: Agent, page: Reply): Promise<Reply> =>
  page.url.startsWith(strict.origin)
    ? Promise.resolve(page)
    : agent.post(`${page.url.split('?')[0]}/consent`, { agree: 'yes' })

test('a password, an app and two officers do not reach what needs a certificate', async () => {
  await perform(platform, addTotp, asCitizen(id), {
    ...{ pending: sealed(), code: codeNow(), label: '' },
  })
  const { code } = await perform(platform, showCode, asCitizen(id), {})
  const [one, two] = [1, 2].map((n) => staffOf(platform, `identity-desk-${n}`))
  await perform(platform, findByCode, one!, { code })
  const seen = { document: 'passport', lastFour: '1234', same: true }
  const look = await perform(platform, recordLook, one!, { code, ...seen })
  await perform(platform, confirmLook, two!, look)
  assert.equal((await levelOf())?.n, 2)

  const agent = agentOn(url)
  const page = await agent.get((await ask(client, strict)).url)
  assert.match(page.body, /自然人憑證/)
  const after = await enterPassword(agent, page, email, 'a long pass phrase')
  assert.equal(after.status, 200)
  assert.match(after.body, /您的帳號還沒有可用的方式/)
  const forced = await agent.post(`${page.url.split('?')[0]}/totp`, { code: codeNow() })
  assert.ok(forced.url.startsWith(url), 'still on the page to sign in')
})

test('once the certificate is added, a sign-in by it is granted at level 4', async () => {
  const asked = await perform(platform, askForCertificate, asCitizen(id, 2), {})
  const signature = (await ca.sign(asked.text, card)).toString('base64')
  const given = { challenge: asked.id, signature, label: '' }
  await perform(platform, addCertificate, asCitizen(id, 2), given)
  assert.equal((await levelOf())?.n, 3)

  const agent = agentOn(url)
  const asking = await ask(client, strict)
  const page = await agent.get(asking.url)
  const low = await enterPassword(agent, page, email, 'a long pass phrase')
  assert.ok(low.url.startsWith(url), 'a checked identity alone is not enough')
  const text = /<textarea[^>]*id="card-challenge"[^>]*>([^<]+)</.exec(low.body)?.[1] ?? ''
  const signed = (await ca.sign(text, card)).toString('base64')
  const done = await agent.post(`${page.url.split('?')[0]}/certificate`, { signature: signed })
  const arrived = await agree(agent, done)
  assert.ok(arrived.url.startsWith(strict.redirectUri), arrived.url + arrived.body.slice(0, 2000))
  const tokens = await trade(client, asking, arrived)
  assert.equal(tokens.claims()?.acr, 'aal4')
  assert.equal(tokens.claims()?.sub !== undefined, true)

  const kept = await read(platform, systemActor('test'), 'test', (ctx) =>
    row(
      ctx.db,
      sql<{ why: { proofs: { method: string; facts: { evidence?: { policy: string } } }[] } }>`
        select why from identity.sign_in where system = ${strict.id} and outcome = 'granted'`,
    ),
  )
  const proof = kept?.why.proofs.find(({ method }) => method === 'certificate')
  assert.equal(proof?.facts.evidence?.policy, '2.16.886.101.0.3.3')
  assert.doesNotMatch(JSON.stringify(kept), /王小明|0000000400000001/)
})

test('while nobody can be asked whether it was revoked, the system stays closed', async () => {
  await ca.forget(platform)
  ca.answers.set({ ocsp: false, crl: false })
  const agent = agentOn(url)
  const page = await agent.get((await ask(client, strict)).url)
  const text = /<textarea[^>]*id="card-challenge"[^>]*>([^<]+)</.exec(page.body)?.[1] ?? ''
  const signed = (await ca.sign(text, card)).toString('base64')
  const done = await agent.post(`${page.url.split('?')[0]}/certificate`, { signature: signed })
  ca.answers.set({ ocsp: true, crl: true })
  assert.ok(done.url.startsWith(url), 'still on the page to sign in')
})
