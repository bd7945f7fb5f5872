import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { testCity } from '../../test/city.ts'
import { everything, lamp } from '../../test/records.ts'
import { report } from '../systems/dispatch/operations.ts'
import { publicActor } from './context.ts'
import { one, transact } from './db.ts'
import { Refused } from './errors.ts'
import { perform } from './operation.ts'

const platform = await testCity()
const counted = () =>
  transact(platform.database.app, everything, (db) =>
    one(db, sql<{ n: number }>`select count(*) as n from cases.case`),
  )
const send = (idempotencyKey: string, input: object = lamp, actor = publicActor) =>
  perform(platform, report, actor, input, { idempotencyKey })
const refused = (error: unknown) => error instanceof Refused && error.code === 'idempotency-key'

test('ten calls at once with one key open one case, and all ten hear the same', async () => {
  const before = await counted()
  const answers = await Promise.all(Array.from({ length: 10 }, () => send('key-of-ten-parallel')))
  assert.equal((await counted()).n, before.n + 1)
  for (const answer of answers) assert.deepEqual(answer, answers[0])
})

test('without a key every call is a case of its own', async () => {
  const before = await counted()
  await Promise.all([1, 2].map(() => perform(platform, report, publicActor, lamp)))
  assert.equal((await counted()).n, before.n + 2)
})

test('a call that was refused leaves its key free', async () => {
  const bad = { ...lamp, lat: 25.04, lon: 121.5 }
  await assert.rejects(send('key-after-a-refusal', bad), (error: Refused) => error.status === 422)
  const { no } = await send('key-after-a-refusal')
  assert.match(no, /^D/)
})

test('the same key for other input, or a key that is too short, is refused', async () => {
  await send('key-for-two-inputs')
  await assert.rejects(send('key-for-two-inputs', { ...lamp, body: '別的' }), refused)
  await assert.rejects(send('short'), refused)
  await assert.rejects(send('x'.repeat(201)), refused)
})

test("the same key of another person is another person's", async () => {
  const first = await send('key-of-two-people')
  const other = await send('key-of-two-people', lamp, { ...publicActor, id: 'someone-else' })
  assert.notEqual(other.no, first.no)
})
