import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCity } from '../../test/city.ts'
import { systemActor } from '../core/context.ts'
import { halfYear, taipei } from '../core/format.ts'
import { read } from '../core/operation.ts'
import { slotsAhead } from '../kernel/bookings/slots.ts'
import { computeFigure, isComputed } from '../kernel/figures/compute.ts'
import type { Figure } from '../kernel/figures/figure.ts'
import { allFigures } from '../systems/council-report/figures.ts'
import { legalAidService } from '../systems/legal-aid/legal-aid.ts'
import { loadBookings } from './bookings.ts'
import { fullVolume } from './load.ts'

// A Monday morning in an ordinary week.
const now = new Date('2026-11-23T10:00:00+08:00')
const platform = { ...(await testCity()), now: () => now }
await loadBookings(platform, fullVolume, { add: () => {} })

/** What the report prints of a figure, as recorded before a day. */
const printed = (id: string, asOf: string) =>
  read(platform, systemActor('test'), 'figures', async (ctx) => {
    const figure = allFigures().get(id) as Figure
    assert.ok(isComputed(figure))
    const period = halfYear('109H2')
    const { value, rows } = await computeFigure(ctx, figure, { ...period, asOf: taipei(asOf) })
    return [value, rows]
  })

test('the full volume is counted from its rows as the document has it', async () => {
  assert.deepEqual(await printed('F069', '2021-01-10'), [4, 4])
  assert.deepEqual(await printed('F070', '2021-01-10'), [4713, 4713])
  assert.deepEqual(await printed('F071', '2021-01-10'), [114, 114])
  assert.deepEqual(await printed('F072', '2021-01-10'), ['08:00-12:00;13:30-17:30', 10])
})

test('as of an earlier cut-off only what was recorded by then is counted', async () => {
  const [early] = await printed('F070', '2020-10-01')
  assert.ok(Number(early) > 1000 && Number(early) < 4713, String(early))
  assert.deepEqual(await printed('F069', '2020-06-01'), [0, 0])
})

test('the coming week has free places on Tuesday, and a full day', async () => {
  const slots = await read(
    platform,
    systemActor('test'),
    'demo',
    (ctx) => slotsAhead(ctx, legalAidService),
    { now },
  )
  const tuesday = slots.filter(
    ({ starts_at }) => new Date(+starts_at + 28_800_000).getUTCDay() === 2,
  )
  assert.ok(tuesday.some(({ free }) => free > 0))
  const byDay = Map.groupBy(slots, ({ venue, date }) => `${venue} ${date}`)
  assert.ok([...byDay.values()].some((day) => day.every(({ free }) => free === 0)))
})
