import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { asCitizen, citizenOf } from '../../../../test/accounts.ts'
import { openTestApp } from '../../../../test/browser.ts'
import { agentOn, enterPassword, type Reply } from '../../../../test/relying.ts'
import { perform } from '../../../core/operation.ts'
import { newTotpSecret } from '../../../kernel/identity/methods/totp.ts'
import { addTotp } from '../../../systems/citizen-account/methods/operations.ts'
import { sealPending } from '../../../systems/citizen-account/methods/pending.ts'
import { makeRecoveryCodes } from '../../../systems/citizen-account/methods/recovery.ts'
import { sendingReset } from '../../../systems/citizen-account/methods/reset.ts'

const { url, platform } = await openTestApp()
const { owner } = platform.database
const old = 'a long pass phrase'
const fresh = '港都的風很大 yes'

/** Runs what the queue holds; answers how many jobs there were. */
async function work(): Promise<number> {
  const { rows } = await owner.query<{ data: Record<string, unknown> }>(
    `delete from pgboss.job where name = $1 returning data`,
    [sendingReset.queue],
  )
  for (const { data } of rows) await sendingReset.run(platform, data)
  return rows.length
}

/** The links that went to an address, the newest first. */
async function linksTo(address: string): Promise<string[]> {
  const { rows } = await owner.query<{ link: string }>(
    `select link from messages.message where recipient = $1 and link like '/sign-in/reset%'
      order by created_at desc`,
    [address],
  )
  return rows.map(({ link }) => link)
}

async function askFor(login: string) {
  const asked = await agentOn(url).post('/sign-in/forgot', { login })
  await work()
  return asked
}

/** It leads to where a new link is asked for. */
function over({ url: at, body }: Reply): void {
  assert.equal(at, `${url}/sign-in/forgot`)
  assert.match(body, /這個連結已經用過/)
}

async function signsIn(login: string, password: string): Promise<boolean> {
  const agent = agentOn(url)
  const page = await enterPassword(agent, await agent.get('/sign-in'), login, password)
  return /\/account$/.test(page.url)
}

test('a link sets a new password, once, and the sign-ins of before are over', async () => {
  const email = 'forgot@example.org'
  await citizenOf(platform, email, old)
  const elsewhere = agentOn(url)
  await enterPassword(elsewhere, await elsewhere.get('/sign-in'), email, old)
  await askFor(email.toUpperCase())
  const [link] = await linksTo(email)
  const agent = agentOn(url)
  const page = await agent.get(link!)
  assert.equal(page.url, `${url}/sign-in/reset`)
  assert.equal((await agent.post('/sign-in/reset', { password: 'short' })).status, 422)
  const done = await agent.post('/sign-in/reset', { password: fresh })
  assert.match(done.body, /已設定新密碼/)
  assert.equal(await signsIn(email, old), false)
  assert.equal(await signsIn(email, fresh), true)
  assert.match((await elsewhere.get('/account')).url, /\/sign-in\//)
  over(await agentOn(url).get(link!))
})

test('the answer is the same for an account that exists and one that does not', async () => {
  const email = 'exists@example.org'
  await citizenOf(platform, email, old)
  const there = await agentOn(url).post('/sign-in/forgot', { login: email })
  const absent = await agentOn(url).post('/sign-in/forgot', { login: 'absent@example.org' })
  assert.equal(there.body.replace(/nonce="[^"]*"/g, ''), absent.body.replace(/nonce="[^"]*"/g, ''))
  // And the work that waits is the same, too.
  assert.equal(await work(), 2)
  assert.equal((await linksTo(email)).length, 1)
  assert.equal((await linksTo('absent@example.org')).length, 0)
})

test('a link is over after 30 minutes and when a newer one was sent', async () => {
  const email = 'late@example.org'
  await citizenOf(platform, email, old)
  await askFor(email)
  await askFor(email)
  const [newest, first] = await linksTo(email)
  over(await agentOn(url).get(first!))
  const agent = agentOn(url)
  assert.equal((await agent.get(newest!)).status, 200)
  await owner.query(`update identity.reset set expires_at = now() - interval '1 second'`)
  over(await agent.post('/sign-in/reset', { password: fresh }))
  assert.equal(await signsIn(email, old), true)
})

test('an address gets three links an hour at most', async () => {
  const email = 'often@example.org'
  await citizenOf(platform, email, old)
  for (let n = 0; n < 5; n++) await askFor(email)
  assert.equal((await linksTo(email)).length, 3)
})

test('no address that was not proven gets a link, and a made-up token opens nothing', async () => {
  const email = 'unproven@example.org'
  const { id } = await citizenOf(platform, email, old)
  await owner.query('update identity.account set email_verified_at = null where id = $1', [id])
  await askFor(email)
  assert.deepEqual(await linksTo(email), [])
  over(await agentOn(url).get('/sign-in/reset?token=made-up'))
  over(await agentOn(url).post('/sign-in/reset', { password: fresh }))
})

test('an account with a second factor asks for it beside the link', async () => {
  const email = 'second@example.org'
  const { id } = await citizenOf(platform, email, old)
  const secret = newTotpSecret()
  const now = new Date()
  const pending = sealPending(platform.config, 'totp', id, secret, now)
  const { codes } = await perform(platform, makeRecoveryCodes, asCitizen(id), {})
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: +now })
  await perform(platform, addTotp, asCitizen(id), { pending, code, label: '' }, { now })
  await askFor(email)
  const [link] = await linksTo(email)
  const agent = agentOn(url)
  assert.match((await agent.get(link!)).body, /再確認一次是您/)
  // Going past the page does not help.
  assert.doesNotMatch(
    (await agent.post('/sign-in/reset', { password: fresh })).body,
    /已設定新密碼/,
  )
  const wrong = await agent.post('/sign-in/reset/recovery', { recovery: '22222-22222' })
  assert.equal(wrong.status, 422)
  const right = await agent.post('/sign-in/reset/recovery', { recovery: codes[0]! })
  assert.match(right.body, /設定新密碼/)
  assert.match((await agent.post('/sign-in/reset', { password: fresh })).body, /已設定新密碼/)
  assert.equal(await signsIn(email, fresh), true)
})

test('what was forgotten is told to nobody: no event holds the name or the link', async () => {
  const email = 'quiet@example.org'
  await citizenOf(platform, email, old)
  await askFor(email)
  const [link] = await linksTo(email)
  const { rows } = await owner.query<{ all: string }>(
    `select coalesce(string_agg(data::text, ''), '') as all from core.event`,
  )
  assert.ok(!rows[0]!.all.includes('quiet@'))
  assert.ok(!rows[0]!.all.includes(link!.split('=')[1]!))
})
