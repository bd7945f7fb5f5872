import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything } from '../../../test/records.ts'
import { systemActor } from '../../core/context.ts'
import { row, transact } from '../../core/db.ts'
import { perform } from '../../core/operation.ts'
import { listCallBacks, tryCallBack } from './call-backs.ts'
import { hearCall } from './hear.ts'
import { wrapUp } from './wrap-up.ts'

const platform = await testCity()
const operator = staffOf(platform, 'operator-1')
const at = (minute: number) => ({ now: new Date(Date.UTC(2020, 8, 1, 1, minute)) })

async function call(callId: string, ends = true): Promise<string> {
  const sign = { source: 'pbx', callId, from: '0912345678', user: ['operator-1'] }
  const exchange = systemActor('exchange:pbx')
  const { id } = await perform(platform, hearCall, exchange, { ...sign, event: 'newCall' }, at(0))
  await perform(platform, hearCall, exchange, { ...sign, event: 'answer' }, at(1))
  if (ends) await perform(platform, hearCall, exchange, { ...sign, event: 'hangup' }, at(2))
  return id
}

const promise = {
  name: '王小姐',
  number: '07-336-8333',
  dueAt: '2020-09-01T10:00',
  reason: '回報修路日期',
}

async function promised(callId: string): Promise<string> {
  const input = { call: await call(callId), codes: ['call-back'], callBack: promise }
  await perform(platform, wrapUp, operator, input, at(3))
  return (await list()).filter(({ state }) => state === 'open').at(-1)!.id
}

const list = () => perform(platform, listCallBacks, operator, {}, at(30))
const attempt = (id: string, reached: boolean, note = '') =>
  perform(platform, tryCallBack, operator, { id, reached, note }, at(40))

test('a call-back is promised after a call, its number sealed until it is over', async () => {
  const id = await promised('a')
  const [kept] = await list()
  assert.equal(kept?.number, '+88673368333')
  assert.equal(kept?.due.toISOString(), '2020-09-01T02:00:00.000Z')
  const raw = await transact(platform.database.app, everything, (db) =>
    row(db, sql<{ line: string }>`select b::text as line from call_centre.call_back b`),
  )
  assert.doesNotMatch(raw!.line, /3368333/)
  await attempt(id, true, '已告知')
  const done = (await list()).find((one) => one.id === id)
  assert.deepEqual([done?.state, done?.number, done?.note], ['done', null, '已告知'])
  await assert.rejects(attempt(id, true), { status: 404 })
})

test('after three tries it ends, and only with a note of what follows', async () => {
  const id = await promised('b')
  await attempt(id, false)
  await attempt(id, false)
  await assert.rejects(attempt(id, false), { status: 422 })
  await attempt(id, false, '改寄書面通知')
  const over = (await list()).find((one) => one.id === id)
  assert.deepEqual([over?.state, over?.tries, over?.number], ['failed', 3, null])
})

test('the one that is due first stands first', async () => {
  const later = { ...promise, dueAt: '2020-09-02T10:00' }
  const input = { call: await call('c'), codes: ['call-back'], callBack: later }
  await perform(platform, wrapUp, operator, input, at(3))
  const soon = await promised('d')
  const open = (await list()).filter(({ state }) => state === 'open')
  assert.equal(open.length, 2)
  assert.ok(open[0]!.due < open[1]!.due)
  assert.ok(soon)
})

test('a call is wrapped up once, after its end, with known codes, for a time to come', async () => {
  const wrap = (input: object) => perform(platform, wrapUp, operator, input, at(5))
  const talking = await call('e', false)
  await assert.rejects(wrap({ call: talking, codes: ['answered'] }), { status: 409 })
  const ended = await call('f')
  await assert.rejects(wrap({ call: ended, codes: [] }), { status: 422 })
  await assert.rejects(wrap({ call: ended, codes: ['made-up'] }), { status: 422 })
  const past = { ...promise, dueAt: '2020-08-01T10:00' }
  await assert.rejects(wrap({ call: ended, codes: ['answered'], callBack: past }), (error) => {
    assert.deepEqual(Object.keys((error as { fields: object }).fields), ['callBack.dueAt'])
    return true
  })
  await wrap({ call: ended, codes: ['answered'] })
  await assert.rejects(wrap({ call: ended, codes: ['answered'] }), { status: 409 })
  await assert.rejects(wrap({ call: 'nothing', codes: ['answered'] }), { status: 404 })
})
