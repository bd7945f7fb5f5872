import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { citizenOf } from '../../../../test/accounts.ts'
import { linkOutside, outsideCity, throughOutside } from '../../../../test/outside/city.ts'
import { consent } from '../../../../test/outside/server.ts'
import { type Agent, agentOn, enterPassword } from '../../../../test/relying.ts'
import { rows, transact } from '../../../core/db.ts'

const { url, platform, line, google } = await outsideCity()
const links = `${url}/account/links`
const word = 'a long pass phrase'

/** A person in a browser, signed in a moment ago by their password. */
async function inside(email: string): Promise<{ agent: Agent; id: string }> {
  const { id } = await citizenOf(platform, email, word)
  const agent = agentOn(url)
  const page = await agent.get(`${url}/sign-in?fresh=1&back=/account/links`)
  const arrived = await enterPassword(agent, page, email, word)
  assert.equal(arrived.url, links)
  return { agent, id }
}

const lettersTo = (address: string) =>
  transact(platform.database.app, { scope: 'city', person: '', agencies: [], secrets: [] }, (db) =>
    rows(
      db,
      sql<{ subject: string; body: string }>`select subject, body from messages.message
          where recipient = ${address} order by created_at desc, id`,
    ),
  )

/** Goes to a provider from the page of links; where the provider sends the browser then. */
async function answerOf(agent: Agent, method: 'line' | 'google', answer?: 'cancel') {
  const { url: away } = await agent.post(`${links}/${method}`, {})
  return consent(away, answer ?? 'agree')
}

test('a linked account signs in, its owner is told, and unlinked it opens nothing', async () => {
  const { agent } = await inside('owner@example.org')
  line.person = { sub: 'U-owner', name: '小美' }
  const back = await agent.get(await answerOf(agent, 'line'))
  assert.equal(back.url, links)
  assert.match(back.body, /已連結 LINE/)
  assert.match((await lettersTo('owner@example.org'))[0]!.subject, /新增了登入方式：LINE/)
  const other = agentOn(url)
  const entered = await throughOutside(other, await other.get(`${url}/sign-in`), 'line')
  assert.equal(entered.url, `${url}/account`)
  const id = /account\/links\/([\w-]{36})\/end/.exec(back.body)![1]
  const ended = await agent.post(`${links}/${id}/end`, {})
  assert.match(ended.body, /已移除連結/)
  assert.match((await lettersTo('owner@example.org'))[0]!.subject, /移除了登入方式：LINE/)
  const third = agentOn(url)
  const asked = await throughOutside(third, await third.get(`${url}/sign-in`), 'line')
  assert.match(asked.url, /\/register$/, 'nobody knows it any more')
})

test('nothing is linked without a confirmation of the last minutes', async () => {
  await citizenOf(platform, 'stale@example.org', word)
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get(`${url}/sign-in`), 'stale@example.org', word)
  await transact(
    platform.database.app,
    { scope: 'city', person: '', agencies: [], secrets: [] },
    (db) => sql`update identity.proof set at = at - interval '11 minutes'`.execute(db),
  )
  const asked = await agent.post(`${links}/line`, {})
  assert.match(asked.url, /\/sign-in\/[\w-]+$/)
  assert.match(asked.body, /再確認一次/)
})

test('an account elsewhere that is someone else’s is refused, with what to do', async () => {
  const { id } = await citizenOf(platform, 'first@example.org', word)
  await linkOutside(platform, id, 'google', 'g-first')
  const { agent } = await inside('second@example.org')
  google.person = { sub: 'g-first', name: 'First' }
  const back = await agent.get(await answerOf(agent, 'google'))
  assert.match(back.body, /屬於這裡的另一個帳號/)
  const other = agentOn(url)
  const entered = await throughOutside(other, await other.get(`${url}/sign-in`), 'google')
  assert.match(entered.body, /first@example\.org/, 'it stays with whom it was')
})

test('an attacker’s answer links nothing in the victim’s browser', async () => {
  const attacker = await inside('attacker@example.org')
  const victim = await inside('victim@example.org')
  line.person = { sub: 'U-attacker', name: '壞人' }
  const baited = await answerOf(attacker.agent, 'line')
  const fooled = await victim.agent.get(baited)
  assert.match(fooled.body, /LINE 登入沒有完成/)
  // Also where the victim has just asked for a link of their own.
  const own = await answerOf(victim.agent, 'line')
  const again = await victim.agent.get(baited)
  assert.match(again.body, /LINE 登入沒有完成/)
  // What was asked counts once, whatever came of it.
  assert.match((await victim.agent.get(own)).body, /LINE 登入沒有完成/)
  const stranger = await agentOn(url).get(baited)
  assert.match(stranger.url, /\/sign-in\/[\w-]+/)
  for (const { agent } of [attacker, victim])
    assert.doesNotMatch((await agent.get(links)).body, /壞人/)
})

test('the last way to sign in cannot be unlinked', async () => {
  line.person = { sub: 'U-only', name: '只有一個' }
  const agent = agentOn(url)
  const page = await agent.get(`${url}/sign-in?fresh=1&back=/account/links`)
  const asked = await throughOutside(agent, page, 'line')
  const arrived = await agent.post(asked.url, { name: '只有一個' })
  assert.equal(arrived.url, links)
  const id = /account\/links\/([\w-]{36})\/end/.exec(arrived.body)![1]
  const kept = await agent.post(`${links}/${id}/end`, {})
  assert.match(kept.body, /這是唯一能登入的方式/)
  const other = agentOn(url)
  const again = await throughOutside(other, await other.get(`${url}/sign-in`), 'line')
  assert.equal(again.url, `${url}/account`)
})

test('an address is proven by the code that went there, and the one before is told', async () => {
  const { agent } = await inside('old@example.org')
  const sent = await agent.post(`${links}/email`, { email: 'new@example.org' })
  assert.match(sent.body, /驗證碼已寄到/)
  const [letter] = await lettersTo('new@example.org')
  const code = /\d{6}/.exec(letter!.body)![0]
  const wrong = code === '000000' ? '111111' : '000000'
  const refused = await agent.post(`${links}/email/code`, { code: wrong })
  assert.equal(refused.status, 422)
  assert.match(refused.body, /old@example\.org/)
  const proven = await agent.post(`${links}/email/code`, { code })
  assert.match(proven.body, /電子郵件已確認/)
  assert.match(proven.body, /new@example\.org/)
  assert.match((await lettersTo('old@example.org'))[0]!.subject, /電子郵件改了/)
  assert.equal((await agent.post(`${links}/email/code`, { code })).status, 422, 'it counts once')
})

test('an address that another account has is not taken over by its code', async () => {
  await citizenOf(platform, 'theirs@example.org', word)
  const { agent } = await inside('mine@example.org')
  await agent.post(`${links}/email`, { email: 'theirs@example.org' })
  const code = /\d{6}/.exec((await lettersTo('theirs@example.org'))[0]!.body)![0]
  const refused = await agent.post(`${links}/email/code`, { code })
  assert.equal(refused.status, 422)
  assert.match(refused.body, /屬於這裡的另一個帳號/)
})
