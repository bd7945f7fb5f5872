import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonical, hashRow, sha256Hex } from './canonical.ts'

test('the example of RFC 8785, section 3.2.2, has its canonical text', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"\u002f',
    literals: [null, true, false],
  }
  assert.equal(
    canonical(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('keys sort by UTF-16 code units, as RFC 8785 asks', () => {
  const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, ö: 7 }
  assert.equal(canonical(keys), '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}')
})

test('the order in which keys were written does not matter', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => {
      const turned = Object.fromEntries(Object.entries(row).reverse())
      assert.deepEqual(hashRow(turned), hashRow(row))
    }),
  )
})

test('canonical text reads back as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('what JSON cannot say is not hashed', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, cycle, '\ud800'])
    assert.throws(() => hashRow(value))
})

test('an instant is hashed as its ISO text', () => {
  const at = new Date('2020-11-27T05:05:00Z')
  assert.equal(canonical({ at }), '{"at":"2020-11-27T05:05:00.000Z"}')
})

test('the digest is SHA-256 in hexadecimal', () => {
  assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(hashRow({}).toString('hex'), sha256Hex('{}'))
})
