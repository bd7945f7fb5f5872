import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import { asCitizen, citizenOf } from '../../../test/accounts.ts'
import { outsideCity, throughOutside } from '../../../test/outside/city.ts'
import { type Agent, agentOn, enterPassword } from '../../../test/relying.ts'
import { rows, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { credentialsOf } from '../../kernel/identity/accounts.ts'
import { saveAttempt } from '../../kernel/identity/attempts.ts'
import type { Evidence } from '../../kernel/identity/certificate/check.ts'
import type { Newcomer } from '../../kernel/identity/methods/method.ts'
import { newTotpSecret } from '../../kernel/identity/methods/totp.ts'
import { addTotp } from '../../systems/citizen-account/methods/operations.ts'
import { sealPending } from '../../systems/citizen-account/methods/pending.ts'
import { cityScope } from './policy.ts'

const { url, platform, line } = await outsideCity()

const letters = (address: string) =>
  transact(platform.database.app, cityScope, (db) =>
    rows(
      db,
      sql<{ subject: string; body: string }>`select subject, body from messages.message
        where recipient = ${address} order by created_at desc, id`,
    ),
  )

const start = (agent: Agent) => agent.get(`${url}/sign-in`)
const registerAt = (page: { url: string }) => `${page.url.split('?')[0]}/register`

async function codeTo(address: string): Promise<string> {
  const [letter] = await letters(address)
  return /\d{6}/.exec(letter?.body ?? '')?.[0] ?? ''
}

test('a newcomer from LINE makes an account, and the next time LINE finds it', async () => {
  line.person = { sub: 'U-first', name: '阿美' }
  const agent = agentOn(url)
  const asked = await throughOutside(agent, await start(agent), 'line')
  assert.match(asked.body, /value="阿美"/)
  const wrong = await agent.post(asked.url, { name: ' ', email: 'mei@example' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.body, /value="mei@example"/, 'what was typed stays')
  const inside = await agent.post(asked.url, { name: '林美', email: 'mei@example.org' })
  assert.equal(inside.url, `${url}/account`)
  assert.match(inside.body, /林美/)
  assert.match(inside.body, /還沒確認/)
  const other = agentOn(url)
  const again = await throughOutside(other, await start(other), 'line')
  assert.equal(again.url, `${url}/account`)
  assert.match(again.body, /林美/)
})

test('an address that LINE or a newcomer names leads to no account that has it', async () => {
  const { id } = await citizenOf(platform, 'mine@example.org', 'a long pass phrase')
  line.person = { sub: 'U-thief', name: '小偷', email: 'mine@example.org' }
  const agent = agentOn(url)
  const asked = await throughOutside(agent, await start(agent), 'line')
  await agent.post(asked.url, { name: '小偷', email: 'mine@example.org' })
  const held = await transact(platform.database.app, cityScope, (db) => credentialsOf(db, id))
  assert.deepEqual(
    held.map(({ method }) => method),
    ['password'],
  )
})

test('anyone registers by e-mail: a code, a name, a password that the policy takes', async () => {
  const agent = agentOn(url)
  const page = await start(agent)
  assert.match(page.body, /建立帳號/)
  const asked = await agent.get(registerAt(page))
  assert.match(asked.body, /第 1 步，共 3 步/)
  const bad = await agent.post(`${asked.url}/email`, { email: 'nobody' })
  assert.equal(bad.status, 422)
  const sent = await agent.post(`${asked.url}/email`, { email: 'plain@example.org' })
  assert.match(sent.body, /plain@example\.org/)
  const code = await codeTo('plain@example.org')
  const wrong = code === '000000' ? '111111' : '000000'
  assert.equal((await agent.post(`${asked.url}/code`, { code: wrong })).status, 422)
  const proven = await agent.post(`${asked.url}/code`, { code })
  assert.match(proven.body, /第 3 步，共 3 步/)
  const short = await agent.post(asked.url, { name: '陳平', password: 'short' })
  assert.equal(short.status, 422)
  assert.match(short.body, /value="陳平"/)
  assert.doesNotMatch(short.body, /value="short"/)
  const inside = await agent.post(asked.url, { name: '陳平', password: '三月的雨下在港邊' })
  assert.equal(inside.url, `${url}/account`)
  assert.match(inside.body, /已確認/)
  const other = agentOn(url)
  const back = await enterPassword(
    other,
    await start(other),
    'plain@example.org',
    '三月的雨下在港邊',
  )
  assert.equal(back.url, `${url}/account`)
})

test('without the code there is no account, and five wrong ones use it up', async () => {
  const agent = agentOn(url)
  const asked = await agent.get(registerAt(await start(agent)))
  await agent.post(`${asked.url}/email`, { email: 'guess@example.org' })
  const given = { name: '無碼', password: '三月的雨下在港邊' }
  assert.equal((await agent.post(asked.url, given)).status, 422)
  const code = await codeTo('guess@example.org')
  assert.match(code, /^\d{6}$/)
  const wrong = code === '000000' ? '111111' : '000000'
  for (let n = 0; n < 5; n++) await agent.post(`${asked.url}/code`, { code: wrong })
  assert.equal((await agent.post(`${asked.url}/code`, { code })).status, 422)
})

test('an address with an account looks like any other; only its owner is told', async () => {
  await citizenOf(platform, 'known@example.org', 'a long pass phrase')
  const agent = agentOn(url)
  const asked = await agent.get(registerAt(await start(agent)))
  const sent = await agent.post(`${asked.url}/email`, { email: 'known@example.org' })
  assert.equal(sent.status, 200)
  assert.match(sent.body, /第 2 步，共 3 步/)
  const [letter] = await letters('known@example.org')
  assert.match(letter!.subject, /已經有帳號/)
  assert.doesNotMatch(letter!.body, /\d{6}/)
})

test('five letters an hour go to one address, and no more', async () => {
  for (let n = 0; n < 6; n++) {
    const agent = agentOn(url)
    const asked = await agent.get(registerAt(await start(agent)))
    const sent = await agent.post(`${asked.url}/email`, { email: 'flood@example.org' })
    assert.equal(sent.status, n < 5 ? 200 : 422)
  }
  assert.equal((await letters('flood@example.org')).length, 5)
})

/** A newcomer from LINE who says that they have an account, and signs in to it. */
async function joiner(sub: string, email: string) {
  const { id } = await citizenOf(platform, email, 'a long pass phrase')
  line.person = { sub, name: '小美' }
  const agent = agentOn(url)
  const asked = await throughOutside(agent, await start(agent), 'line')
  const page = await agent.post(`${asked.url}/mine`, {})
  assert.match(page.body, /請用現有的帳號登入/)
  const question = await enterPassword(agent, page, email, 'a long pass phrase')
  return { id, agent, question }
}

test('a newcomer who has an account signs in to it and links', async () => {
  const { agent, question } = await joiner('U-join', 'join@example.org')
  assert.match(question.body, /要連結 LINE 嗎/)
  const inside = await agent.post(`${question.url}/join`, { join: 'yes' })
  assert.equal(inside.url, `${url}/account`)
  assert.match((await letters('join@example.org'))[0]!.subject, /新增了登入方式：LINE/)
  const other = agentOn(url)
  const again = await throughOutside(other, await start(other), 'line')
  assert.match(again.body, /join@example\.org/)
})

test('who does not want to link goes on without it', async () => {
  const { agent, question } = await joiner('U-skip', 'skip@example.org')
  assert.equal((await agent.post(`${question.url}/join`, {})).url, `${url}/account`)
  const other = agentOn(url)
  assert.match((await throughOutside(other, await start(other), 'line')).url, /\/register$/)
})

test('an account with a second step is not linked by its password alone', async () => {
  const { id } = await citizenOf(platform, 'two@example.org', 'a long pass phrase')
  await withApp(id)
  line.person = { sub: 'U-two', name: '小美' }
  const agent = agentOn(url)
  const asked = await throughOutside(agent, await start(agent), 'line')
  const page = await agent.post(`${asked.url}/mine`, {})
  const question = await enterPassword(agent, page, 'two@example.org', 'a long pass phrase')
  assert.match(question.body, /這次登入還不夠/)
  const inside = await agent.post(`${question.url}/join`, { join: 'yes' })
  assert.equal(inside.url, `${url}/account`)
  const other = agentOn(url)
  assert.match((await throughOutside(other, await start(other), 'line')).url, /\/register$/)
})

/** Gives an account an authenticator app. */
async function withApp(id: string): Promise<void> {
  const now = platform.now()
  const secret = newTotpSecret()
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: +now })
  const pending = sealPending(platform.config, 'totp', id, secret, now)
  await perform(platform, addTotp, asCitizen(id), { pending, code, label: '' }, { now })
}

/** As a card is believed: its issuer was heard to vouch for it. */
const evidence: Evidence = {
  ...{ chain: [], issuer: '測試', policy: '1.2', notAfter: '2030-01-01T00:00:00.000Z' },
  standing: {
    ...{ status: 'good', by: 'ocsp', source: 'http://ca.invalid', kept: false },
    ...{ thisUpdate: '2026-01-01T00:00:00.000Z', nextUpdate: null },
  },
}

test('who comes by a certificate is called as it says, and is known as checked', async () => {
  const agent = agentOn(url)
  const page = await start(agent)
  const attempt = page.url.split('/').at(-1)!
  const newcomer: Newcomer = {
    ...{ method: 'certificate', lookup: randomBytes(32).toString('base64url') },
    ...{ name: '陳證明', email: null, data: {}, facts: { fresh: true, evidence } },
  }
  await transact(platform.database.app, cityScope, (db) =>
    saveAttempt(
      db,
      { id: attempt, account: null, proofs: [], waiting: { newcomer } },
      platform.now(),
    ),
  )
  const asked = await agent.get(registerAt(page))
  assert.match(asked.body, /自然人憑證 已經確認是您/)
  assert.doesNotMatch(asked.body, /name="name"/)
  const inside = await agent.post(asked.url, { name: '別的名字' })
  assert.equal(inside.url, `${url}/account`)
  assert.match(inside.body, /陳證明/)
  assert.match(inside.body, /已用自然人憑證查驗/)
  assert.match(inside.body, /四級/)
})

test('who is signed in already registers nothing more', async () => {
  await citizenOf(platform, 'inside@example.org', 'a long pass phrase')
  const agent = agentOn(url)
  await enterPassword(agent, await start(agent), 'inside@example.org', 'a long pass phrase')
  const again = await agent.get(`${url}/sign-in?level=aal2&back=/account`)
  const asked = await agent.get(registerAt(again))
  assert.doesNotMatch(asked.url, /register/)
  const { status, body } = await agent.post(`${registerAt(again)}/email`, {
    email: 'x@example.org',
  })
  assert.equal(status, 200)
  assert.doesNotMatch(body, /第 2 步/)
  assert.equal((await letters('x@example.org')).length, 0)
})
