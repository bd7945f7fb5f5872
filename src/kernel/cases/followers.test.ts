import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp } from '../../../test/records.ts'
import { publicActor } from '../../core/context.ts'
import { rows, transact } from '../../core/db.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { petition } from '../../systems/petitions/operations.ts'
import { joinOperation, leaveCase, leaveToken, nearbyCases } from './followers.ts'
import { stepOf } from './operations.ts'

const platform = await testCity()
const join = joinOperation(dispatchCase)
const refused = (code: string) => (error: unknown) =>
  error instanceof Refused && error.code === code

const file = (more: object = {}) =>
  perform(platform, report, publicActor, { ...lamp, email: undefined, ...more })

const near = (spot: { lat: number; lon: number; words?: string; item?: string }) =>
  read(platform, publicActor, 'public', (ctx) =>
    nearbyCases(ctx, dispatchCase, { item: lamp.item, ...spot }),
  )

const mailTo = (address: string) =>
  transact(platform.database.app, everything, (db) =>
    rows(db, sql<{ body: string }>`select body from messages.message where recipient = ${address}`),
  )

test('open reports of the group nearby are suggested, the likeliest first', async () => {
  // One ten-thousandth of a degree of latitude is 11.1 m; the radius of a streetlight is 25 m.
  const here = await file()
  const close = await file({ lat: lamp.lat + 0.0001, body: '公園入口的燈閃爍' })
  await file({ lat: lamp.lat + 0.0004 })
  await file({ item: 'pothole', answers: { size: 'hand' } })
  const found = await near({ ...lamp, words: '公園入口的燈閃爍' })
  assert.deepEqual(found.map(({ no }) => no).sort(), [here.no, close.no].sort())
  assert.equal(found[0]?.no, close.no, 'alike words count more than ten metres')
  const [there] = found.filter(({ no }) => no === close.no)
  assert.ok(Math.abs((there?.metres_away ?? 0) - 11.1) < 0.2)
})

test('who joins hears of the next step, once per address, until they leave', async () => {
  const { no } = await file({ lat: 22.65 })
  const joined = await perform(platform, join, publicActor, { case: no, email: 'a@example.com' })
  await assert.rejects(
    perform(platform, join, publicActor, { case: no, email: 'A@example.com' }),
    refused('invalid'),
  )
  const crew = staffOf(platform, 'officer-maintenance')
  await perform(platform, stepOf(dispatchCase, 'start'), crew, { case: no })
  const [letter] = await mailTo('a@example.com')
  const token = leaveToken(platform.config.secret, (joined as { follower: string }).follower)
  assert.ok(letter?.body.includes(`/leave/${token}`))
  await assert.rejects(perform(platform, leaveCase, publicActor, { token: `${token}0` }))
  await perform(platform, leaveCase, publicActor, { token })
  await perform(platform, stepOf(dispatchCase, 'decline'), crew, {
    case: no,
    statement: '無法辦理。',
  })
  assert.equal((await mailTo('a@example.com')).length, 1)
})

test('a case that is not public, or has ended, cannot be joined', async () => {
  const asked = { item: 'transport', subject: '公車誤點的事', body: '等了一個小時', name: '王小明' }
  const secret = await perform(platform, petition, publicActor, { ...asked, phone: '07-0000000' })
  await assert.rejects(
    perform(platform, join, publicActor, { case: secret.no }),
    refused('not-found'),
  )
  const { no } = await file({ lat: 22.66 })
  const crew = staffOf(platform, 'officer-maintenance')
  await perform(platform, stepOf(dispatchCase, 'decline'), crew, {
    case: no,
    statement: '無法辦理。',
  })
  await assert.rejects(perform(platform, join, publicActor, { case: no }), refused('case.ended'))
})
