import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { row, rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { recomputeJobs } from '../cases/sweep.ts'
import { addWorkingDays, dayOf, isWorkingDay } from './office-days.ts'
import { closeOffices, officeCalendar, seedCalendar } from './store.ts'

const platform = await testCity()
const admin = staffOf(platform, 'admin-1')
const filed = { now: new Date('2020-09-25T16:00:00+08:00') }

const calendar = () =>
  read(platform, systemActor('test'), 'calendar.revise', (ctx) => officeCalendar(ctx))

const clocksOf = (id: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ kind: string; unit: string; due: Date }>`select kind, unit, due from cases.clock
        where case_id = ${id} order by kind`,
    ),
  )

test("the pack's calendar has the make-up Saturday and the days off of autumn 2020", async () => {
  const office = await calendar()
  const works = (date: string) => isWorkingDay(office, dayOf(date))
  assert.equal(works('2020-09-26'), true)
  assert.equal(works('2020-09-27'), false)
  for (const off of ['2020-10-01', '2020-10-02', '2020-10-09']) assert.equal(works(off), false, off)
  assert.equal(addWorkingDays(office, dayOf('2020-09-25'), 3), dayOf('2020-09-29'))
})

test('loading the calendar again changes nothing', async () => {
  const before = (await calendar()).revision
  await perform(platform, seedCalendar, systemActor('seed'), {})
  assert.equal((await calendar()).revision, before)
})

test('a typhoon day moves the clocks of open cases, as an event of each', async () => {
  const asked = {
    item: 'transport',
    subject: '公車誤點',
    body: '班次太少',
    name: '王',
    phone: '0712345678',
  }
  const { id } = await perform(
    platform,
    petition,
    publicActor,
    { ...asked, body: '班次太少了' },
    filed,
  )
  const before = await clocksOf(id)
  const ack = before.find(({ kind }) => kind === 'ack')
  // One working day after Friday the 25th is the make-up Saturday, so it ends with the 26th.
  assert.deepEqual(ack?.due, new Date('2020-09-27T00:00:00+08:00'))
  const { revision } = await perform(platform, closeOffices, admin, {
    ...{ date: '2020-09-26', reasonZh: '颱風停班', reasonEn: 'typhoon' },
  })
  await recomputeJobs[0]!.run(platform, { revision })
  const after = await clocksOf(id)
  assert.deepEqual(
    after.find(({ kind }) => kind === 'ack')?.due,
    new Date('2020-09-29T00:00:00+08:00'),
  )
  const calendarDays = (all: typeof before) => all.filter(({ unit }) => unit === 'd')
  assert.deepEqual(calendarDays(after), calendarDays(before))
  const event = await transact(platform.database.app, everything, (db) =>
    row(
      db,
      sql<{
        data: { moved: { clock: string; to: string }[]; zh: string }
      }>`select data from core.event where record = ${id}
        and type = 'petitions.clock-recomputed'`,
    ),
  )
  const moved = event?.data.moved.map(({ clock, to }) => [clock, to])
  assert.deepEqual(moved, [['ack', '2020-09-28T16:00:00.000Z']])
  assert.equal(isWorkingDay(await calendar(), dayOf('2020-09-26')), false)
})

test('a case that is filed afterwards counts by the new calendar', async () => {
  const { id } = await perform(platform, report, publicActor, lamp, filed)
  const clocks = await clocksOf(id)
  const office = await calendar()
  for (const { unit, due } of clocks)
    if (unit === 'wd')
      assert.equal(isWorkingDay(office, dayOf(due.toISOString().slice(0, 10))), true)
  assert.ok(clocks.length > 0)
})

test('a closure that ends before it begins is refused beside its field', async () => {
  const bad = {
    date: '2020-09-28',
    fromMinute: 600,
    toMinute: 600,
    reasonZh: '停班',
    reasonEn: 'off',
  }
  await assert.rejects(
    perform(platform, closeOffices, admin, bad),
    (error) => error instanceof Refused && Boolean(error.fields.toMinute?.zh),
  )
})

test('a date that does not exist is refused beside its field', async () => {
  for (const date of ['2020-13-01', '2020-02-30']) {
    const bad = { date, reasonZh: '停班', reasonEn: 'off' }
    await assert.rejects(
      perform(platform, closeOffices, admin, bad),
      (error) => error instanceof Refused && Boolean(error.fields.date?.en),
    )
  }
})
