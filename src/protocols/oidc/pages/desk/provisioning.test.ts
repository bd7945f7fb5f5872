import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../../test/browser.ts'
import { staffOf } from '../../../../../test/city.ts'
import { agentOn, enterPassword, relyingSystem } from '../../../../../test/relying.ts'
import { scimServer } from '../../../../../test/scim-server.ts'
import { deliverPerson } from '../../../scim/out/deliver.ts'
import { resyncTarget, spreadChange } from '../../../scim/out/note.ts'

const { url, platform } = await openTestApp()
const there = await scimServer()
await relyingSystem(platform, 'leave-forms', { scimUri: there.uri })
const at = '/desk/sign-on/leave-forms'

async function signedIn(login: string) {
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), login)
  return agent
}
const owner = await signedIn('supervisor-works')
const city = await signedIn('admin-1')
const other = await signedIn('supervisor-police')

const deliverAll = async () => {
  const { rows } = await platform.database.owner.query<{ id: string }>(
    'select id::text from scim.delivery where delivered_at is null and given_up_at is null',
  )
  for (const one of rows) await deliverPerson.run(platform, one).catch(() => undefined)
}

test('before a secret is set the page says that nothing is sent', async () => {
  await spreadChange.run(platform, { id: staffOf(platform, 'crew-maintenance').id })
  await deliverAll()
  const { body } = await owner.get(at)
  assert.match(body, /還沒有設定佈建密鑰/)
  assert.match(body, /no secret is set/)
  assert.match(body, /還在送/)
  assert.deepEqual(there.calls, [])
})

test('a secret that does not fit is asked for again, one that fits is never shown', async () => {
  const bad = await owner.post(`${at}/scim-secret`, { secret: 'too short' })
  assert.equal(bad.status, 422)
  assert.match(bad.body, /16 個字以上，只能有/)
  assert.doesNotMatch(bad.body, /too short/)
  const good = await owner.post(`${at}/scim-secret`, { secret: there.secret })
  assert.equal(good.status, 200)
  assert.match(good.body, /換成新的佈建密鑰/)
  assert.ok(!good.body.includes(there.secret))
  await deliverAll()
  assert.match((await owner.get(at)).body, /已收到/)
})

test('the agency has everybody told again; others may not', async () => {
  const before = there.users.size
  assert.match((await owner.post(`${at}/resync`, {})).body, /已開始重新佈建/)
  await resyncTarget.run(platform, { system: 'leave-forms' })
  await deliverAll()
  assert.ok(there.users.size > before)
  assert.ok([...there.users.values()].every(({ active }) => active))
  assert.equal((await other.post(`${at}/resync`, {})).status, 404)
  assert.equal((await other.post(`${at}/scim-secret`, { secret: 'x'.repeat(20) })).status, 404)
})

test('a new address is a change that the city sees before it is called', async () => {
  const page = await owner.get(`${at}/change`)
  assert.ok(page.body.includes(there.uri))
  const inside = 'http://169.254.169.254/scim'
  const form = {
    ...{ nameZh: '差勤', nameEn: 'Leave forms', purposeZh: '差勤與請假', purposeEn: 'leave' },
    ...{ audience: 'staff', rating: 'basic', level: '1', identityLevel: '1' },
    ...{ grants: 'client_credentials', authMethod: 'client_secret_basic' },
  }
  const refused = await owner.post(`${at}/change`, { ...form, scimUri: inside })
  assert.equal(refused.status, 422)
  assert.ok(refused.body.includes(`value="${inside}"`), 'what was typed stays')
  const query = await owner.post(`${at}/change`, { ...form, scimUri: 'https://a.example/?x=' })
  assert.equal(query.status, 422)
  await owner.post(`${at}/change`, { ...form, scimUri: 'https://leave.example/scim' })
  const seen = (await city.get(at)).body
  const waits = seen.slice(seen.indexOf('變更待核定'), seen.indexOf('<dl'))
  assert.match(waits, /同仁帳號佈建/)
  assert.match(waits, /leave\.example/)
})
