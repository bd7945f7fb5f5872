import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../../test/browser.ts'
import { staffOf } from '../../../../../test/city.ts'
import {
  agentOn,
  ask,
  clientOf,
  enterPassword,
  relyingSystem,
} from '../../../../../test/relying.ts'

const { url, platform } = await openTestApp()

async function signedIn(login: string) {
  const agent = agentOn(url)
  await enterPassword(agent, await agent.get('/sign-in'), login)
  return agent
}

const works = await signedIn('supervisor-works')
const police = await signedIn('supervisor-police')
const idOf = (login: string) => staffOf(platform, login).id

test('a form with a fault comes back with what was typed; mended, it is taken', async () => {
  const given = {
    ...{ login: 'lin-2', name: '林小明', email: 'not an address', agency: 'maintenance-office' },
  }
  const sent = await works.post('/desk/staff/new', given)
  assert.equal(sent.status, 422)
  assert.match(sent.body, /value="林小明"/)
  const page = await works.post('/desk/staff/new', { ...given, email: 'lin-2@staff.example' })
  assert.equal(page.status, 200)
  assert.match(page.body, /還沒有角色/)
  const granted = await works.post(`${new URL(page.url).pathname}/grant`, {
    ...{ role: 'crew', agency: 'maintenance-office' },
  })
  assert.match(granted.body, /現場人員/)
})

test('an agency sees its own people alone, and grants nothing to others’', async () => {
  const crew = idOf('crew-maintenance')
  assert.doesNotMatch((await police.get('/desk/staff')).body, /crew-maintenance/)
  assert.equal((await police.get(`/desk/staff/${crew}`)).status, 404)
  const grant = { role: 'officer', agency: 'police' }
  assert.equal((await police.post(`/desk/staff/${crew}/grant`, grant)).status, 404)
  assert.equal((await police.post(`/desk/staff/${crew}/end`, {})).status, 404)
})

test('who may not delegate sees no list', async () => {
  const officer = await signedIn('officer-maintenance')
  assert.equal((await officer.get('/desk/staff')).status, 403)
})

test('an account that stops is out of every browser and every system at once', async () => {
  const system = await relyingSystem(platform, 'open-there')
  const client = await clientOf(url, system)
  const person = await signedIn('officer-maintenance')
  const there = await person.get((await ask(client, system)).url)
  assert.ok(there.url.startsWith(system.redirectUri))
  assert.equal((await person.get('/desk')).status, 200)
  const left = await works.post(`/desk/staff/${idOf('officer-maintenance')}/end`, {})
  assert.match(left.body, /已離職/)
  assert.match((await person.get('/desk')).url, /\/sign-in/)
  const silent = await person.get((await ask(client, system, { prompt: 'none' })).url)
  assert.equal(new URL(silent.url).searchParams.get('error'), 'login_required')
  const { rows } = await platform.database.owner.query(
    `select 1 from oidc.logout where system = 'open-there'`,
  )
  assert.equal(rows.length, 1)
  const again = agentOn(url)
  const refused = await enterPassword(again, await again.get('/sign-in'), 'officer-maintenance')
  assert.equal(refused.status, 422)
})
