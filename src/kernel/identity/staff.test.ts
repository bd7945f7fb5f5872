import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { reached } from '../../../test/reached.ts'
import { type Actor, type Grant, systemActor } from '../../core/context.ts'
import { rows } from '../../core/db.ts'
import { perform, read } from '../../core/operation.ts'
import { directoryOf, grantsOf } from './directory.ts'
import { cityAgencies } from './pack.ts'
import { accountActor, actorOfToken, openSession } from './sessions.ts'
import {
  addStaff,
  changeStaff,
  endStaff,
  grantableRoles,
  grantRole,
  mayGrant,
  returnStaff,
  staffById,
  withdrawRole,
} from './staff.ts'

const platform = await testCity()
const works = staffOf(platform, 'supervisor-works')
const police = staffOf(platform, 'supervisor-police')
const admin = staffOf(platform, 'admin-1')
const tree = directoryOf(
  cityAgencies(platform.city).map(({ parent = null, external = false, ...rest }) => ({
    ...rest,
    parent,
    external,
  })),
)

let people = 0
const someone = (given: object = {}) => ({
  login: `new-${++people}`,
  name: '測試人員',
  email: `new-${people}@staff.example`,
  agency: 'maintenance-office',
  ...given,
})
const add = (actor: Actor, given: object = {}) =>
  perform(platform, addStaff, actor, someone(given)).then(({ id }) => id)
const member = (id: string) =>
  read(platform, admin, 'identity.delegate', (ctx) => staffById(ctx, id))
const permissionsOf = async (id: string) => (await accountActor(platform, id))?.grants.length

const scopes = ['own', 'agency', 'subtree', 'city'] as const
const right = fc.record({
  permission: fc.constantFrom('a', 'b', 'c'),
  scope: fc.constantFrom(...scopes),
})
const agency = fc.constantFrom('public-works', 'maintenance-office', 'police', 'city-government')

test('whatever is granted, nobody reaches further by it than who granted it', () => {
  fc.assert(
    fc.property(fc.array(right), agency, fc.array(right), agency, (held, at, role, where) => {
      const grants = grantsOf(tree, held, at)
      const actor: Actor = { ...works, grants }
      if (!mayGrant(actor, tree, role, where)) return
      for (const given of grantsOf(tree, role, where))
        for (const place of given.scope === 'city' ? ['finance'] : given.agencies)
          assert.ok(
            grants.some((one) => one.permission === given.permission && covered(one, place)),
          )
    }),
  )
})

const covered = (grant: Grant, place: string) =>
  grant.scope === 'city' || grant.agencies.includes(place)

test('a supervisor adds someone beneath, who can do nothing until a role is granted', async () => {
  const id = await add(works)
  assert.equal(await permissionsOf(id), 0)
  await perform(platform, grantRole, works, { id, role: 'officer', agency: 'maintenance-office' })
  assert.ok((await permissionsOf(id))! > 5)
  await perform(platform, withdrawRole, works, {
    ...{ id, role: 'officer', agency: 'maintenance-office' },
  })
  assert.equal(await permissionsOf(id), 0)
})

test('nobody grants more than they hold, elsewhere than they reach, or to themselves', async () => {
  const id = await add(works)
  const refuses = (actor: Actor, role: string, at: string, who: string = id) =>
    assert.rejects(
      perform(platform, grantRole, actor, { id: who, role, agency: at }),
      /no such|grants|own|find|not/i,
    )
  await refuses(works, 'administrator', 'maintenance-office')
  await refuses(works, 'auditor', 'maintenance-office')
  await refuses(works, 'officer', 'police')
  await refuses(works, 'no-such-role', 'maintenance-office')
  await refuses(police, 'officer', 'maintenance-office')
  await refuses(admin, 'officer', 'maintenance-office')
  await refuses(works, 'supervisor', 'public-works', works.id)
  await refuses(staffOf(platform, 'officer-maintenance'), 'officer', 'maintenance-office')
  assert.deepEqual((await member(id))?.roles, [])
})

test('what may be granted is what the list offers', async () => {
  const offered = await read(platform, works, 'identity.delegate', (ctx) =>
    grantableRoles(ctx, 'maintenance-office'),
  )
  assert.deepEqual([...offered].sort(), ['crew', 'officer', 'supervisor'])
  const elsewhere = await read(platform, works, 'identity.delegate', (ctx) =>
    grantableRoles(ctx, 'police'),
  )
  assert.deepEqual(elsewhere, [])
})

test('another agency’s people are not found, and cannot be added or moved there', async () => {
  const id = await add(works)
  const { agency: _, login: __, ...rest } = someone()
  await assert.rejects(add(works, { agency: 'police' }), { code: 'forbidden' })
  await assert.rejects(perform(platform, endStaff, police, { id }), { code: 'not-found' })
  const moved = perform(platform, changeStaff, works, { ...rest, id, agency: 'police' })
  await assert.rejects(moved, { code: 'forbidden' })
  await assert.rejects(add(works, { agency: 'taiwan-water' }), { code: 'invalid' })
})

test('beneath the operations, rows of another agency cannot be written', async () => {
  const scope = { scope: 'agencies', agencies: ['police'], person: police.id, secrets: [] } as const
  const id = await add(works)
  const changed = await reached(platform, scope, (db) =>
    rows(
      db,
      sql<{ at: string }>`update identity.staff set name = 'x' where id = ${id}
      returning '' as at`,
    ),
  )
  assert.deepEqual(changed, [])
  const granted = reached(platform, scope, (db) =>
    rows(
      db,
      sql<{ at: string }>`insert into identity.role_grant
      values (${id}, 'officer', 'maintenance-office') returning '' as at`,
    ),
  )
  await assert.rejects(granted, /row-level security/)
})

test('who moves to another agency leaves every role behind', async () => {
  const id = await add(works)
  await perform(platform, grantRole, works, { id, role: 'officer', agency: 'maintenance-office' })
  const { login: _, ...rest } = someone({ agency: 'new-construction' })
  await perform(platform, changeStaff, works, { ...rest, id })
  const now = await member(id)
  assert.deepEqual([now?.agency, now?.roles], ['new-construction', []])
})

test('who leaves loses sessions, roles and ways in at once; who returns has none', async () => {
  const id = await add(works)
  await perform(platform, grantRole, works, { id, role: 'crew', agency: 'maintenance-office' })
  const token = await perform(platform, openSession, systemActor('test'), {
    ...{ account: id, sid: 'none', level: 1, agent: '' },
  })
  assert.ok(await actorOfToken(platform, token))
  await perform(platform, endStaff, works, { id })
  assert.equal(await actorOfToken(platform, token), undefined)
  assert.equal(await accountActor(platform, id), undefined)
  await perform(platform, returnStaff, works, { id })
  assert.equal(await permissionsOf(id), 0)
  assert.equal(await actorOfToken(platform, token), undefined)
  await assert.rejects(perform(platform, endStaff, works, { id: works.id }), { code: 'staff.own' })
})

test('a login or an address that someone has is refused beside its field', async () => {
  await add(police, { agency: 'police', login: 'taken', email: 'taken@staff.example' })
  await assert.rejects(add(works, { login: 'taken', email: 'Taken@staff.example' }), (error) => {
    const { fields } = error as { fields: object }
    assert.deepEqual(Object.keys(fields), ['login', 'email'])
    return true
  })
})
