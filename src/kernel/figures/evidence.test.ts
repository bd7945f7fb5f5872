import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareEvidence, compareKeys, type EvidenceChange } from './evidence.ts'
import type { EvidenceRow } from './figure.ts'

const table = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.nat({ max: 3 }))

const rowsOf = (values: Record<string, number>): EvidenceRow[] =>
  Object.entries(values)
    .map(([key, state]) => ({ key, state }))
    .sort((a, b) => compareKeys(a.key, b.key))

async function* stream(rows: EvidenceRow[]): AsyncGenerator<EvidenceRow> {
  for (const row of rows) yield row
}

const changes = async (
  frozen: EvidenceRow[],
  current: EvidenceRow[],
): Promise<EvidenceChange[]> => {
  const found: EvidenceChange[] = []
  for await (const change of compareEvidence(stream(frozen), stream(current))) found.push(change)
  return found
}

test('applied to the frozen rows, the changes yield the current rows', async () => {
  await fc.assert(
    fc.asyncProperty(table, table, async (before, after) => {
      const rows = new Map(rowsOf(before).map((row) => [row.key, row]))
      for (const change of await changes(rowsOf(before), rowsOf(after))) {
        assert.equal(rows.has(change.key), change.change !== 'added')
        if (change.change === 'removed') rows.delete(change.key)
        else rows.set(change.key, change.current)
      }
      const patched = [...rows.values()].sort((a, b) => compareKeys(a.key, b.key))
      assert.deepEqual(patched, rowsOf(after))
    }),
  )
})

test('only rows that differ are told, in the order of their keys', async () => {
  await fc.assert(
    fc.asyncProperty(table, table, async (before, after) => {
      const found = await changes(rowsOf(before), rowsOf(after))
      const keys = new Set([...Object.keys(before), ...Object.keys(after)])
      const expected = [...keys].filter((key) => before[key] !== after[key]).sort(compareKeys)
      assert.deepEqual(
        found.map((change) => change.key),
        expected,
      )
    }),
  )
})

test('evidence equals itself', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (values) => {
      assert.deepEqual(await changes(rowsOf(values), rowsOf(values)), [])
    }),
  )
})

test('keys sort as PostgreSQL sorts them in collation C', () => {
  const byBytes = (a: string, b: string) =>
    Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      assert.equal(Math.sign(compareKeys(a, b)), byBytes(a, b))
    }),
  )
  assert.ok(compareKeys('\ufb33', '😀') < 0)
})

test('rows out of order or twice are refused instead of compared wrongly', async () => {
  const [a, b] = [{ key: 'a' }, { key: 'b' }]
  await assert.rejects(changes([b, a], []), RangeError)
  await assert.rejects(changes([], [a, a]), RangeError)
})

test('a row counts as the same in whatever order its columns arrive', async () => {
  const [one, other] = [
    { key: 'a', kind: 'x', n: 1 },
    Object.assign({ n: 1, kind: 'x' }, { key: 'a' }),
  ]
  assert.deepEqual(await changes([one], [other]), [])
})
