import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { staffOf, testCity } from '../test/city.ts'
import { takeCheckpoint } from './core/checkpoint.ts'
import { publicActor } from './core/context.ts'
import { hashEvent } from './core/event.ts'
import { perform } from './core/operation.ts'
import type { StoredEvent } from './core/verify.ts'
import { exportProof, proofInFile, proofOf, storedProof, verifyEntries } from './proof.ts'
import { freezeReport } from './systems/council-report/operations.ts'
import { report } from './systems/dispatch/operations.ts'

const platform = await testCity()
const folder = mkdtempSync(join(tmpdir(), 'takao-proof-'))
after(() => rmSync(folder, { recursive: true }))

const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
}
const inPeriod = { now: new Date('2020-09-01T02:00:00Z') }

before(async () => {
  for (let i = 0; i < 3; i++) await perform(platform, report, publicActor, lamp, inPeriod)
  await takeCheckpoint(platform)
  await perform(platform, freezeReport, staffOf(platform, 'editor-1'), { period: '109H2' })
  await takeCheckpoint(platform)
  await perform(platform, report, publicActor, lamp, inPeriod)
})

/** The breaks that the owner of the database would leave by running `statements`. */
async function breaksAfter(...statements: string[]): Promise<string[]> {
  const client = await platform.database.owner.connect()
  try {
    await client.query('begin')
    for (const table of ['core.event', 'core.checkpoint', 'figures.evidence_row'].concat(
      'figures.frozen',
      'figures.version',
    ))
      await client.query(`alter table ${table} disable trigger append_only`)
    for (const statement of statements) {
      const { rowCount } = await client.query(statement)
      assert.equal(rowCount, 1, `this changed ${rowCount} rows: ${statement}`)
    }
    const { breaks } = await verifyEntries(proofOf(client))
    return breaks.map(({ record, seq, what }) => `${record} #${seq} ${what.en}`)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const one = (query: string) => `(select ${query} order by id limit 1)`
const opened = `from core.event where type = 'dispatch.opened'`

test('a city whose records nobody touched holds, with everything counted', async () => {
  const { breaks, counts } = await verifyEntries(storedProof(platform.database.url))
  assert.deepEqual(breaks, [])
  assert.equal(counts.checkpoints, 2)
  assert.equal(counts.versions, 1)
  assert.equal(counts.unsealed, 1)
  assert.ok(counts.rows >= 3 && counts.figures > 0 && counts.records >= 5)
})

test('a changed word in one event is found, and named by its record', async () => {
  const found = await breaksAfter(
    `update core.event set data = data || '{"channel": "letter"}'
      where id = ${one(`id ${opened}`)}`,
  )
  assert.equal(found.length, 1)
  assert.match(found[0]!, /^[0-9a-f-]{36} #1 its content does not have its hash$/)
})

test('a changed actor or time of an event is found', async () => {
  for (const change of [`actor = 'other'`, `at = at + interval '1 second'`]) {
    const found = await breaksAfter(
      `update core.event set ${change} where id = ${one(`id ${opened}`)}`,
    )
    assert.deepEqual(
      found.map((text) => text.slice(-31)),
      ['its content does not have its hash'.slice(-31)],
    )
  }
})

test('a deleted event is missing from its checkpoint', async () => {
  const found = await breaksAfter(`delete from core.event where id = ${one(`id ${opened}`)}`)
  assert.match(found.join(), /checkpoint 1 #null it seals \d+ events, but \d+ are there/)
})

test('an event taken from the middle of a chain leaves a gap', async () => {
  const found = await breaksAfter(
    `update core.event set seq = 3, prev_hash = hash where id = ${one(`id ${opened}`)}`,
  )
  assert.match(found.join(), /#3 event 1 is missing/)
})

test('an event that was written anew with a fitting hash is caught by its checkpoint', async () => {
  const { rows } = await platform.database.owner.query<StoredEvent>(
    `select *, prev_hash as "prevHash" ${opened} order by id limit 1`,
  )
  const [event] = rows
  assert.ok(event)
  const data = { ...event.data, channel: 'letter' }
  const hash = hashEvent({ ...event, data }).toString('hex')
  const found = await breaksAfter(
    `update core.event set data = '${JSON.stringify(data)}', hash = '\\x${hash}'
      where id = ${event.id}`,
  )
  assert.deepEqual(found, ['checkpoint 1 #null its events do not have the root it seals'])
})

test('a forged signature, root or link of a checkpoint is found', async () => {
  const forged = await breaksAfter(
    `update core.checkpoint set signature = sha512(signature) where id = 2`,
  )
  assert.deepEqual(forged, ['checkpoint 2 #null the signature does not hold'])
  const rooted = await breaksAfter(`update core.checkpoint set root = sha256(root) where id = 2`)
  assert.match(rooted.join(), /checkpoint 2 #null the signature does not hold/)
  assert.match(rooted.join(), /do not have the root it seals/)
  const gone = await breaksAfter(`delete from core.checkpoint where id = 1`)
  assert.match(gone.join(), /checkpoint 2 #null it does not follow the one before/)
})

test('a signing key that was put in the place of another is found', async () => {
  const found = await breaksAfter(
    `update core.signing_key set public_key = replace(public_key, 'A', 'B')`,
  )
  assert.match(found.join(), /key [0-9a-f]{16} #null this is not the key of that name/)
})

test('a changed or deleted row of evidence is found', async () => {
  const row = `(root, n) = (select root, n from figures.evidence_row order by root, n limit 1)`
  const changed = await breaksAfter(
    `update figures.evidence_row set row = replace(row, '"key":"', '"key":"x') where ${row}`,
  )
  assert.match(changed.join(), /^evidence [0-9a-f]{16} #null its rows do not have its root$/)
  const unreadable = await breaksAfter(`update figures.evidence_row set row = '{' where ${row}`)
  assert.match(unreadable.join(), /#0 a row cannot be read/)
  const deleted = await breaksAfter(`delete from figures.evidence_row where ${row}`)
  assert.match(deleted.join(), /rows expected/)
})

test('a changed frozen value is found, and a version whose root was changed', async () => {
  const value = await breaksAfter(
    `update figures.frozen set value = '999' where figure =
      (select min(figure) from figures.frozen where value is not null)`,
  )
  assert.match(value.join(), /^figure F\d+ #1 its content lacks its hash$/)
  const root = await breaksAfter(`update figures.version set root = repeat('0', 64)`)
  assert.match(root.join(), /its figures do not have the root of the version/)
  assert.match(root.join(), /the chain does not name its root/)
})

test('an export is checked offline and says the same', async () => {
  const path = join(folder, 'proof.ndjson')
  const n = await exportProof(storedProof(platform.database.url), path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const { breaks, counts } = await verifyEntries(proofInFile(path))
  assert.deepEqual(breaks, [])
  const stored = await verifyEntries(storedProof(platform.database.url))
  assert.deepEqual(counts, stored.counts)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  assert.equal(lines.length, n + 1)
})

test('an export that was cut or changed does not hold', async () => {
  const path = join(folder, 'whole.ndjson')
  await exportProof(storedProof(platform.database.url), path)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const bad = join(folder, 'bad.ndjson')
  const breaks = async (changed: readonly string[]) => {
    writeFileSync(bad, changed.join('\n'))
    return (await verifyEntries(proofInFile(bad))).broken
  }
  assert.equal(await breaks(lines), 0)
  assert.ok((await breaks(lines.slice(0, -1))) > 0)
  assert.ok((await breaks(lines.map((line) => line.replace('streetlight', 'footpath')))) > 0)
  assert.ok((await breaks(['not JSON', ...lines])) > 0)
})
