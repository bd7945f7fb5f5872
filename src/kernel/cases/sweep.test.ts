import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { one, rows, transact } from '../../core/db.ts'
import { taipei } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { petitionCase } from '../../systems/petitions/petitions.ts'
import { recomputeClock } from '../calendar/clock.ts'
import { closeOffices, officeCalendar } from '../calendar/store.ts'
import { nextDue } from './file.ts'
import { stepOf } from './operations.ts'
import { readClocks } from './store.ts'
import { recomputeJobs } from './sweep.ts'

const platform = await testCity()
const everything = { scope: 'city', person: '', agencies: [], secrets: [] } as const

test('a typhoon day moves the due date of an open case, and is an event of it', async () => {
  // Monday 2020-09-07: the one working day for acceptance ends with Tuesday the 8th.
  const monday = new Date(+taipei('2020-09-07') + 10 * 3_600_000)
  const words = {
    subject: '公車誤點的事',
    body: '等了一個小時',
    name: '王小明',
    phone: '07-0000000',
  }
  const filed = await perform(
    platform,
    petition,
    publicActor,
    { item: 'transport', ...words },
    { now: monday },
  )
  const due = () =>
    transact(platform.database.app, everything, (db) =>
      one(
        db,
        sql<{ due: Date }>`select due from cases.clock
          where case_id = ${filed.id} and kind = 'ack'`,
      ),
    )
  assert.equal(+(await due()).due, +taipei('2020-09-09'))
  const closure = { date: '2020-09-08', reasonZh: '颱風停班', reasonEn: 'typhoon' }
  const { revision } = await perform(platform, closeOffices, systemActor('test'), closure)
  await recomputeJobs[0]!.run(platform, { revision })
  assert.equal(+(await due()).due, +taipei('2020-09-10'))
  const events = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ type: string }>`select type from core.event where record = ${filed.id} order by seq`,
    ),
  )
  assert.deepEqual(
    events.map(({ type }) => type),
    ['petitions.opened', 'petitions.clock-recomputed'],
  )
  // A second run finds nothing left to move.
  await recomputeJobs[0]!.run(platform, { revision })
  assert.equal(+(await due()).due, +taipei('2020-09-10'))
})

test('a batch of cases moves as each alone would, with an event where a time moved', async () => {
  const [from, to] = [taipei('2021-03-01'), taipei('2021-03-12')]
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          at: fc.date({ min: from, max: to, noInvalidDate: true }),
          steps: fc.integer({ min: 0, max: 2 }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      fc.integer({ min: 1, max: 12 }),
      async (filed, day) => {
        const ids = await Promise.all(filed.map(({ at, steps }) => inState(at, steps)))
        const before = await Promise.all(ids.map(stored))
        const date = `2021-03-${String(day).padStart(2, '0')}`
        await closedOn(date)
        const calendar = await read(platform, systemActor('test'), 'any', officeCalendar)
        for (const [i, id] of ids.entries()) {
          const [was, is] = [before[i]!, await stored(id)]
          const alone = was.clocks.map((clock) =>
            clock.stoppedAt || !['wd', 'wh'].includes(clock.unit)
              ? clock
              : recomputeClock(calendar, clock),
          )
          assert.deepEqual(is.clocks, alone)
          assert.deepEqual(is.nextDue, nextDue(alone))
          const moved = alone.some((clock, k) => clock.due && +clock.due !== +was.clocks[k]!.due!)
          assert.equal(is.events - was.events, moved ? 1 : 0)
        }
      },
    ),
    { numRuns: 8 },
  )
})

const officer = staffOf(platform, 'officer-transport')

/** A petition filed at `at`: waiting, accepted, or waiting for its petitioner (which pauses it). */
async function inState(at: Date, steps: number): Promise<string> {
  const words = { subject: '公車誤點的事', body: '等了一個小時', name: '王小明' }
  const asked = { item: 'transport', ...words, phone: '07-0000000' }
  const { id, no } = await perform(platform, petition, publicActor, asked, { now: at })
  const taken = [
    { step: 'accept', input: { assignee: officer.id } },
    { step: 'ask-completion', input: { statement: '請補充時間與地點。' } },
  ]
  for (const { step, input } of taken.slice(0, steps))
    await perform(
      platform,
      stepOf(petitionCase, step),
      officer,
      { case: no, ...input },
      { now: at },
    )
  return id
}

async function closedOn(date: string): Promise<void> {
  const closure = { date, reasonZh: '颱風停班', reasonEn: 'typhoon' }
  const known = await transact(platform.database.app, everything, (db) =>
    rows(db, sql`select from calendar.closure where date = ${date}`),
  )
  // The same day again is a revision that moves nothing.
  const fromMinute = known.length
  const { revision } = await perform(platform, closeOffices, systemActor('test'), {
    ...closure,
    fromMinute,
  })
  await recomputeJobs[0]!.run(platform, { revision })
}

const stored = (id: string) =>
  read(platform, systemActor('test'), 'any', async (ctx) => {
    const { due, n } = await one(
      ctx.db,
      sql<{ due: Date | null; n: number }>`select next_due as due,
        (select count(*) from core.event where record = c.id) as n
        from cases.case c where id = ${id}`,
    )
    return { clocks: await readClocks(ctx, id), nextDue: due, events: n }
  })
