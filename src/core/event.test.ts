import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { testCity } from '../../test/city.ts'
import { everything } from '../../test/records.ts'
import { systemActor } from './context.ts'
import { rows, transact } from './db.ts'
import { digest, type Event, hashEvent, nextLink, record } from './event.ts'
import { operation, perform } from './operation.ts'

const platform = await testCity()
const clerk = systemActor('test')
const by = { actor: 'someone', at: new Date('2020-09-01T01:00:00Z'), secret: Buffer.alloc(32, 7) }

/** Writes `n` events of one record, with personal words beside the data. */
const write = operation({
  name: 'test.write',
  title: { zh: '測試', en: 'Test' },
  permission: 'test',
  input: Type.Object({ record: Type.String(), n: Type.Integer() }),
  run: async (ctx, input) => {
    for (let i = 0; i < input.n; i++)
      await record(ctx, {
        record: input.record,
        type: 'test.written',
        data: { i },
        personal: { name: '王小明' },
      })
  },
})

type Stored = Event & { readonly text: string }

const stored = (id: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<Stored>`select *, prev_hash as "prevHash", e::text as text from core.event e
        where record = ${id} order by seq`,
    ),
  )

test('the events of a record form a chain without gaps, each over the one before', async () => {
  const id = randomUUID()
  await perform(platform, write, clerk, { record: id, n: 3 })
  await perform(platform, write, clerk, { record: id, n: 1 })
  const chain = await stored(id)
  assert.deepEqual(
    chain.map(({ seq }) => seq),
    [1, 2, 3, 4],
  )
  for (const [i, event] of chain.entries()) {
    assert.deepEqual(event.prevHash, chain[i - 1]?.hash ?? null)
    assert.deepEqual(hashEvent(event), event.hash)
  }
})

test('personal words leave a keyed digest in the chain, and nothing else', async () => {
  const id = randomUUID()
  await perform(platform, write, clerk, { record: id, n: 1 })
  const [event] = await stored(id)
  assert.ok(event && !event.text.includes('王小明'))
  assert.equal(event.digest, digest({ name: '王小明' }, platform.config.secret))
  assert.notEqual(event.digest, digest({ name: '王小明' }, by.secret))
})

test('writers of one record at the same time leave one chain or are refused', async () => {
  const id = randomUUID()
  const tries = Array.from({ length: 8 }, () =>
    perform(platform, write, clerk, { record: id, n: 1 }),
  )
  const kept = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')
  const chain = await stored(id)
  assert.ok(kept.length > 0)
  assert.equal(chain.length, kept.length)
  for (const [i, event] of chain.entries())
    assert.deepEqual(event.prevHash, chain[i - 1]?.hash ?? null)
})

test('an operation that changes something without an event fails', async () => {
  const silent = operation({
    ...{ name: 'test.silent', title: { zh: '測試', en: 'Test' }, permission: 'test' },
    input: Type.Object({}),
    run: async () => 'done',
  })
  await assert.rejects(perform(platform, silent, clerk, {}), /without an event/)
})

test('events cannot be changed or taken away, not even by the owner', async () => {
  for (const statement of [
    `update core.event set type = 'x'`,
    'delete from core.event',
    'truncate core.event',
  ])
    await assert.rejects(platform.database.owner.query(statement), /append-only/)
  await assert.rejects(sql`delete from core.event`.execute(platform.database.app), /denied/)
})

test('every part of an event is under its hash', () => {
  const base = { record: randomUUID(), type: 'a.b', data: { n: 1, s: '字' }, personal: 'x' }
  const first = nextLink({ ...base, agency: 'works' }, null, by)
  const second = nextLink(base, first, by)
  const changes: Partial<Event>[] = [
    { record: randomUUID() },
    { seq: 3 },
    { type: 'a.c' },
    { at: new Date(+by.at + 1) },
    { actor: 'other' },
    { agency: 'police' },
    { data: { n: 2, s: '字' } },
    { digest: null },
    { prevHash: null },
  ]
  for (const change of changes)
    assert.notDeepEqual(hashEvent({ ...second, ...change }), second.hash, JSON.stringify(change))
})

test('the order of keys does not matter to a hash, since the database keeps none', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (data) => {
      const turned = Object.fromEntries(Object.entries(data).reverse())
      const event = nextLink({ record: 'r', type: 't', data }, null, by)
      assert.deepEqual(hashEvent({ ...event, data: turned }), event.hash)
    }),
  )
})

test('two that append to one record at once wait for each other', async () => {
  const id = randomUUID()
  const all = Array.from({ length: 12 }, () =>
    perform(platform, write, clerk, { record: id, n: 2 }),
  )
  await Promise.all(all)
  const seqs = (await stored(id)).map(({ seq }) => seq).sort((a, b) => a - b)
  assert.deepEqual(
    seqs,
    Array.from({ length: 24 }, (_, i) => i + 1),
  )
})
