import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCdr } from './cdr.ts'

const now = new Date('2020-12-31T00:00:00Z')
const asterisk = [
  'calldate,src,dst,dcontext,duration,billsec,disposition,uniqueid',
  '2020-09-01 09:00:00,0912345678,1999,general,95,80,ANSWERED,a-1',
  '2020-09-01 09:05:00,anonymous,1999,dispatch,31,0,NO ANSWER,a-2',
  '2020-09-01 09:06:00,0912345678,1999,dispatch,2,0,BUSY,a-3',
]

test("Asterisk's records become calls by the names of their columns", () => {
  const { calls, faults } = readCdr(asterisk.join('\n'), now)
  assert.deepEqual(faults, [])
  assert.deepEqual(calls[0], {
    sourceId: 'a-1',
    direction: 'in',
    queue: 'general',
    caller: '0912345678',
    beganAt: '2020-09-01T01:00:00.000Z',
    answeredAt: '2020-09-01T01:00:15.000Z',
    endedAt: '2020-09-01T01:01:35.000Z',
    outcome: 'answered',
  })
  assert.deepEqual(
    calls.map(({ outcome }) => outcome),
    ['answered', 'abandoned', 'overflowed'],
  )
})

test("Kamailio's records, with other separators, zones and a byte order mark, are read too", () => {
  const text = '\ufeffcallid;time;src_user;sip_code\r\nk@1;2020-09-01T09:00:00+09:00;0912;487\r\n'
  const { calls } = readCdr(text, now)
  assert.equal(calls[0]?.beganAt, '2020-09-01T00:00:00.000Z')
  assert.equal(calls[0]?.outcome, 'abandoned')
})

test('each bad line is named with its number and its reason, and no good one is lost', () => {
  const bad = [
    '2020-09-01 09:00:00,1,2,q,5,5,ANSWERED,',
    'yesterday,1,2,q,5,5,ANSWERED,b-1',
    '2021-09-01 09:00:00,1,2,q,5,5,ANSWERED,b-2',
    '2020-09-01 09:00:00,1,2,q,5,50,ANSWERED,b-3',
    '2020-09-01 09:00:00,1,2,q,5,5,SNEEZED,b-4',
    '2020-09-01 09:00:00,1,2,q,5,5,ANSWERED,a-1',
    'half a line',
  ]
  const { calls, faults } = readCdr([...asterisk, ...bad].join('\n'), now)
  assert.equal(calls.length, 3)
  assert.deepEqual(
    faults.map(({ line }) => line),
    [5, 6, 7, 8, 9, 10, 11],
  )
  assert.match(faults[4]!.why.zh, /SNEEZED/)
  assert.match(faults[5]!.why.zh, /第 2 列/)
})

test('a file without a line of names says what is missing', () => {
  const { calls, faults } = readCdr(asterisk.slice(1).join('\n'), now)
  assert.deepEqual(calls, [])
  assert.match(faults[0]!.why.zh, /uniqueid/)
  assert.equal(readCdr('', now).faults.length, 2)
})

test('whatever is sent, every line is either a call or a fault', () => {
  const cell = fc.string({ maxLength: 12 }).map((text) => text.replace(/[",;\t\r\n]/g, ''))
  const line = fc.array(cell, { minLength: 8, maxLength: 8 }).map((cells) => `x${cells.join(',')}`)
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const { calls, faults } = readCdr([asterisk[0], ...lines].join('\n'), now)
      assert.equal(calls.length + faults.length, lines.length)
    }),
  )
})
