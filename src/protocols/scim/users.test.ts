import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openTestApp } from '../../../test/browser.ts'
import { staffOf } from '../../../test/city.ts'
import { directoryOn, type Json } from '../../../test/directory.ts'
import { one, rows, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { accountActor } from '../../kernel/identity/sessions.ts'
import { grantRole, returnStaff } from '../../kernel/identity/staff.ts'
import { cityScope } from '../oidc/policy.ts'

const { url, platform } = await openTestApp()
const { call } = await directoryOn(url, platform, 'personnel')
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patch = (...Operations: object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

let people = 0
const someone = (given: object = {}) => {
  const userName = `scim-${++people}`
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    userName,
    externalId: `hr-${people}`,
    name: { formatted: '陳小明' },
    emails: [{ value: `${userName}@staff.example`, type: 'work', primary: true }],
    [enterprise]: { department: 'maintenance-office' },
    ...given,
  }
}
const added = async (given: object = {}): Promise<Json> => {
  const { status, body } = await call('POST', '/Users', someone(given))
  assert.equal(status, 201, JSON.stringify(body))
  return body
}
const department = (user: Json) => (user[enterprise] as { department: string }).department
const mail = ({ emails }: Json) => (emails as { value: string }[])[0]?.value

test('a directory adds, reads, changes and deletes somebody', async () => {
  const made = await call('POST', '/Users', someone({ displayName: '王大同' }))
  assert.equal(made.status, 201)
  assert.match(made.headers.get('content-type') ?? '', /^application\/scim\+json/)
  const { id } = made.body
  assert.equal(made.headers.get('location'), `${url}/scim/v2/Users/${id}`)
  const read = await call('GET', `/Users/${id}`)
  assert.deepEqual(read.body, made.body)
  assert.deepEqual([read.body.displayName, read.body.active], ['王大同', true])
  const put = {
    ...someone(),
    ...read.body,
    displayName: '王大年',
    [enterprise]: { department: '警察局' },
  }
  const changed = await call('PUT', `/Users/${id}`, put)
  assert.deepEqual([changed.status, changed.body.displayName], [200, '王大年'])
  assert.equal(department(changed.body), 'police')
  assert.equal((await call('DELETE', `/Users/${id}`)).status, 204)
  assert.equal((await call('GET', `/Users/${id}`)).status, 404)
  assert.equal((await call('DELETE', `/Users/${id}`)).status, 404)
  const found = await call('GET', `/Users?filter=${encodeURIComponent(`id eq "${id}"`)}`)
  assert.equal(found.body.totalResults, 0)
})

test('whom a directory deleted comes back to their account, and nobody else gets it', async () => {
  const given = someone()
  const { id } = (await call('POST', '/Users', given)).body
  await call('DELETE', `/Users/${id}`)
  const other = await call('POST', '/Users', { ...given, externalId: 'somebody-else' })
  assert.deepEqual([other.status, other.body.scimType], [409, 'uniqueness'])
  const back = await call('POST', '/Users', { ...given, displayName: '回來了' })
  assert.deepEqual([back.status, back.body.id, back.body.displayName], [201, id, '回來了'])
  assert.equal((await accountActor(platform, id))?.grants.length, 0)
})

test('whom our own pages let return is seen again', async () => {
  const { id } = await added()
  await call('DELETE', `/Users/${id}`)
  await perform(platform, returnStaff, staffOf(platform, 'supervisor-works'), { id })
  assert.equal((await call('GET', `/Users/${id}`)).body.active, true)
})

test('the changes of RFC 7644, and those that directories in use send', async () => {
  const { id } = await added()
  const after = async (...operations: object[]) => {
    const { status, body } = await call('PATCH', `/Users/${id}`, patch(...operations))
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }
  const value = `new-${id}@staff.example`
  assert.equal((await after({ op: 'replace', path: 'displayName', value: '甲' })).displayName, '甲')
  assert.equal(
    (await after({ op: 'Replace', path: 'name.formatted', value: '乙' })).displayName,
    '乙',
  )
  assert.equal(
    mail(await after({ op: 'replace', path: 'emails[type eq "work"].value', value })),
    value,
  )
  assert.equal((await after({ op: 'Replace', path: 'active', value: 'False' })).active, false)
  assert.equal((await after({ op: 'replace', value: { active: 'True' } })).active, true)
  assert.equal((await after({ op: 'remove', path: 'externalId' })).externalId, undefined)
  assert.equal((await after({ op: 'add', path: 'externalId', value: 'x-1' })).externalId, 'x-1')
  const moved = { op: 'add', path: `${enterprise}:department`, value: 'police' }
  assert.equal(department(await after(moved)), 'police')
  const both = await after({
    op: 'replace',
    value: { name: { familyName: '林', givenName: '青' } },
  })
  assert.equal(both.displayName, '林青')
  const left = await after({ op: 'add', path: 'title', value: '科長' })
  assert.equal(left.title, undefined, 'what is not kept is taken and left aside')
})

test('a change that cannot be is refused with its keyword, and nothing of it is kept', async () => {
  const { id, meta } = await added()
  const refused = async (scimType: string, ...operations: object[]) => {
    const { status, body } = await call('PATCH', `/Users/${id}`, patch(...operations))
    assert.deepEqual([status, body.scimType], [400, scimType], JSON.stringify(body))
    assert.match(String(body.detail), /\p{Script=Han}.*[a-z]/u)
  }
  const good = { op: 'replace', path: 'displayName', value: '不會留下' }
  await refused('mutability', good, { op: 'replace', path: 'userName', value: 'another' })
  await refused('mutability', { op: 'replace', path: 'id', value: 'another' })
  await refused('invalidPath', good, { op: 'replace', path: 'shoeSize', value: 44 })
  await refused('noTarget', { op: 'add', path: 'emails[type eq "home"].value', value: 'a@b.c' })
  await refused('noTarget', { op: 'remove' })
  await refused('invalidValue', good, { op: 'replace', path: 'active', value: 'perhaps' })
  await refused('invalidValue', { op: 'remove', path: 'emails' })
  await refused('invalidValue', { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' })
  await refused('invalidValue', {
    ...{ op: 'replace', path: `${enterprise}:department`, value: 'no such office' },
  })
  await refused('invalidSyntax', { op: 'burn', path: 'displayName' })
  assert.equal((await call('GET', `/Users/${id}`)).body.meta.version, meta.version)
})

test('a login, an address or an external id that someone has is refused 409', async () => {
  const first = await added()
  const taken = async (given: object) => {
    const { status, body } = await call('POST', '/Users', someone(given))
    assert.deepEqual([status, body.scimType], [409, 'uniqueness'])
  }
  await taken({ userName: String(first.userName).toUpperCase() })
  await taken({ externalId: first.externalId })
  await taken({ emails: [{ value: mail(first)?.toUpperCase() }] })
  const second = await added()
  const both = await call(
    'PATCH',
    `/Users/${second.id}`,
    patch({ op: 'replace', path: 'externalId', value: first.externalId }),
  )
  assert.deepEqual([both.status, both.body.scimType], [409, 'uniqueness'])
})

test('who saw an older version changes nothing', async () => {
  const { id, meta } = await added()
  const change = (name: string, version: string) =>
    call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'displayName', value: name }), {
      'if-match': version,
    })
  assert.equal((await change('新名', meta.version)).status, 200)
  assert.equal((await change('舊版', meta.version)).status, 412)
  const gone = await call('DELETE', `/Users/${id}`, undefined, { 'if-match': meta.version })
  assert.equal(gone.status, 412)
  const now = await call('GET', `/Users/${id}`)
  assert.equal(now.body.displayName, '新名')
  const same = await call('GET', `/Users/${id}`, undefined, {
    'if-none-match': now.headers.get('etag') ?? '',
  })
  assert.equal(same.status, 304)
})

test('of two who change one person at once, one is told to read again', async () => {
  const { id, meta } = await added()
  const answers = await Promise.all(
    ['甲', '乙', '丙'].map((value) =>
      call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'displayName', value }), {
        'if-match': meta.version,
      }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412])
})

test('no role comes by SCIM, whatever is sent, and none survives a move', async () => {
  const roles = [{ value: 'administrator', primary: true }]
  const { id } = await added({ roles, groups: [{ value: 'administrator@city-government' }] })
  const held = () =>
    transact(platform.database.app, cityScope, (db) =>
      rows(db, sql<{ role: string }>`select role from identity.role_grant where staff = ${id}`),
    )
  await call('PATCH', `/Users/${id}`, patch({ op: 'add', path: 'roles', value: roles }))
  assert.deepEqual(await held(), [])
  const group = { op: 'add', path: 'members', value: [{ value: id }] }
  const members = await call('PATCH', '/Groups/officer@maintenance-office', patch(group))
  assert.deepEqual([members.status, members.body.scimType], [400, 'mutability'])
  await perform(platform, grantRole, staffOf(platform, 'supervisor-works'), {
    ...{ id, role: 'officer', agency: 'maintenance-office' },
  })
  const listed = await call('GET', '/Groups/officer@maintenance-office')
  assert.ok((listed.body.members as { value: string }[]).some(({ value }) => value === id))
  const asked = encodeURIComponent(`members[value eq "${id}"]`)
  assert.equal((await call('GET', `/Groups?filter=${asked}`)).body.totalResults, 1)
  const to = { op: 'replace', path: `${enterprise}:department`, value: 'police' }
  assert.equal((await call('PATCH', `/Users/${id}`, patch(to))).status, 200)
  assert.deepEqual(await held(), [])
})

test('each change is an event that names the directory', async () => {
  const { id } = await added()
  const { actor } = await transact(platform.database.app, cityScope, (db) =>
    one(db, sql<{ actor: string }>`select actor from core.event where record::text = ${id}`),
  )
  assert.equal(actor, 'system:scim:personnel')
})
