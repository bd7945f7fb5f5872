import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { sessionOf, staffOf, testCity } from '../../../test/city.ts'
import { openApp } from '../../app.ts'
import { hashRow } from '../../core/canonical.ts'
import { publicActor } from '../../core/context.ts'
import { merkleRoot } from '../../core/merkle.ts'
import { perform, read } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import type { EvidenceRow, Figure } from '../../kernel/figures/figure.ts'
import { lintTemplate } from '../../kernel/figures/report/lint.ts'
import { declareService, recordCall } from '../call-centre/operations.ts'
import { dispatchCase } from '../dispatch/dispatch.ts'
import { report } from '../dispatch/operations.ts'
import { recordEnquiry } from '../enquiries/operations.ts'
import { petition } from '../petitions/operations.ts'
import { allFigures } from './figures.ts'
import { type OpenedFigure, openFigures, readableRows } from './opened.ts'
import { correctReport, freezeReport, templateOf } from './operations.ts'
import type { ReportFact } from './pages-facts.ts'

const platform = await testCity()
const { http } = await openApp(platform.config, platform, 'test')
const at = (iso: string) => ({ now: new Date(iso) })
const cutOff = '2021-01-10T00:00:00+08:00'
const editor = staffOf(platform, 'editor-1')
const nos: string[] = []

const lamp = {
  item: 'streetlight-out',
  body: '巷口路燈不亮',
  lat: 22.6273,
  lon: 120.3014,
  answers: { fault: 'out' },
  name: '王小明',
}

before(async () => {
  const operator = staffOf(platform, 'operator-1')
  const admin = staffOf(platform, 'admin-1')
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, fromMinute: 0, toMinute: 1440 }))
  const opening = { openedOn: '2008-04-01', hours }
  await perform(platform, declareService, admin, opening, at('2020-06-01T00:00:00Z'))
  for (const day of ['07-01', '09-15', '12-31']) {
    const { no } = await perform(platform, report, publicActor, lamp, at(`2020-${day}T02:00:00Z`))
    nos.push(no)
  }
  // The first instant after the half-year, in Taipei: it belongs to the next report.
  await perform(platform, report, publicActor, lamp, at('2020-12-31T16:00:00Z'))
  const asked = { item: 'transport', subject: '公車太少', body: '希望增加班次', name: '李大同' }
  const filed = { ...asked, email: 'li@example.org' }
  for (const day of ['08-01', '08-02'])
    await perform(platform, petition, publicActor, filed, at(`2020-${day}T02:00:00Z`))
  const enquiry = { topic: 'household', channel: 'counter', question: '身分證遺失怎麼補發' }
  await perform(platform, recordEnquiry, operator, enquiry, at('2020-10-05T03:00:00Z'))
  for (const n of [1, 2, 3, 4, 5, 6, 7]) {
    const beganAt = `2020-11-0${n}T09:00:00+08:00`
    const call = { sourceId: `c${n}`, queue: '=cmd|0', beganAt, outcome: 'answered' }
    await perform(platform, recordCall, operator, call, at(`2020-11-0${n}T02:00:00Z`))
  }
  const asOf = { period: '109H2', asOf: cutOff }
  await perform(platform, freezeReport, editor, asOf, at('2021-01-10T01:00:00Z'))
})

async function get(url: string, cookie = ''): Promise<string> {
  const response = await http.inject({ url, ...(cookie && { headers: { cookie } }) })
  assert.equal(response.statusCode, 200, `${url}: ${response.body.slice(0, 300)}`)
  return response.body
}

const factsOf = async (query = ''): Promise<Map<string, ReportFact>> => {
  const all = JSON.parse(await get(`/reports/109H2/facts.json${query}`)) as ReportFact[]
  return new Map(all.map((fact) => [fact.id, fact]))
}

const session = (login: string) => sessionOf(platform, login)

test('the newest frozen period is where /reports leads', async () => {
  const { statusCode, headers } = await http.inject('/reports')
  assert.deepEqual([statusCode, headers.location], [303, '/reports/109H2'])
})

test('the report prints each number as a link to its records, in both languages', async () => {
  const link = (prefix: string, id: string, text: string) =>
    `<a class="figure" href="${prefix}/reports/109H2/figures/${id}?version=1" ` +
    `data-figure="${id}">${text}</a>`
  const zh = await get('/reports/109H2')
  const texts = { F066: '1', F067: '3', F068: '2', F074: '24', F075: '7', F076: '1' }
  for (const [id, text] of Object.entries({ ...texts, F073: '97年4月1日' }))
    assert.ok(zh.includes(link('', id, text)), id)
  const en = await get('/en/reports/109H2')
  for (const [id, text] of Object.entries(texts)) assert.ok(en.includes(link('/en', id, text)), id)
})

test('the facts have the types, the half-open window and the counts of the records', async () => {
  const facts = await factsOf()
  const { hash, ...reports } = facts.get('F067')!
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.deepEqual(reports, {
    id: 'F067',
    value: 3,
    unit: 'case',
    from: '2020-07-01T00:00:00+08:00',
    to: '2021-01-01T00:00:00+08:00',
    status: 'computed',
    rows: 3,
  })
  const values = [...facts.values()].map(({ id, value, status }) => [id, value, status])
  assert.deepEqual(values, [
    ['F056', 4, 'computed'],
    ['F057', 15, 'computed'],
    ['F058', 0, 'computed'],
    ['F059', 0, 'computed'],
    ['F066', 1, 'computed'],
    ['F067', 3, 'computed'],
    ['F068', 2, 'computed'],
    ['F069', 0, 'computed'],
    ['F070', 0, 'computed'],
    ['F071', 0, 'computed'],
    ['F072', null, 'computed'],
    ['F073', '2008-04-01', 'computed'],
    ['F074', 24, 'computed'],
    ['F075', 7, 'computed'],
    ['F076', 1, 'computed'],
    ['F077', null, 'computed'],
    ['F078', 0, 'computed'],
    ['F079', 0, 'computed'],
    ['F096', 4, 'computed'],
    ['F107', 0, 'computed'],
    ['F108', 0, 'computed'],
    ['F109', 8, 'computed'],
  ])
})

test('the inspector lists the very rows, and the download gives their root', async () => {
  const page = await get('/reports/109H2/figures/F067')
  for (const no of nos) assert.ok(page.includes(no), no)
  assert.equal(page.match(/<tr data-row/g)?.length, 3)
  assert.ok(!page.includes('/desk/dispatch/'), 'the public is not led to the desk')
  const lines = (await get('/reports/109H2/figures/F067/rows.ndjson')).trim().split('\n')
  const root = merkleRoot(lines.map((line) => hashRow(JSON.parse(line)))).toString('hex')
  assert.ok(page.includes(root))
})

test('staff are led from a row to the case', async () => {
  const page = await get('/reports/109H2/figures/F067', await session('commission-1'))
  for (const no of nos) assert.ok(page.includes(`href="/desk/dispatch/${no}"`), no)
})

test('a figure, a version or a half-year that does not exist is refused', async () => {
  for (const url of ['figures/F999', 'figures/F067?version=9', 'facts.json?version=x'])
    assert.equal((await http.inject(`/reports/109H2/${url}`)).statusCode, 404, url)
  assert.equal((await http.inject('/reports/109H3')).statusCode, 404)
})

test('a downloaded cell is no formula, and the header is of public columns', async () => {
  const body = await get('/reports/109H2/figures/F075/rows.csv')
  const [header = [], ...rows] = parse(body) as string[][]
  const { publicColumns } = allFigures().get('F075') as Figure
  assert.deepEqual(header, ['key', ...publicColumns])
  assert.deepEqual(
    rows.map((row) => row[header.indexOf('queue')]),
    Array(7).fill("'=cmd|0"),
  )
})

test('columns that are not public reach only who may read the full evidence', async () => {
  const figure: Figure = {
    ...(allFigures().get('F067') as Figure),
    rows: () => sql<EvidenceRow>`select 'k1' as key, 'open' as item, 'secret' as operator`,
    publicColumns: ['item'],
  }
  await read(platform, publicActor, 'public', async (ctx) => {
    const edition = { period: '109H2', version: null, asOf: ctx.now }
    const frozen = (await openFigures(ctx, edition))[0]!
    const opened: OpenedFigure = { edition, frozen, definition: figure }
    const span = { from: 0, n: 9 }
    const anyone = await readableRows(ctx, opened, { ...span, full: false })
    assert.deepEqual(anyone, [{ item: 'open', key: 'k1' }])
    const full = await readableRows(ctx, opened, { ...span, full: true })
    assert.deepEqual(full, [{ item: 'open', key: 'k1', operator: 'secret' }])
  })
})

test('no number of the pack’s templates is typed, and all they name are known', () => {
  const known = new Set(allFigures().keys())
  for (const locale of ['zh', 'en'] as const) {
    const source = templateOf({ city: platform.city } as Parameters<typeof templateOf>[0], locale)
    assert.deepEqual(lintTemplate(source, known), [])
    assert.equal(lintTemplate(`${source}\n\n共3件`, known).length, 1)
  }
})

test('an annulled report leaves version 1 as it was; a correction counts one less', async () => {
  const annulled = { case: nos[1], reason: '同一盞燈重複登錄' }
  const commission = staffOf(platform, 'commission-1')
  const then = at('2021-02-01T02:00:00Z')
  await perform(platform, stepOf(dispatchCase, 'annul'), commission, annulled, then)
  const before = await factsOf('?version=1')
  assert.deepEqual([before.get('F067')?.value, before.get('F067')?.rows], [3, 3])
  assert.equal((await factsOf('?version=draft')).get('F067')?.value, 2)

  const correction = { period: '109H2', reason: '扣除重複登錄的一件' }
  await perform(platform, correctReport, editor, correction, at('2021-02-02T02:00:00Z'))
  assert.equal((await factsOf()).get('F067')?.value, 2)
  assert.deepEqual(await factsOf('?version=1'), before)
  const [first, second] = [await get('/reports/109H2?version=1'), await get('/reports/109H2')]
  assert.ok(first.includes('這一版已有更正'))
  assert.ok(second.includes('勘誤：扣除重複登錄的一件'))
  assert.ok(second.includes('data-figure="F067">2</a>'))
})

test('a correction without a reason comes back as typed; others may not post', async () => {
  const form = async (login: string, payload: Record<string, string>) => {
    const cookie = await session(login)
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const body = new URLSearchParams(payload).toString()
    return http.inject({ method: 'POST', url: '/reports/109H2/correct', headers, payload: body })
  }
  const typed = { reason: '短', asOf: '2021-03-01T08:30' }
  const refused = await form('editor-1', typed)
  assert.equal(refused.statusCode, 422)
  assert.ok(refused.body.includes('href="#f-reason"'))
  assert.ok(refused.body.includes('>短</textarea>') && refused.body.includes(typed.asOf))
  assert.equal((await form('auditor-1', { reason: '不該成功的更正' })).statusCode, 403)
  const sent = await form('editor-1', { reason: '補登晚到的紀錄', asOf: typed.asOf })
  assert.deepEqual([sent.statusCode, sent.headers.location], [303, '/reports/109H2?version=3'])
  assert.ok((await get('/reports/109H2')).includes('110年3月1日(一) 08:30'))
})
