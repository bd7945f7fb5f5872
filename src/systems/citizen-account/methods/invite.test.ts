import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../test/browser.ts'
import { agentOn, enterPassword } from '../../../../test/relying.ts'
import { inviteStaff, linkTo } from './invite.ts'

const { url, platform } = await openTestApp()
const person = {
  ...{ login: 'first-admin', name: '王小明', email: 'first@staff.example' },
  agency: 'city-government',
}

test('the first administrator sets a password by the link, once, and signs in', async () => {
  const link = await inviteStaff(platform, person, 'administrator')
  const agent = agentOn(url)
  const page = await agent.get(link)
  assert.equal(page.status, 200)
  const token = new URL(link).searchParams.get('token') ?? ''
  const password = 'Seven-small-boats-at-7'
  const set = await agent.post('/sign-in/reset', { token, password, again: password })
  assert.equal(set.status, 200, set.body.slice(0, 200))
  const home = await enterPassword(agent, await agent.get('/sign-in'), person.login, password)
  assert.equal(new URL(home.url).pathname, '/desk')
  assert.equal((await agent.get('/desk/staff')).status, 200)
  const over = await agentOn(url).get(link)
  assert.equal(new URL(over.url).pathname, '/sign-in/forgot')
})

test('a role that does not exist, and a login that is taken, make nobody', async () => {
  await assert.rejects(inviteStaff(platform, person, 'administrator'), { code: 'invalid' })
  await assert.rejects(linkTo(platform, 'nobody-at-all'), { code: 'not-found' })
})
