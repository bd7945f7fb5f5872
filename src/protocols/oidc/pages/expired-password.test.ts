import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../test/browser.ts'
import { agentOn, enterPassword } from '../../../../test/relying.ts'
import { demoPassword, seedId } from '../../../kernel/identity/seed.ts'

const { url, platform } = await openTestApp()

/** Gives a member of staff a password of their own, so many days old. */
const age = (login: string, days: number) =>
  platform.database.owner.query(
    `update identity.credential 
      set created_at = now() - make_interval(days => $2), data = data - 'lasting'
      where account = $1 and method = 'password'`,
    [seedId(`staff:${login}`), days],
  )

test('an expired password of staff leads to a new one, and then on', async () => {
  await age('crew-maintenance', 181)
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), 'crew-maintenance')
  // Going elsewhere does not help: nobody is signed in yet.
  const again = await agent.get('/desk')
  assert.match(again.url, /\/sign-in\//)
  const asked = await enterPassword(agent, again, 'crew-maintenance')
  assert.match(asked.body, /密碼過期，請更換/)
  const action = `${asked.url}/new-password`
  const same = await agent.post(action, { password: demoPassword })
  assert.equal(same.status, 422)
  const home = await agent.post(action, { password: 'Bridges hum at 12' })
  assert.match(home.url, /\/desk$/)
  const old = agentOn(url)
  const refused = await enterPassword(old, await old.get('/sign-in'), 'crew-maintenance')
  assert.equal(refused.status, 422)
})

test('a password that is not too old is not replaced on the way in', async () => {
  await age('editor-1', 179)
  const agent = agentOn(url)
  const page = await agent.get('/sign-in')
  const early = `${page.url}/new-password`
  assert.equal((await agent.post(early, { password: 'Bridges hum at 12' })).status, 409)
  assert.match((await enterPassword(agent, page, 'editor-1')).url, /\/desk$/)
})

test('the demo’s password, which everyone knows, never expires', async () => {
  await platform.database.owner.query(
    `update identity.credential set created_at = '2020-01-01' where account = $1`,
    [seedId('staff:operator-1')],
  )
  const agent = agentOn(url)
  const page = await enterPassword(agent, await agent.get('/sign-in'), 'operator-1')
  assert.match(page.url, /\/desk$/)
})
