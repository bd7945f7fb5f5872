import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../test/city.ts'
import { systemActor } from '../core/context.ts'
import { halfYear, taipei } from '../core/format.ts'
import { perform, read } from '../core/operation.ts'
import { computeFigure, isComputed } from '../kernel/figures/compute.ts'
import type { Figure } from '../kernel/figures/figure.ts'
import { boardOf } from '../systems/call-centre/board.ts'
import { listCallBacks } from '../systems/call-centre/call-backs.ts'
import { staffing } from '../systems/call-centre/staffing.ts'
import { allFigures } from '../systems/council-report/figures.ts'
import { loadRecentCalls } from './calls.ts'

const now = new Date('2026-11-23T14:00:00+08:00')
const platform = { ...(await testCity()), now: () => now }
await loadRecentCalls(platform)
const supervisor = staffOf(platform, 'call-supervisor-1')

test('the board has calls of today, and operators at work and on a break', async () => {
  const board = await read(platform, supervisor, 'call-centre.supervise', boardOf)
  const offered = board.queues.reduce((sum, one) => sum + one.offered, 0)
  const answered = board.queues.reduce((sum, one) => sum + one.answered, 0)
  assert.ok(offered > 40 && answered > 0.8 * offered && answered < offered, `${answered}`)
  assert.deepEqual(
    board.atWork.map(({ state }) => state),
    ['available', 'break'],
  )
  const drawn = board.halfHours.reduce((sum, one) => sum + one.offered, 0)
  assert.equal(drawn, offered)
})

test('the staffing table has a week, and more at noon than at night', async () => {
  const { needs } = await perform(platform, staffing, supervisor, { weeks: 8 })
  const at = (bin: number) => needs.find((need) => need.weekday === 2 && need.bin === bin)
  assert.equal(new Set(needs.map(({ weekday }) => weekday)).size, 7)
  assert.ok((at(24)?.calls ?? 0) > (at(5)?.calls ?? 0))
})

test('one call-back is due and one is to come', async () => {
  const open = await perform(platform, listCallBacks, supervisor, {})
  assert.deepEqual(
    open.map(({ due }) => due <= now),
    [true, false],
  )
})

test('the half-year of the report counts none of them', async () => {
  const counted = await read(platform, systemActor('test'), 'figures', async (ctx) => {
    const figure = allFigures().get('F075') as Figure
    assert.ok(isComputed(figure))
    return computeFigure(ctx, figure, { ...halfYear('109H2'), asOf: taipei('2026-12-01') })
  })
  assert.equal(counted.rows, 0)
})
