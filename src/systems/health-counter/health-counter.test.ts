import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../../test/city.ts'
import { systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { halfYear } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { computeValue } from '../../kernel/figures/compute.ts'
import { healthCounterFigures } from './figures.ts'
import { declareHours, healthPack } from './hours.ts'
import { annulService, tally, undo } from './operations.ts'

const platform = await testCity()
const desk = staffOf(platform, 'health-desk-1')
const manager = staffOf(platform, 'commission-1')
const { since, weekdays, hours } = healthPack(platform.city)
const at = (time: string) => ({ now: new Date(`${time}+08:00`) })
await perform(
  platform,
  declareHours,
  manager,
  { since, weekdays, hours },
  at('2020-06-30T09:00:00'),
)
const kind = 'blood-pressure'
const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

/** A figure of the second half of 2020, as recorded by an instant. */
const figure = (id: string, asOf: string) =>
  read(platform, systemActor('test'), 'figures', (ctx) => {
    const found = healthCounterFigures.find((one) => one.id === id)!
    return computeValue(ctx, found, { ...halfYear('109H2'), asOf: at(asOf).now })
  })

test('a tap counts one, and within five minutes it can be taken back', async () => {
  const { id } = await perform(platform, tally, desk, { kind }, at('2020-09-01T09:00:00'))
  await perform(platform, tally, desk, { kind }, at('2020-09-01T09:01:00'))
  assert.equal(await figure('F071', '2020-09-01T09:02:00'), 2)
  await perform(platform, undo, desk, { id }, at('2020-09-01T09:05:00'))
  assert.equal(await figure('F071', '2021-01-10T00:00:00'), 1)
  // What was known before the undo stays known as it was.
  assert.equal(await figure('F071', '2020-09-01T09:02:00'), 2)
  await assert.rejects(
    perform(platform, undo, desk, { id }, at('2020-09-01T09:05:00')),
    refused('not-found'),
  )
})

test('later it takes a manager and a reason', async () => {
  const { id } = await perform(platform, tally, desk, { kind }, at('2020-09-02T09:00:00'))
  const late = at('2020-09-02T09:05:01')
  await assert.rejects(perform(platform, undo, desk, { id }, late), refused('health-counter.late'))
  const slip = { id, reason: '重複登記' }
  await assert.rejects(perform(platform, annulService, desk, slip, late), refused('forbidden'))
  await perform(platform, annulService, manager, slip, late)
})

test('outside the opening hours a reason is asked for', async () => {
  const closed = ['2020-09-03T12:00:00', '2020-09-03T17:30:00', '2020-09-05T09:00:00']
  for (const time of closed) {
    await assert.rejects(perform(platform, tally, desk, { kind }, at(time)), (error) => {
      assert.ok(error instanceof Refused && error.fields.reason)
      return true
    })
    await perform(platform, tally, desk, { kind, reason: '還有人在等' }, at(time))
  }
  await perform(platform, tally, desk, { kind }, at('2020-09-03T13:30:00'))
})

test('new hours take the place of the old ones from their day, in the figure as well', async () => {
  const value = '08:00-12:00;13:30-17:30'
  assert.equal(await figure('F072', '2021-01-10T00:00:00'), value)
  const mornings = { since: '2020-12-01', weekdays, hours: [{ from: '09:00', to: '11:30' }] }
  await perform(platform, declareHours, manager, mornings, at('2020-11-20T09:00:00'))
  assert.equal(await figure('F072', '2021-01-10T00:00:00'), '09:00-11:30')
  // As recorded before the change, the report still says what it said.
  assert.equal(await figure('F072', '2020-11-20T09:00:00'), value)
})
