import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as openid from 'openid-client'
import { citizenOf } from '../../../../test/accounts.ts'
import { openTestApp } from '../../../../test/browser.ts'
import {
  type Agent,
  agentOn,
  ask,
  clientOf,
  enterPassword,
  relyingSystem,
  trade,
} from '../../../../test/relying.ts'
import { deliverLogout } from '../logout.ts'

const { url, platform } = await openTestApp()
const { owner } = platform.database
const system = await relyingSystem(platform, 'citizen-app', { audience: 'both' })
const client = await clientOf(url, system)
const password = 'a long pass phrase'

async function signedIn(login: string): Promise<Agent> {
  const agent = agentOn(url)
  const home = await enterPassword(agent, await agent.get('/sign-in'), login, password)
  assert.match(home.url, /\/account$/)
  return agent
}

/** Makes everything proven so far eleven minutes older. */
const growOld = () => owner.query(`update identity.proof set at = at - interval '11 minutes'`)

/** Goes to the page of the end, confirming on the way. */
async function atTheEnd(login: string): Promise<Agent> {
  const agent = await signedIn(login)
  await growOld()
  const asked = await agent.get('/account/close')
  const page = await enterPassword(agent, asked, login, password)
  assert.match(page.url, /\/account\/close$/)
  assert.match(page.body, /依法保留/)
  return agent
}

async function deliverAll(): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    'select id::text from oidc.logout where delivered_at is null',
  )
  for (const { id } of rows) await deliverLogout.run(platform, { id })
}

test('a deleted account is signed in nowhere, and its systems are told', async () => {
  const email = 'goes@example.org'
  const { id } = await citizenOf(platform, email, password)
  const elsewhere = await signedIn(email)
  const asking = await ask(client, system)
  const consent = await elsewhere.get(asking.url)
  const tokens = await trade(client, asking, await elsewhere.post(`${consent.url}/consent`, {}))
  const agent = await atTheEnd(email)
  const after = await agent.post('/account/close', { words: '刪除帳號' })
  assert.match(after.body, /帳號已刪除/)
  assert.match((await agent.get('/account')).url, /\/sign-in\//)
  assert.match((await elsewhere.get('/account')).url, /\/sign-in\//)
  await assert.rejects(openid.fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub))
  await deliverAll()
  assert.equal(system.notices.length, 1)
  const { rows } = await owner.query(
    `select a.login, a.name, a.email, a.closed_at is null as open, c.data, c.label,
        c.ended_at is null as living
      from identity.account a join identity.credential c on c.account = a.id where a.id = $1`,
    [id],
  )
  const gone = { login: null, name: '', email: null, open: false }
  assert.deepEqual(rows, [{ ...gone, data: {}, label: '', living: false }])
})

test('what is said on signing in afterwards is what is said of a name nobody has', async () => {
  const email = 'went@example.org'
  await citizenOf(platform, email, password)
  const agent = await atTheEnd(email)
  await agent.post('/account/close', { words: 'Delete my account' })
  const said = async (login: string) => {
    const anew = agentOn(url)
    const page = await enterPassword(anew, await anew.get('/sign-in'), login, password)
    assert.equal(page.status, 422)
    const ids = /nonce="[^"]*"|\/sign-in\/[\w-]{15,}|data-options="[^"]*"|value="[^"]*"/g
    return page.body.replace(ids, '')
  }
  assert.equal(await said(email), await said('never@example.org'))
})

test('without the words, and without a fresh confirmation, the account stays', async () => {
  const email = 'stays@example.org'
  await citizenOf(platform, email, password)
  const unconfirmed = await signedIn(email)
  await growOld()
  const sent = await unconfirmed.post('/account/close', { words: '刪除帳號' })
  assert.match(sent.url, /\/sign-in\//)
  const agent = await atTheEnd(email)
  assert.equal((await agent.post('/account/close', { words: '好' })).status, 422)
  await signedIn(email)
})

test('a letter tells the owner, and no event holds who it was', async () => {
  const email = 'told@example.org'
  await citizenOf(platform, email, password)
  const agent = await atTheEnd(email)
  await agent.post('/account/close', { words: '「刪除帳號」' })
  const letters = await owner.query('select subject from messages.message where recipient = $1', [
    email,
  ])
  assert.deepEqual(letters.rows, [{ subject: '您的帳號已刪除' }])
  const { rows } = await owner.query<{ all: string }>(
    `select coalesce(string_agg(data::text, ''), '') as all from core.event`,
  )
  assert.ok(!rows[0]!.all.includes('told@'))
})

test('the address is free for a new account, which has nothing of the old one', async () => {
  const email = 'again@example.org'
  const { id: before } = await citizenOf(platform, email, password)
  const agent = await atTheEnd(email)
  await agent.post('/account/close', { words: '刪除帳號' })
  const { id: after } = await citizenOf(platform, email, password)
  assert.notEqual(after, before)
  await signedIn(email)
})

test('staff cannot delete the city’s account', async () => {
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), 'editor-1')
  const page = await agent.get('/account/close')
  assert.match(page.body, /同仁的帳號由機關管理/)
  assert.equal((await agent.post('/account/close', { words: '刪除帳號' })).status, 422)
})
