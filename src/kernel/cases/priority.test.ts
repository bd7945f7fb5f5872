import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { sessionOf, staffOf, testCity } from '../../../test/city.ts'
import { everything, holderOf, lamp } from '../../../test/records.ts'
import { openApp } from '../../app.ts'
import { type Actor, publicActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { taipei } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { supervisionCase } from '../../systems/citizen-supervision/supervision.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { petitionCase } from '../../systems/petitions/petitions.ts'
import { stepOf } from './operations.ts'
import { firstPriority, priorities } from './priority.ts'
import { listCases, nextPage } from './queries.ts'

const platform = await testCity()
const app = await openApp(platform.config, platform, '0.0.0')
after(() => app.close())
const officer = staffOf(platform, 'officer-maintenance')
const monday = new Date(+taipei('2020-09-07') + 36_000_000)
const pothole = { ...lamp, item: 'pothole', body: '路面破了一個洞' }

const file = (more: object = {}, now = monday) =>
  perform(platform, report, publicActor, { ...lamp, ...more }, { now })

const prioritise = (by: Actor, no: string, priority: string, note = '旁邊就是學校門口') =>
  perform(platform, stepOf(dispatchCase, 'prioritise'), by, { case: no, priority, note })

const caseOf = (no: string) =>
  transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ id: string; priority: string; next_due: Date }>`
        select id, priority, next_due from cases.case where no = ${no}`,
    ),
  )

const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

test('a new case takes the most pressing of what its item and its answers say', () => {
  const level = fc.constantFrom(...priorities)
  const rule = fc.record({
    default: level,
    rules: fc.array(
      fc.record({ question: fc.constant('q'), answer: fc.string(), priority: level }),
    ),
  })
  const most = (levels: readonly string[]) =>
    Math.min(...levels.map((l) => priorities.indexOf(l as never)))
  fc.assert(
    fc.property(rule, fc.string(), (given, q) => {
      const fits = given.rules.filter(({ answer }) => answer === q).map(({ priority }) => priority)
      const got = firstPriority(given, { q })
      assert.equal(priorities.indexOf(got), most([given.default, ...fits]))
      assert.equal(firstPriority(given, {}), given.default)
    }),
  )
  assert.equal(firstPriority(undefined, { q: 'x' }), 'normal')
})

test('every rule of the city pack names a question and an answer that its item has', () => {
  for (const type of [dispatchCase, petitionCase, supervisionCase])
    for (const { code, priority, questions = [] } of type.items(platform.city))
      for (const { question, answer } of priority?.rules ?? []) {
        const asked = questions.find((one) => one.code === question)
        assert.ok(
          asked?.values?.some(({ key }) => key === answer),
          `${code}: ${question}=${answer}`,
        )
      }
})

test('an answer makes a case urgent from the start, and its first event says so', async () => {
  const { no } = await file({ ...pothole, answers: { size: 'larger' } })
  const { id, priority } = await caseOf(no)
  assert.equal(priority, 'urgent')
  const [opened] = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ data: { priority?: string } }>`select data from core.event where record = ${id}`,
    ),
  )
  assert.equal(opened?.data.priority, 'urgent')
  assert.equal((await caseOf((await file()).no)).priority, 'normal')
})

test('every kind of case can be given another priority', () => {
  for (const { transitions } of [dispatchCase, petitionCase, supervisionCase])
    assert.ok(transitions.prioritise?.internal)
})

test('a priority is changed with a reason; no clock moves and nobody is written to', async () => {
  const opened = await file()
  const before = await caseOf(opened.no)
  const letters = () =>
    transact(platform.database.app, everything, (db) =>
      one(
        db,
        sql<{ n: number }>`select count(*)::int as n from messages.message
        where recipient = ${lamp.email}`,
      ),
    )
  const { n } = await letters()
  await prioritise(officer, opened.no, 'high')
  const after = await caseOf(opened.no)
  assert.equal(after.priority, 'high')
  assert.deepEqual(after.next_due, before.next_due)
  assert.equal((await letters()).n, n)
  const said = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ data: object; text: string }>`select e.data, s.text from core.event e
        join cases.statement s on s.case_id = e.record and s.seq = e.seq and s.audience = 'staff'
        where e.record = ${after.id} and e.type = 'dispatch.prioritise'`,
    ),
  )
  assert.equal(said.text, '旁邊就是學校門口')
  assert.ok(!JSON.stringify(said.data).includes('學校'))
  assert.match(JSON.stringify(said.data), /"priority":"high"/)
})

test('the same priority, no reason, a word that is none, and a stranger are refused', async () => {
  const opened = await file()
  await assert.rejects(prioritise(officer, opened.no, 'normal'), refused('case.same-priority'))
  await assert.rejects(prioritise(officer, opened.no, 'high', ''), refused('invalid'))
  await assert.rejects(prioritise(officer, opened.no, 'soonest'), refused('invalid'))
  await assert.rejects(prioritise(holderOf(platform, opened), opened.no, 'high'), Refused)
  const crew = staffOf(platform, 'crew-maintenance')
  await assert.rejects(prioritise(crew, opened.no, 'high'), refused('forbidden'))
  const stranger = staffOf(platform, 'officer-environment')
  await assert.rejects(prioritise(stranger, opened.no, 'high'), refused('not-found'))
  assert.equal((await caseOf(opened.no)).priority, 'normal')
})

test('the inbox lists urgent cases first, then by due, and narrows to them', async () => {
  for (let i = 0; i < 52; i++) await file({ body: `路燈不亮，第 ${i} 盞` }, new Date(+monday + i))
  const late = await file({}, new Date(+monday + 86_400_000))
  await prioritise(officer, late.no, 'urgent', '燈桿快倒下來了')
  const all = await read(platform, officer, 'dispatch.read', async (ctx) => {
    const first = await listCases(ctx, 'dispatch', {})
    const after = nextPage(first, false)
    return [...first, ...(await listCases(ctx, 'dispatch', { after }))]
  })
  assert.equal(new Set(all.map(({ no }) => no)).size, all.length)
  const count = await transact(platform.database.app, everything, (db) =>
    one(
      db,
      sql<{ n: number }>`select count(*)::int as n from cases.case
      where kind = 'dispatch' and open and agency = ${officer.agency}`,
    ),
  )
  assert.equal(all.length, count.n)
  const rank = all.map(({ priority, next_due }) => [priorities.indexOf(priority), +next_due!])
  const sorted = [...rank].sort(([a = 0, x = 0], [b = 0, y = 0]) => a - b || x - y)
  assert.deepEqual(rank, sorted)
  const urgent = await read(platform, officer, 'dispatch.read', (ctx) =>
    listCases(ctx, 'dispatch', { priority: 'urgent' }),
  )
  assert.ok(urgent.some(({ no }) => no === late.no))
  assert.ok(urgent.every(({ priority }) => priority === 'urgent'))
})

test('the officer sees the priority in words, the reporter and the public never', async () => {
  const opened = await file({ ...pothole, answers: { size: 'larger' } })
  const cookie = await sessionOf(platform, 'officer-maintenance')
  const get = (url: string) => app.http.inject({ method: 'GET', url, headers: { cookie } })
  assert.match((await get('/desk/dispatch?priority=urgent')).body, new RegExp(opened.no))
  assert.doesNotMatch((await get('/desk/dispatch?priority=high')).body, new RegExp(opened.no))
  assert.equal((await get('/desk/dispatch?priority=soonest')).statusCode, 200)
  assert.match((await get(`/desk/dispatch/${opened.no}`)).body, /class="tag tone-late".*危及安全/)
  await prioritise(officer, opened.no, 'high')
  for (const url of [
    `/follow/${opened.no}?code=${opened.code}`,
    `/reported/${opened.no}`,
    `/open311/v2/requests/${opened.no}.json?extensions=true`,
  ]) {
    const { body, statusCode } = await app.http.inject({ method: 'GET', url })
    assert.ok(statusCode < 400, `${url}: ${statusCode}`)
    assert.doesNotMatch(body, /危及安全|急件|優先順序/)
  }
})
