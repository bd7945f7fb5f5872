import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../../test/city.ts'
import { systemActor } from '../../core/context.ts'
import { perform, read } from '../../core/operation.ts'
import { boardOf, shareInTime } from './board.ts'
import { agentsFor } from './erlang.ts'
import { hearCall } from './hear.ts'
import { importCalls } from './operations.ts'
import { needsOf, staffing } from './staffing.ts'

const now = new Date('2026-11-23T09:40:00+08:00')
const platform = { ...(await testCity()), now: () => now }
const supervisor = staffOf(platform, 'call-supervisor-1')

/** A call that began then; answered after some seconds, or given up. */
const call = (sourceId: string, began: string, waited?: number, talked = 60) => {
  const at = (seconds: number) => new Date(Date.parse(began) + seconds * 1000).toISOString()
  return {
    sourceId,
    queue: 'general',
    beganAt: at(0),
    endedAt: at((waited ?? 30) + talked),
    ...(waited !== undefined && { answeredAt: at(waited) }),
    outcome: waited === undefined ? 'abandoned' : 'answered',
  }
}

const bring = (calls: object[]) =>
  perform(platform, importCalls, systemActor('test'), { source: 'pbx', calls })

test('the service level is what was answered in time, of all that came in today', async () => {
  await bring([
    call('yesterday', '2026-11-22T23:59:00+08:00', 1),
    call('in-time', '2026-11-23T00:00:00+08:00', 20),
    call('late', '2026-11-23T09:05:00+08:00', 21),
    call('given-up', '2026-11-23T09:29:59+08:00'),
    { ...call('out', '2026-11-23T09:10:00+08:00', 1), direction: 'out' },
  ])
  const ringing = { source: 'pbx', callId: 'rings', event: 'newCall', queue: 'general' }
  const began = new Date(+now - 45_000)
  await perform(platform, hearCall, systemActor('exchange:pbx'), ringing, { now: began })
  const board = await read(platform, supervisor, 'call-centre.supervise', boardOf)
  assert.deepEqual(board.queues, [
    {
      ...{ queue: 'general', offered: 4, answered: 2, inTime: 1, abandoned: 1, overflowed: 0 },
      ...{ waiting: 1, longestSeconds: 45, talking: 0 },
    },
  ])
  assert.equal(shareInTime(board.queues[0]!), 0.25)
  assert.deepEqual(
    board.halfHours.map(({ bin, offered }) => [bin, offered]),
    [
      [0, 1],
      [18, 2],
      [19, 1],
    ],
  )
})

test('the week is reckoned from whole weeks, each half hour by itself', async () => {
  const tuesdays = ['2026-11-03', '2026-11-10', '2026-11-17', '2026-10-27']
  await bring(
    tuesdays.flatMap((day) =>
      Array.from({ length: 40 }, (_, i) =>
        call(`${day}-${i}`, `${day}T10:${30 + (i % 30)}:00+08:00`, 5, 170),
      ),
    ),
  )
  const { needs, goal } = await perform(platform, staffing, supervisor, { weeks: 4 })
  const need = needs.find(({ weekday, bin }) => weekday === 2 && bin === 21)
  assert.equal(need?.calls, 40)
  assert.equal(need?.handleSeconds, 170)
  const demand = { calls: 40, handleSeconds: 170, spanSeconds: 1800 }
  assert.equal(need?.agents, agentsFor(demand, goal))
  assert.ok((need?.level ?? 0) >= goal.share)
})

test('a half hour in which nobody was answered is reckoned with the usual talk', () => {
  const busy = { weekday: 1, bin: 20, calls: 80, answered: 80, talkSeconds: 80 * 150 }
  const lost = { weekday: 1, bin: 21, calls: 80, answered: 0, talkSeconds: 0 }
  const [one, other] = needsOf([busy, lost], 8, 30, { seconds: 20, share: 0.8 })
  assert.equal(one?.handleSeconds, 180)
  assert.equal(other?.agents, one?.agents)
})

test('only supervisors see the board and the staffing', async () => {
  const operator = staffOf(platform, 'operator-1')
  await assert.rejects(perform(platform, staffing, operator, {}), { status: 403 })
})
