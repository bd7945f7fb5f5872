import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { halfYear, isoDate } from '../../core/format.ts'
import {
  evidenceQuery,
  type Figure,
  figureText,
  notYet,
  publicRow,
  readValue,
  valueQuery,
  windowOf,
} from './figure.ts'

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

const report = { ...halfYear('109H2'), asOf: new Date('2021-01-20T00:00:00Z') }

const visits: Figure = {
  id: 'F071',
  title: { zh: '血壓量測', en: 'Blood pressure checks' },
  unit: 'person-time',
  kind: 'sum',
  system: 'health-counter',
  window: 'report',
  rows: ({ from, to, asOf }) => sql`
    select id::text as key, day, people from visit
    where day >= ${from} and day < ${to} and recorded_at < ${asOf}`,
  measure: 'sum(people)',
  publicColumns: ['day', 'people'],
}

test('value and evidence come from the same rows and the same window', () => {
  const value = valueQuery(visits, report).compile(compiler)
  const evidence = evidenceQuery(visits, report).compile(compiler)
  const rows = visits.rows(report).compile(compiler)
  assert.equal(value.sql, `select sum(people) as value from (${rows.sql}) as evidence`)
  assert.equal(evidence.sql, `select * from (${rows.sql}) as evidence order by key collate "C"`)
  assert.deepEqual(value.parameters, [report.from, report.to, report.asOf])
  assert.deepEqual(evidence.parameters, value.parameters)
})

test('a figure takes the window it declares', () => {
  const days = (window: Figure['window']) => {
    const { from, to, asOf } = windowOf(window, report)
    assert.equal(asOf, report.asOf)
    return [isoDate(from), isoDate(to)]
  }
  assert.deepEqual(days('report'), ['2020-07-01', '2021-01-01'])
  assert.deepEqual(days('year'), ['2020-01-01', '2021-01-01'])
  assert.deepEqual(days('cumulative'), ['1912-01-01', '2021-01-01'])
  assert.deepEqual(days('end'), ['2021-01-01', '2021-01-01'])
  assert.deepEqual(days({ from: '2020-10-01', to: '2020-11-01' }), ['2020-10-01', '2020-11-01'])
  assert.throws(() => days({ from: '2020-11-01', to: '2020-10-01' }), RangeError)
})

test('database values become exact numbers, days or text', () => {
  assert.equal(readValue('101761'), 101761)
  assert.equal(readValue(101761n), 101761)
  assert.equal(readValue('70710.33'), 70710.33)
  assert.equal(readValue(new Date('2008-03-31T16:00:00Z')), '2008-04-01')
  assert.equal(readValue('08:00-12:00;13:30-17:30'), '08:00-12:00;13:30-17:30')
  assert.equal(readValue(null), null)
  assert.throws(() => readValue('9007199254740993'), TypeError)
  assert.throws(() => readValue({}), TypeError)
})

test('nought is printed in words where the figure has some', () => {
  assert.equal(figureText(visits, 0, 'zh'), '0')
  const worded = { ...visits, zeroText: { zh: '暫無', en: 'none so far' } }
  assert.equal(figureText(worded, 0, 'zh'), '暫無')
  assert.equal(figureText(worded, null, 'en'), 'none so far')
  assert.equal(figureText(worded, 1140, 'zh'), '1,140')
  assert.equal(figureText(visits, null, 'zh'), '無')
})

test('a qualifier stands before the number', () => {
  const about = { ...visits, qualifier: { zh: '約', en: 'about' } }
  assert.equal(figureText(about, 1500, 'zh'), '約1,500')
  assert.equal(figureText(about, 1500, 'en'), 'about 1,500')
})

test('the public sees the key and the public columns only', () => {
  const row = { key: '1', day: '2020-07-01', people: 2, nurse: 'x' }
  assert.deepEqual(publicRow(visits, row), { key: '1', day: '2020-07-01', people: 2 })
})

test('a number that nothing computes says so', () => {
  const missing = notYet('F080', { zh: '會議', en: 'Meetings' }, 'meeting', 'smart-city-committee')
  assert.equal(missing.status, 'not-yet')
})
