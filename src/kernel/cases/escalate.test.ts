import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { taipei } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { petitionCase } from '../../systems/petitions/petitions.ts'
import { remaining, startClock } from '../calendar/clock.ts'
import { officeCalendar } from '../calendar/store.ts'
import { escalationJob, escalationLadder, nextRung, rungAt } from './escalate.ts'
import { stepOf } from './operations.ts'

const platform = await testCity()
const calendar = await read(platform, systemActor('test'), 'any', officeCalendar)
const ladder = escalationLadder(platform.city)
const hour = 3_600_000
const monday = new Date(+taipei('2020-09-07') + 10 * hour)

test('a rung is never skipped back, and looking twice changes nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('wd', 'wh', 'h', 'd' as const),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 8 }),
      (unit, budget, looks) => {
        const clock = startClock(calendar, { kind: 'reply', unit, budget }, monday)
        let level = 0
        for (const after of looks.sort((a, b) => a - b)) {
          const now = new Date(+monday + after * hour)
          const next = rungAt(calendar, clock, level, ladder, now)
          assert.ok(next >= level)
          assert.equal(rungAt(calendar, clock, next, ladder, now), next)
          const rung = nextRung(calendar, clock, next, ladder)
          assert.ok(rung === null || rung.at > now)
          level = next
        }
      },
    ),
  )
})

test('the 100 % rung is the due time itself', () => {
  for (const unit of ['wd', 'wh', 'h', 'd'] as const) {
    const clock = startClock(calendar, { kind: 'reply', unit, budget: 7 }, monday)
    assert.equal(+(nextRung(calendar, clock, 80, ladder)?.at ?? 0), +clock.due!)
    assert.ok(remaining(calendar, clock, clock.due!).share >= 1)
  }
})

const sweepAt = (now: Date) => escalationJob.run({ ...platform, now: () => now }, {})

const told = (login: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ subject: string }>`select subject from messages.message
        where recipient = ${staffOf(platform, login).id} and channel = 'inbox'
        order by created_at`,
    ),
  )

const mine = (all: { subject: string }[], no: string) =>
  all.filter(({ subject }) => subject.includes(`${no} `)).length

/** A petition that an officer has had since Monday. */
async function inHand(): Promise<string> {
  const words = { subject: '公車誤點的事', body: '等了一個小時', name: '王小明' }
  const asked = { item: 'transport', ...words, phone: '07-0000000' }
  const { no } = await perform(platform, petition, publicActor, asked, { now: monday })
  const accept = { case: no, assignee: officer.id }
  await perform(platform, stepOf(petitionCase, 'accept'), officer, accept, { now: monday })
  return no
}

const officer = staffOf(platform, 'officer-transport')
const late = new Date(+monday + 60 * 24 * hour)

test('who watches is told once, in one message, however many rungs were passed', async () => {
  const no = await inHand()
  await sweepAt(monday)
  for (const login of ['supervisor-city', 'commission-1'])
    assert.equal(mine(await told(login), no), 0)
  await sweepAt(late)
  await sweepAt(late)
  // 30 days at most for a reply: two months later it is past 150 %.
  assert.equal(mine(await told('supervisor-city'), no), 1)
  assert.equal(mine(await told('officer-transport'), no), 1)
})

test('a clock that rests tells nobody', async () => {
  const no = await inHand()
  const ask = { case: no, statement: '請補充發生的時間。' }
  await perform(platform, stepOf(petitionCase, 'ask-completion'), officer, ask, { now: monday })
  await sweepAt(late)
  assert.equal(mine(await told('supervisor-city'), no), 0)
})
