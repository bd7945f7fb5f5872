import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { staffOf, testCity } from '../../../test/city.ts'
import { everything, lamp } from '../../../test/records.ts'
import { serve } from '../../../test/serve.ts'
import { publicActor } from '../../core/context.ts'
import { row, rows, transact } from '../../core/db.ts'
import { perform, read } from '../../core/operation.ts'
import { lineState } from '../../kernel/messages/lines.ts'
import { report } from '../dispatch/operations.ts'
import { mountCti } from './cti.ts'
import { endExchange, issueExchange } from './exchanges.ts'
import { standingOf } from './states.ts'

const platform = await testCity({ demo: false })
const admin = staffOf(platform, 'admin-1')
const operator = staffOf(platform, 'operator-1')
const { id, token } = await perform(platform, issueExchange, admin, { name: 'pbx-1' })
const { origin } = await serve(platform, (app) => mountCti(app, platform))

const post = (body: Record<string, string>, to = token) =>
  fetch(`${origin}/cti/${to}`, { method: 'POST', body: new URLSearchParams(body) })

const city = <T>(work: Parameters<typeof transact<T>>[2]) =>
  transact(platform.database.app, everything, work)

type Kept = Record<string, string | null> & { offered: string[] }
const callOf = (callId: string) =>
  city((db) => row(db, sql<Kept>`select * from call_centre.call where source_id = ${callId}`))

const ring = (callId: string, more: Record<string, string> = {}) =>
  post({
    event: 'newCall',
    callId,
    direction: 'in',
    from: '0912-345-678',
    to: '1999',
    queue: 'general',
    'user[]': 'operator-1',
    ...more,
  })

test('a call is heard from its ringing to its end, as a form and as JSON', async () => {
  const answer = await ring('a')
  assert.equal(answer.status, 200)
  assert.equal(await answer.text(), '{}')
  const rung = await callOf('a')
  assert.equal(rung?.outcome, 'ringing')
  assert.deepEqual(rung?.offered, [operator.id])
  const json = await fetch(`${origin}/cti/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'answer', callId: 'a', answeringNumber: 101, user: [] }),
  })
  assert.equal(json.status, 200)
  assert.equal((await callOf('a'))?.operator, operator.id)
  await post({ event: 'hangup', callId: 'a', cause: 'normalClearing' })
  const ended = await callOf('a')
  assert.equal(ended?.outcome, 'answered')
  assert.ok(ended?.ended_at)
  const standing = await read(platform, operator, 'call-centre.record', (ctx) =>
    standingOf(ctx, operator.id),
  )
  assert.equal(standing.state, 'wrap-up')
})

test('of a number only a keyed digest and three digits are kept', async () => {
  await ring('b')
  const { rows: all } = await platform.database.owner.query(
    `select c::text as line from call_centre.call c
      union all select e::text from core.event e
      union all select i::text from cases.interaction i`,
  )
  for (const { line } of all) assert.doesNotMatch(line, /0?912[- ]?345/)
  assert.equal((await callOf('b'))?.caller_tail, '678')
})

test('the same sign again, or one in the wrong order, does no harm', async () => {
  const before = await callOf('a')
  for (const event of ['hangup', 'answer', 'newCall', 'hangup'])
    assert.equal((await post({ event, callId: 'a', queue: 'general' })).status, 200)
  assert.deepEqual(await callOf('a'), before)
  assert.equal((await post({ event: 'hangup', callId: 'never-rang' })).status, 200)
  await ring('never-rang')
  const late = await callOf('never-rang')
  assert.equal(late?.outcome, 'abandoned')
  assert.equal(late?.queue, 'general')
})

test('signs that come at the same moment are all heard, each once', async () => {
  const signs = ['newCall', 'newCall', 'answer', 'answer', 'hangup', 'hangup']
  const answers = await Promise.all(
    signs.map((event) => post({ event, callId: 'crowd', queue: 'dispatch', from: '0900000001' })),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal((await callOf('crowd'))?.outcome, 'answered')
})

test('a call brings the cases under its number, not confidential ones', async () => {
  const opened = await perform(platform, report, publicActor, {
    ...lamp,
    phone: '(09) 7712-3456',
  })
  const hidden = await perform(platform, report, publicActor, { ...lamp, phone: '0977123456' })
  await platform.database.owner.query('update cases.case set confidential = true where no = $1', [
    hidden.no,
  ])
  await ring('known', { from: '+886977123456' })
  const found = await city((db) =>
    rows(
      db,
      sql<{ case_id: string }>`select case_id from call_centre.caller r
        join call_centre.call c on c.caller_digest = r.digest where c.source_id = 'known'`,
    ),
  )
  assert.deepEqual(found, [{ case_id: opened.id }])
})

test('a case that is filed with the call is joined to it', async () => {
  await ring('joined')
  const via = (await callOf('joined'))?.interaction
  assert.match(String(via), /^[0-9a-f-]{36}$/)
  const kept = await city((db) =>
    row(db, sql`select kind from cases.interaction where id::text = ${via}`),
  )
  assert.deepEqual(kept, { kind: 'call' })
})

test('the lines say who talks, who waits, and when they are full', async () => {
  const now = () => read(platform, publicActor, 'public', lineState)
  const start = (await now()).find(({ queue }) => queue === 'petition')
  assert.equal(start, undefined)
  for (let i = 0; i < 4; i++) await ring(`p${i}`, { queue: 'petition', 'user[]': '' })
  const full = (await now()).find(({ queue }) => queue === 'petition')
  assert.deepEqual(
    { busy: full?.busy, waiting: full?.waiting, full: full?.full },
    { busy: 0, waiting: 4, full: true },
  )
  await post({ event: 'answer', callId: 'p0' })
  await post({ event: 'hangup', callId: 'p1' })
  const after = (await now()).find(({ queue }) => queue === 'petition')
  assert.deepEqual(
    { busy: after?.busy, waiting: after?.waiting, full: after?.full },
    { busy: 1, waiting: 2, full: false },
  )
})

test('what cannot be read is refused 422, a token that is not known 403', async () => {
  assert.equal((await post({ event: 'sneeze', callId: 'x' })).status, 422)
  assert.equal((await post({ event: 'newCall' })).status, 422)
  assert.equal((await post({ event: 'newCall', callId: 'x' }, 'guessed')).status, 403)
  assert.equal(await callOf('x'), undefined)
})

test('a token is kept as its hash and opens nothing once it is ended', async () => {
  const { rows: kept } = await platform.database.owner.query('select * from call_centre.exchange')
  assert.doesNotMatch(JSON.stringify(kept), new RegExp(token))
  await perform(platform, endExchange, admin, { id })
  assert.equal((await ring('after-the-end')).status, 403)
  await assert.rejects(perform(platform, endExchange, admin, { id }), { status: 404 })
  await assert.rejects(perform(platform, issueExchange, operator, { name: 'mine' }), {
    status: 403,
  })
})
