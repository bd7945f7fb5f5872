import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApp } from '../../../test/browser.ts'
import { directoryOn } from '../../../test/directory.ts'

const { url, platform } = await openTestApp()
const { call } = await directoryOn(url, platform, 'hostile')
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

const { body: held } = await call('POST', '/Users', {
  userName: 'target',
  displayName: '目標',
  emails: [{ value: 'target@staff.example' }],
  [enterprise]: { department: 'police' },
})
const at = `/Users/${held.id}`
const unchanged = async () =>
  assert.equal((await call('GET', at)).body.meta.version, held.meta.version)

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

test('a body that is no User is refused 400 and leaves everything as it was', async () => {
  const bodies = [
    ...['', '{', '[]', 'null', '3', '"text"', '{"userName":{"a":1}}', deep(5000)],
    ...['{"__proto__":{"active":false}}', '{"constructor":{"prototype":{"x":1}}}'],
    `{"userName":"target","emails":${'['.repeat(2000)}${']'.repeat(2000)}}`,
  ]
  for (const body of bodies)
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', at],
      ['PATCH', at],
    ] as const) {
      const { status } = await call(method, path, body)
      assert.equal(status, 400, `${method} ${body.slice(0, 60)}`)
    }
  await unchanged()
})

test('a list of changes that is too long, too deep or no list is refused', async () => {
  const one = { op: 'replace', path: 'displayName', value: 'x' }
  const all: unknown[] = [
    Array(51).fill(one),
    [{ op: 'replace', value: JSON.parse(deep(20)) }],
    [{ ...one, path: `${'x'.repeat(300)}` }],
    [{ ...one, path: `emails[${'('.repeat(50)}type eq "work"${')'.repeat(50)}].value` }],
    ...['text', null, {}, [null], [3], [[one]], [{}], []],
    [{ op: { toLowerCase: 'x' }, path: 'displayName', value: 'x' }],
    [{ ...one, path: { toString: 'x' } }],
    [{ op: 'add', path: '__proto__.polluted', value: 'yes' }],
    [{ op: 'add', path: 'constructor', value: 'yes' }],
    [{ op: 'replace', path: 'emails[value eq "a" or', value: 'yes' }],
    [{ op: 'replace', value: 'text' }],
  ]
  for (const Operations of all) {
    const { status, body } = await call('PATCH', at, { schemas: [patchSchema], Operations })
    assert.equal(status, 400, `${JSON.stringify(Operations).slice(0, 80)}: ${JSON.stringify(body)}`)
  }
  assert.equal((await call('PATCH', at, { Operations: [one] })).status, 400)
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
  await unchanged()
})

test('a body larger than any User, or of another type, is refused', async () => {
  const large = await call('PUT', at, { ...held, displayName: 'x'.repeat(200_000) })
  assert.equal(large.status, 413)
  const form = await call('PUT', at, 'userName=x', {
    'content-type': 'application/x-www-form-urlencoded',
  })
  assert.equal(form.status, 415)
  assert.equal((await call('PUT', at, held, { 'content-type': 'application/json' })).status, 200)
})

test('what no text of the database can hold is left out or refused', async () => {
  for (const displayName of ['a\u0000b', '\ud800', 'x'.repeat(300), ' ', 7, ['x']]) {
    const { status } = await call('PUT', at, { ...held, displayName })
    assert.ok([200, 400].includes(status), `${JSON.stringify(displayName)}: ${status}`)
  }
  for (const path of ['/Users/%00', '/Users/x%27y', '/Groups/%00', `/Users/${'x'.repeat(190)}`])
    assert.equal((await call('GET', path)).status, 404, path)
  for (const query of ['startIndex=x', 'count=', 'sortBy=__proto__', 'filter=a&filter=b'])
    assert.ok([200, 400].includes((await call('GET', `/Users?${query}`)).status), query)
})

test('what is not done is said so, and unknown addresses answer in the format', async () => {
  for (const path of ['/Me', '/Bulk']) assert.equal((await call('POST', path, {})).status, 501)
  const lost = await call('GET', '/Printers')
  assert.equal(lost.status, 404)
  assert.deepEqual(lost.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'])
})

test('what the server can do, and what it keeps, is told as RFC 7643 has it', async () => {
  const { body: config } = await call('GET', '/ServiceProviderConfig')
  assert.deepEqual(
    [config.bulk, config.patch],
    [{ supported: false, maxOperations: 0, maxPayloadSize: 0 }, { supported: true }],
  )
  const { body: types } = await call('GET', '/ResourceTypes')
  assert.deepEqual(
    types.Resources.map(({ endpoint }) => endpoint),
    ['/Users', '/Groups'],
  )
  const { body: all } = await call('GET', '/Schemas')
  for (const { id } of all.Resources) {
    const { body } = await call('GET', `/Schemas/${id}`)
    assert.equal(body.id, id)
  }
  const told = (all.Resources[0]!.attributes as { name: string }[]).map(({ name }) => name)
  const { schemas: _, meta: __, id: ___, [enterprise]: ____, ...kept } = held
  assert.deepEqual(told.sort(), Object.keys(kept).sort())
})
