import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestApp } from '../../../test/browser.ts'
import { directoryOn, type Json } from '../../../test/directory.ts'
import { filterLimits, parseFilter } from './filter.ts'

const { url, platform } = await openTestApp()
const { call } = await directoryOn(url, platform, 'reader')
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const names = ['Amy', 'amy lin', '林小明', '林 %_', `O'Hara "x"`, 'a\\b', '%', 'z']
const made: Json[] = []
for (const [i, displayName] of names.entries()) {
  const { status, body } = await call('POST', '/Users', {
    userName: `finder-${i}`,
    displayName,
    active: i % 3 !== 0,
    ...(i % 2 === 0 && { externalId: `E-${displayName}` }),
    emails: [{ value: `Find${i}@Staff.example`, type: 'work' }],
    [enterprise]: { department: i % 2 === 0 ? 'police' : 'maintenance-office' },
  })
  assert.equal(status, 201, JSON.stringify(body))
  made.push((await call('GET', `/Users/${body.id}`)).body)
}

const list = (query: Record<string, string>) => call('GET', `/Users?${new URLSearchParams(query)}`)

type User = Json & {
  readonly userName: string
  readonly displayName: string
  readonly externalId?: string
  readonly active: boolean
  readonly emails: readonly { readonly value: string; readonly type: string }[]
}
type Case = { readonly text: string; readonly holds: (user: User) => boolean }

/** An attribute as a filter names it, and what it is of somebody, folded where it minds no case. */
const texts: readonly [string, (user: User) => string | undefined][] = [
  ['userName', (user) => lower(user.userName)],
  ['USERNAME', (user) => lower(user.userName)],
  ['displayName', (user) => lower(user.displayName)],
  ['name.formatted', (user) => lower(user.displayName)],
  ['emails.value', (user) => lower(user.emails[0]?.value ?? '')],
  [`${enterprise}:department`, (user) => (user[enterprise] as { department: string }).department],
  ['externalId', (user) => user.externalId],
]
const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const comparing: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  eq: (a, b) => a === b,
  co: (a, b) => a.includes(b),
  sw: (a, b) => a.startsWith(b),
  ew: (a, b) => a.endsWith(b),
  gt: (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0,
  le: (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0,
}

const someText = fc.oneof(
  fc.constantFrom(...names, 'finder-1', 'FIND2@staff.EXAMPLE', 'police', 'a', '明', ''),
  fc.string({ maxLength: 4 }).filter((text) => !text.includes('\u0000') && text.isWellFormed()),
)
const compared: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom(...texts), fc.constantFrom(...Object.keys(comparing), 'ne'), someText)
  .map(([[path, of], how, value]) => ({
    text: `${path} ${how} ${JSON.stringify(value)}`,
    holds: (user) => {
      const held = of(user)
      const given = path === 'externalId' ? value : lower(value)
      if (how === 'ne') return held !== given
      return held !== undefined && comparing[how]!(held, given)
    },
  }))
const others: fc.Arbitrary<Case> = fc.constantFrom<Case>(
  { text: 'active eq true', holds: ({ active }) => active },
  { text: 'active eq "False"', holds: ({ active }) => !active },
  { text: 'externalId pr', holds: ({ externalId }) => externalId !== undefined },
  { text: 'externalId eq null', holds: ({ externalId }) => externalId === undefined },
  {
    text: 'emails[type eq "work" and value co "find3"]',
    holds: ({ emails }) => lower(emails[0]!.value).includes('find3'),
  },
  { text: 'meta.lastModified gt "2001-01-01T00:00:00Z"', holds: () => true },
)
const { filter } = fc.letrec<{ filter: Case; joined: Case; inverted: Case }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    compared,
    others,
    tie('joined'),
    tie('inverted'),
  ),
  joined: fc
    .tuple(tie('filter'), fc.constantFrom('and', 'or', 'OR'), tie('filter'))
    .map(([a, by, b]) => ({
      text: `(${a.text}) ${by} (${b.text})`,
      holds: (user) =>
        by === 'and' ? a.holds(user) && b.holds(user) : a.holds(user) || b.holds(user),
    })),
  inverted: tie('filter').map(({ text, holds }) => ({
    text: `not (${text})`,
    holds: (user) => !holds(user),
  })),
}))

test('a filter finds whom the same predicate in code finds', async () => {
  const ours = 'userName sw "finder-"'
  await fc.assert(
    fc.asyncProperty(filter, async ({ text, holds }) => {
      const { status, body } = await list({ filter: `${ours} and (${text})` })
      assert.equal(status, 200, `${text}: ${JSON.stringify(body)}`)
      const expected = made.filter((user) => holds(user as User)).map(({ id }) => id)
      assert.deepEqual(body.Resources.map(({ id }) => id).sort(), expected.sort(), text)
    }),
    { numRuns: 300 },
  )
})

test('“and” binds closer than “or”, and a group closer than both', () => {
  const is = (text: string) => JSON.stringify(parseFilter(text))
  assert.equal(is('a pr or b pr and c pr'), is('a pr or (b pr and c pr)'))
  assert.notEqual(is('a pr or b pr and c pr'), is('(a pr or b pr) and c pr'))
})

test('what changed since a moment is found by meta.lastModified', async () => {
  const { body } = await call('POST', '/Users', {
    userName: 'modified-1',
    displayName: '改過',
    emails: [{ value: 'modified-1@staff.example' }],
    [enterprise]: { department: 'police' },
  })
  const { lastModified } = body.meta
  const found = async (how: string) => {
    const text = `userName eq "modified-1" and meta.lastModified ${how} "${lastModified}"`
    return (await list({ filter: text })).body.totalResults
  }
  assert.deepEqual([await found('gt'), await found('ge'), await found('eq')], [0, 1, 1])
})

test('pages of any size give everybody once, in whatever order', async () => {
  const filter = 'userName sw "finder-"'
  for (const sortBy of ['userName', 'displayName', 'active', 'meta.lastModified', 'externalId'])
    for (const count of [1, 3]) {
      const ids: string[] = []
      for (let at = 1; at <= made.length; at += count) {
        const query = { filter, sortBy, sortOrder: 'descending', count: `${count}` }
        const { body } = await list({ ...query, startIndex: `${at}` })
        assert.equal(body.totalResults, made.length)
        ids.push(...body.Resources.map(({ id }) => id))
      }
      assert.deepEqual(ids.sort(), made.map(({ id }) => id).sort(), sortBy)
    }
})

test('a count is kept within the configured most, a start within the list', async () => {
  const huge = await list({ count: '999999999999999', startIndex: '-5' })
  assert.ok(huge.body.Resources.length <= 200)
  assert.equal(huge.body.startIndex, 1)
  const beyond = await list({ startIndex: '999999999999999' })
  assert.deepEqual([beyond.status, beyond.body.Resources], [200, []])
  const none = await list({ count: '0' })
  assert.deepEqual(none.body.Resources, [])
  assert.ok(none.body.totalResults > made.length)
  assert.equal((await list({ count: '1e9' })).body.scimType, 'invalidValue')
})

test('only what is asked for is shown, with what identifies it', async () => {
  const filter = 'userName eq "finder-1"'
  const only = await list({ filter, attributes: `userName,emails.value,${enterprise}:department` })
  assert.deepEqual(only.body.Resources[0], {
    schemas: made[1]!.schemas,
    id: made[1]!.id,
    userName: 'finder-1',
    emails: [{ value: 'Find1@Staff.example' }],
    [enterprise]: { department: 'maintenance-office' },
  })
  const less = await list({ filter, excludedAttributes: 'emails,meta,id,name.formatted' })
  const { emails: _, meta: __, name: ___, ...left } = made[1]!
  assert.deepEqual(less.body.Resources[0], left)
})

test('a search by POST keeps what it looks for out of the address', async () => {
  const search = { filter: 'emails.value eq "find1@STAFF.example"', attributes: ['userName'] }
  const { body } = await call('POST', '/Users/.search', search)
  assert.deepEqual(
    body.Resources.map(({ userName }) => userName),
    ['finder-1'],
  )
})

test('what is no filter is refused, and harms nothing', async () => {
  const unread = [
    ...['userName', 'userName eq', 'eq "x"', 'userName eq "x', 'userName is "x"', '(active pr'],
    ...['active pr)', 'not active pr', 'userName eq "a" userName eq "b"', 'active eq 3', '[]'],
    ...['userName eq 3', 'userName gt true', 'active gt true', 'shoeSize eq 44', 'a[b[c pr]]'],
    ...[`userName eq "x'; drop table identity.staff; --`, `userName) or 1=1 --`, '"x" eq "x"'],
    ...['s.login eq "x"', '__proto__ pr', 'constructor pr', 'userName eq "\\u0000"', '\\', '%'],
    ...['meta.lastModified gt "soon"', 'meta.lastModified co "2"', 'userName eq {}', '::text pr'],
  ]
  for (const text of unread) {
    const { status, body } = await list({ filter: text })
    assert.deepEqual([status, body.scimType], [400, 'invalidFilter'], text)
  }
  const quoted = `userName eq "x' or '1'='1"`
  assert.equal((await list({ filter: quoted })).body.totalResults, 0)
})

test('any text at all is a filter or is refused, and costs little', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '[',
    ']',
    '"',
    ' and ',
    ' or ',
    'not ',
    'a eq 1',
    'pr',
    '\\',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((all) => all.join('')),
      ),
      (text) => {
        try {
          parseFilter(text)
        } catch (error) {
          assert.match(String((error as { code?: string }).code), /^scim\.invalidFilter$/)
        }
      },
    ),
  )
})

test('a filter that would multiply is answered by its size', async () => {
  const clause = '(active eq true or userName eq "x")'
  const many = Array(filterLimits.comparisons / 2)
    .fill(clause)
    .join(' and ')
  assert.equal((await list({ filter: many })).status, 200)
  for (const text of [
    `${many} and ${clause}`,
    `${'('.repeat(30)}active pr${')'.repeat(30)}`,
    `userName eq "${'x'.repeat(filterLimits.characters)}"`,
  ])
    assert.equal((await list({ filter: text })).body.scimType, 'invalidFilter')
})
