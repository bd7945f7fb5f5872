import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../../test/browser.ts'
import { staffOf } from '../../../../test/city.ts'
import { clerk, relyingSystem } from '../../../../test/relying.ts'
import { scimServer } from '../../../../test/scim-server.ts'
import { perform } from '../../../core/operation.ts'
import {
  addStaff,
  changeStaff,
  endStaff,
  grantRole,
  returnStaff,
} from '../../../kernel/identity/staff.ts'
import { setScimSecret, suspendSystem } from '../../../systems/single-sign-on/operations.ts'
import { deliverPerson } from './deliver.ts'
import { deliveriesTo, resyncSystem, resyncTarget, spreadChange } from './note.ts'

const { platform } = await openTestApp()
const works = staffOf(platform, 'supervisor-works')
const police = staffOf(platform, 'supervisor-police')
const admin = staffOf(platform, 'admin-1')
const there = await scimServer()
await relyingSystem(platform, 'asset-book', {
  agency: 'public-works',
  scimUri: `${there.uri}/`,
})
await perform(platform, setScimSecret, works, { id: 'asset-book', secret: there.secret })

let people = 0
const someone = (given: object = {}) => ({
  login: `out-${++people}`,
  name: '測試人員',
  email: `out-${people}@staff.example`,
  agency: 'maintenance-office',
  ...given,
})
const add = (actor = works, given: object = {}) =>
  perform(platform, addStaff, actor, someone(given)).then(({ id }) => id)

/** Tells of somebody as the workers would, and tries each delivery once; answers what failed. */
async function spread(id: string): Promise<string[]> {
  await spreadChange.run(platform, { id })
  return deliverAll()
}

async function deliverAll(): Promise<string[]> {
  const { rows: waiting } = await platform.database.owner.query<{ id: string }>(
    `select id::text from scim.delivery where delivered_at is null and given_up_at is null
     order by noted_at`,
  )
  const failed: string[] = []
  for (const { id } of waiting)
    await deliverPerson.run(platform, { id }).catch((error: Error) => failed.push(error.message))
  return failed
}

const remote = (staff: string) =>
  [...there.users.values()].filter(({ externalId }) => externalId === staff)
const last = async () => (await deliveriesTo(platform, 'asset-book'))[0]!

test('whoever begins, changes, leaves and returns beneath the agency does so there', async () => {
  const id = await add()
  assert.deepEqual(await spread(id), [])
  assert.equal(remote(id).length, 1)
  const { login: _, ...rest } = someone({ name: '改名' })
  await perform(platform, changeStaff, works, { ...rest, id })
  assert.deepEqual(await spread(id), [])
  assert.deepEqual(
    remote(id).map(({ displayName, active }) => [displayName, active]),
    [['改名', true]],
  )
  await perform(platform, endStaff, works, { id })
  await spread(id)
  assert.equal(remote(id)[0]?.active, false)
  await perform(platform, returnStaff, works, { id })
  await spread(id)
  assert.deepEqual(
    remote(id).map(({ active }) => active),
    [true],
  )
  assert.ok((await last()).delivered_at)
})

test('each step of our own pages and of a directory is told by itself', async () => {
  const told = async (id: string) => {
    const { rows } = await platform.database.owner.query(
      `select 1 from pgboss.job where name = 'identity.staff-changed' and data ->> 'id' = $1`,
      [id],
    )
    return rows.length
  }
  const id = await add()
  const { login: _, ...rest } = someone()
  await perform(platform, changeStaff, works, { ...rest, id })
  await perform(platform, grantRole, works, { id, role: 'crew', agency: 'maintenance-office' })
  assert.equal(await told(id), 2, 'a role is nothing to provision')
  await perform(platform, endStaff, works, { id })
  await perform(platform, returnStaff, works, { id })
  assert.equal(await told(id), 4)
})

test('who moves to another agency is made inactive there', async () => {
  const id = await add()
  await spread(id)
  const { login: _, ...rest } = someone({ agency: 'police' })
  await perform(platform, changeStaff, clerk, { ...rest, id })
  await spread(id)
  assert.equal(remote(id)[0]?.active, false)
})

test('another agency’s staff are never told of', async () => {
  const before = there.calls.length
  const id = await add(police, { agency: 'police' })
  await spread(id)
  assert.equal(there.calls.length, before)
  assert.equal(remote(id).length, 0)
})

test('whom the system has already is found and brought in line, not made twice', async () => {
  const given = someone()
  there.users.set('r-1', { id: 'r-1', userName: given.login, active: false })
  const { id } = await perform(platform, addStaff, works, given)
  assert.deepEqual(await spread(id), [])
  assert.deepEqual(
    remote(id).map((one) => [one.id, one.active]),
    [['r-1', true]],
  )
})

test('someone else under the same login there is not touched', async () => {
  const given = someone()
  const other = { id: 'r-2', userName: given.login, externalId: 'of another', active: true }
  there.users.set('r-2', other)
  const { id } = await perform(platform, addStaff, works, given)
  const [failed] = await spread(id)
  assert.match(failed ?? '', /another person/)
  assert.deepEqual(there.users.get('r-2'), other)
  there.users.delete('r-2')
  assert.deepEqual(await deliverAll(), [])
  assert.equal(remote(id).length, 1)
})

test('whom the system has lost is made anew', async () => {
  const id = await add()
  await spread(id)
  there.users.delete(remote(id)[0]!.id)
  assert.deepEqual(await spread(id), [])
  assert.equal(remote(id).length, 1)
})

test('a system that is busy or broken is tried again, and heard of once', async () => {
  const id = await add()
  there.failures.push(429, 500)
  assert.match((await spread(id)).join(), /answered 429/)
  assert.match((await deliverAll()).join(), /answered 500/)
  assert.deepEqual(await deliverAll(), [])
  const { tries, delivered_at, last_error } = await last()
  assert.deepEqual([tries, delivered_at !== null, last_error], [3, true, null])
  assert.equal(remote(id).length, 1)
})

test('after eight tries it is given up, with the last error, and a resync mends it', async () => {
  const id = await add()
  there.failures.push(...Array(8).fill(503))
  await spread(id)
  for (let i = 1; i < 8; i++) await deliverAll()
  const { tries, given_up_at, last_error } = await last()
  assert.deepEqual([tries, given_up_at !== null, last_error], [8, true, 'POST answered 503'])
  assert.deepEqual(await deliverAll(), [], 'it is not tried again')
  assert.equal(remote(id).length, 0)
  await perform(platform, resyncSystem, works, { id: 'asset-book' })
  await resyncTarget.run(platform, { system: 'asset-book' })
  assert.deepEqual(await deliverAll(), [])
  assert.equal(remote(id).length, 1)
})

test('two deliveries of one person go one after the other, and what is newest stands', async () => {
  const id = await add()
  await spread(id)
  const { login: _, ...rest } = someone()
  for (const name of ['先', '後']) {
    await perform(platform, changeStaff, works, { ...rest, name, id })
    await spreadChange.run(platform, { id })
  }
  const { rows: waiting } = await platform.database.owner.query<{ id: string }>(
    'select id::text from scim.delivery where delivered_at is null and given_up_at is null',
  )
  assert.equal(waiting.length, 2)
  await Promise.all(waiting.map((one) => deliverPerson.run(platform, one)))
  await deliverAll()
  assert.deepEqual(
    remote(id).map(({ displayName }) => displayName),
    ['後'],
  )
  const { rows: left } = await platform.database.owner.query(
    'select 1 from scim.delivery where delivered_at is null and given_up_at is null',
  )
  assert.equal(left.length, 0)
})

test('only its own agency sets its secret or has everybody told again', async () => {
  const secret = 'a secret of sixteen letters at least'.replaceAll(' ', '-')
  await assert.rejects(perform(platform, setScimSecret, police, { id: 'asset-book', secret }), {
    code: 'not-found',
  })
  await assert.rejects(perform(platform, resyncSystem, police, { id: 'asset-book' }), {
    code: 'not-found',
  })
  const weak = { id: 'asset-book', secret: 'short' }
  await assert.rejects(perform(platform, setScimSecret, works, weak), { code: 'invalid' })
})

test('the secret stands nowhere in the clear', async () => {
  const { rows } = await platform.database.owner.query<{ text: string }>(
    `select s::text as text from single_sign_on.system s union all
     select e::text from core.event e union all select j.data::text from pgboss.job j`,
  )
  assert.ok(rows.length > 10)
  assert.equal(rows.filter(({ text }) => text?.includes(there.secret)).length, 0)
})

test('a suspended system is told nothing', async () => {
  await perform(platform, suspendSystem, admin, { id: 'asset-book' })
  const before = there.calls.length
  const id = await add()
  await spread(id)
  assert.equal(there.calls.length, before)
  await perform(platform, suspendSystem, admin, { id: 'asset-book', resume: true })
  await spread(id)
  assert.equal(remote(id).length, 1)
})

test('without a secret nothing is sent, and the report says so', async () => {
  const silent = await scimServer()
  await relyingSystem(platform, 'no-secret', { scimUri: silent.uri })
  await spread(await add())
  const [one] = await deliveriesTo(platform, 'no-secret')
  assert.equal(one?.last_error, 'no secret is set')
  assert.deepEqual(silent.calls, [])
})
