import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { testCity } from '../../test/city.ts'
import { lamp } from '../../test/records.ts'
import { report } from '../systems/dispatch/operations.ts'
import { type Checkpoint, checkpointHash, checkpointHolds, takeCheckpoint } from './checkpoint.ts'
import { publicActor } from './context.ts'
import { merkleRoot } from './merkle.ts'
import { perform } from './operation.ts'

const platform = await testCity()
const { owner } = platform.database

const checkpoints = async () =>
  (await owner.query<Checkpoint>('select * from core.checkpoint order by id')).rows
const publicKey = async () =>
  (await owner.query<{ public_key: string }>('select public_key from core.signing_key')).rows[0]!
    .public_key

test('a checkpoint seals all events since the last one; an empty one is not written', async () => {
  const { rows } = await owner.query<{ id: number; hash: Buffer }>(
    'select id, hash from core.event order by id',
  )
  assert.equal(await takeCheckpoint(platform), rows.length)
  assert.equal(await takeCheckpoint(platform), 0)
  const [first, ...more] = await checkpoints()
  assert.equal(more.length, 0)
  assert.equal(first?.upto_event, rows.at(-1)?.id)
  assert.deepEqual(first?.root, merkleRoot(rows.map(({ hash }) => hash)))
})

test('the next one begins after the last and links to it', async () => {
  await perform(platform, report, publicActor, lamp)
  // The report and the letter about it.
  assert.equal(await takeCheckpoint(platform), 2)
  const [first, second] = await checkpoints()
  assert.ok(first && second)
  assert.ok(second.from_event > first.upto_event)
  assert.deepEqual(second.prev_hash, first.hash)
})

test('checkpoints that are taken at the same time seal no event twice', async () => {
  await perform(platform, report, publicActor, lamp)
  const taken = await Promise.all([1, 2, 3].map(() => takeCheckpoint(platform)))
  assert.deepEqual(taken.sort(), [0, 0, 2])
})

test('a signature holds for its content and its key only', async () => {
  const [checkpoint] = await checkpoints()
  assert.ok(checkpoint)
  const key = await publicKey()
  assert.equal(checkpointHolds(checkpoint, key), true)
  const moved = { ...checkpoint, events: checkpoint.events + 1 }
  assert.equal(checkpointHolds(moved, key), false)
  assert.equal(checkpointHolds({ ...moved, hash: checkpointHash(moved) }, key), false)
})

test('the private key can be read by its owner alone and is not in the database', async () => {
  const path = join(platform.config.TAKAO_DATA, 'keys', 'checkpoint.pem')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match(await publicKey(), /^-----BEGIN PUBLIC KEY-----/)
})
