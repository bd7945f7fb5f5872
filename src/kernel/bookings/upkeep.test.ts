import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { Type } from 'typebox'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { isoDate } from '../../core/format.ts'
import { operation, perform, read } from '../../core/operation.ts'
import { closeOffices } from '../calendar/store.ts'
import { bookAtDesk } from './book.ts'
import { closeVenue } from './close.ts'
import type { Service } from './service.ts'
import { slotsAhead } from './slots.ts'
import { upkeepOf } from './upkeep.ts'

const platform = await testCity()
const keeper = systemActor('test')
// The Thursday before a long week-end: 28 February 2026 is a Saturday, made up for on Friday.
const thursday = { now: new Date('2026-02-26T07:00:00+08:00') }

const clinic: Service = {
  ...{ name: 'clinic', prefix: 'Y', title: { zh: '門診', en: 'Clinic' }, path: '/clinic' },
  rules: () => ({ weeksAhead: 2, holdMinutes: 10, offerMinutes: 60, quotas: [] }),
  venues: () => [
    {
      ...{ id: 'one', agency: 'lingya-district', openedOn: '2020-01-01' },
      name: { zh: '一處', en: 'One' },
      address: { zh: '', en: '' },
      sessions: [
        {
          ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], slotMinutes: 60, capacity: 1 },
          ...{ from: '11:00', to: '15:00' },
        },
      ],
    },
  ],
}
const { open } = upkeepOf(clinic)
const bookFor = operation({
  name: 'clinic.book-for',
  title: clinic.title,
  permission: 'clinic.desk',
  input: Type.Object({ slot: Type.Integer(), phone: Type.String() }),
  run: (ctx, { slot, phone }) => {
    const person = { name: '示範', phone, email: `${phone}@mail.example` }
    return bookAtDesk(ctx, clinic, { slot, person, channel: 'desk' as const })
  },
})
const ahead = () =>
  read(platform, publicActor, 'public', (ctx) => slotsAhead(ctx, clinic), thursday)

test('slots are opened on office days, within office hours, and once', async () => {
  assert.ok((await perform(platform, open, keeper, {}, thursday)).done > 0)
  assert.equal((await perform(platform, open, keeper, {}, thursday)).done, 0)
  const slots = await ahead()
  const days = new Set(slots.map(({ date }) => date))
  assert.ok(days.has('2026-02-26') && days.has('2026-03-02'))
  for (const day of ['2026-02-27', '2026-02-28', '2026-03-01']) assert.ok(!days.has(day), day)
  // The session runs through noon; offices do not: 11:00 and 14:00 remain.
  const hours = slots
    .filter(({ date }) => date === '2026-03-02')
    .map(({ starts_at }) => new Date(+starts_at + 28_800_000).getUTCHours())
  assert.deepEqual(hours, [11, 14])
})

test('a venue that closes keeps its days before, and the rest is told', async () => {
  const end = { venue: 'clinic.one', date: '2026-03-09', reasonZh: '搬遷', reasonEn: 'Moving' }
  await perform(platform, closeVenue(clinic), keeper, end, thursday)
  const dates = (await ahead()).map(({ date }) => date)
  assert.ok(dates.includes('2026-03-06') && dates.every((date) => date < end.date))
  assert.equal((await perform(platform, open, keeper, {}, thursday)).done, 0)
})

test('when offices close, the slots close and who booked is told the reason', async () => {
  const day = (await ahead()).filter(({ date }) => date === '2026-03-04')
  for (const [i, { id: slot }] of day.entries())
    await perform(platform, bookFor, keeper, { slot, phone: `0900-000-00${i}` }, thursday)
  const half = { fromMinute: 780, toMinute: 1440, reasonZh: '颱風', reasonEn: 'Typhoon' }
  const admin = staffOf(platform, 'admin-1')
  await perform(platform, closeOffices, admin, { date: '2026-03-04', ...half }, thursday)
  assert.equal((await perform(platform, open, keeper, {}, thursday)).done, 1)
  const left = (await ahead()).filter(({ date }) => date === '2026-03-04')
  assert.equal(left.length, 1)
  const letters = await transact(platform.database.app, everything, (db) =>
    rows(
      db,
      sql<{ recipient: string }>`select recipient from messages.message
        where subject like '%取消%'`,
    ),
  )
  assert.deepEqual(letters, [{ recipient: '0900-000-001@mail.example' }])
  assert.equal(isoDate(left[0]!.starts_at), '2026-03-04')
})
