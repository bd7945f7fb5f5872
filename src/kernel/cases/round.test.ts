import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { sessionOf, staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp } from '../../../test/records.ts'
import { openApp } from '../../app.ts'
import { type Actor, publicActor } from '../../core/context.ts'
import { one, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { stepOf } from './operations.ts'
import { priorities } from './priority.ts'
import { byDue, byWay, metresBetween, roundOf, shortlistOf } from './round.ts'

const platform = await testCity()
const app = await openApp(platform.config, platform, '0.0.0')
after(() => app.close())
const crew = staffOf(platform, 'crew-maintenance')
const officer = staffOf(platform, 'officer-maintenance')
const stranger = staffOf(platform, 'officer-environment')

const file = (more: object = {}) => perform(platform, report, publicActor, { ...lamp, ...more })

const shortlist = (by: Actor, no: string, wanted = true) =>
  perform(platform, shortlistOf(dispatchCase), by, { case: no, wanted })

const roundFor = async (by: Actor) => {
  const all = await read(platform, by, 'dispatch.read', (ctx) => roundOf(ctx, dispatchCase))
  return all.map(({ no }) => no)
}

const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

const stop = fc.record({
  district: fc.constantFrom('a', 'b', null),
  at: fc.option(
    fc.record({
      lat: fc.double({ min: 22.4, max: 23.4, noNaN: true }),
      lon: fc.double({ min: 120.1, max: 121, noNaN: true }),
    }),
  ),
  priority: fc.constantFrom(...priorities),
  next_due: fc.option(fc.date({ min: new Date(1), max: new Date(2e12), noInvalidDate: true })),
})
const stops = fc
  .array(stop, { maxLength: 20 })
  .map((all) =>
    all.map(({ at, ...one }) => ({ ...one, lat: at?.lat ?? null, lon: at?.lon ?? null })),
  )

test('a way passes each case once, by district, always to the nearest one left', () => {
  fc.assert(
    fc.property(stops, (all) => {
      const way = byWay(all)
      assert.deepEqual(new Set(way), new Set(all))
      assert.equal(way.length, all.length)
      const changes = way.filter(({ district }, i) => district !== way[i - 1]?.district || i === 0)
      assert.equal(changes.length, new Set(all.map(({ district }) => district)).size)
      way.forEach((here, i) => {
        const left = way.slice(i + 1).filter(({ district }) => district === here.district)
        const [next] = left
        if (next)
          assert.equal(
            metresBetween(here, next),
            Math.min(...left.map((other) => metresBetween(here, other))),
          )
      })
      assert.equal(way[0]?.district, byDue(all)[0]?.district)
    }),
  )
})

test('what presses comes first, and without a due time last of its priority', () => {
  fc.assert(
    fc.property(stops, (all) => {
      const rank = byDue(all).map(({ priority, next_due }) => [
        priorities.indexOf(priority),
        next_due ? +next_due : Number.MAX_VALUE,
      ])
      const sorted = [...rank].sort(([a = 0, x = 0], [b = 0, y = 0]) => a - b || x - y)
      assert.deepEqual(rank, sorted)
    }),
  )
})

test('a round holds what one put on it and what is assigned to one, nobody else’s', async () => {
  const [chosen, given, other] = [await file(), await file(), await file()]
  await shortlist(crew, chosen.no)
  await shortlist(crew, chosen.no)
  const assign = { case: given.no, assignee: crew.id }
  await perform(platform, stepOf(dispatchCase, 'assign'), officer, assign)
  const mine = await roundFor(crew)
  assert.ok(mine.includes(chosen.no) && mine.includes(given.no) && !mine.includes(other.no))
  assert.deepEqual(await roundFor(officer), [])
  await shortlist(crew, chosen.no, false)
  assert.ok(!(await roundFor(crew)).includes(chosen.no))
})

test('a closed case and one that went to another agency leave the round', async () => {
  const [closed, moved] = [await file(), await file()]
  for (const { no } of [closed, moved]) await shortlist(crew, no)
  const decline = { case: closed.no, statement: '重複的通報，不再辦理' }
  await perform(platform, stepOf(dispatchCase, 'decline'), officer, decline)
  const reroute = { case: moved.no, agency: 'environment', statement: '這是環保局的權責' }
  await perform(platform, stepOf(dispatchCase, 'reroute'), officer, reroute)
  const mine = await roundFor(crew)
  assert.ok(!mine.includes(closed.no) && !mine.includes(moved.no))
})

test('nobody puts a case of a foreign agency on a round, nor the public one at all', async () => {
  const { no } = await file()
  await assert.rejects(shortlist(stranger, no), refused('not-found'))
  await assert.rejects(shortlist(publicActor, no), Refused)
  await assert.rejects(shortlist(crew, 'D109-000000-0'), refused('not-found'))
})

test('the page of the round holds no words, photographs or contact of a secret case', async () => {
  const { no, id } = await file({ body: '不可以離線的內容', phone: '0912345678' })
  await transact(platform.database.app, everything, (db) =>
    one(db, sql`update cases.case set confidential = true where id = ${id} returning id`),
  )
  await shortlist(crew, no)
  const cookie = await sessionOf(platform, 'crew-maintenance')
  const { body } = await app.http.inject({ method: 'GET', url: '/desk/round', headers: { cookie } })
  assert.match(body, new RegExp(no))
  assert.doesNotMatch(body, /不可以離線的內容|0912345678|王小明|reporter@example\.com/)
})
