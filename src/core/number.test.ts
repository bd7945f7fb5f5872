import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { followCode, normalNumber, recordNumber, secretHash } from './number.ts'

const at = new Date('2020-07-01T00:00:00+08:00')
const numbers = fc.integer({ min: 1, max: 9_999_999 }).map((n) => recordNumber('D', at, n))

test('a number carries the year of the Republic in Taipei and a check digit', () => {
  assert.match(recordNumber('D', at, 123), /^D109-000123-\d$/)
  assert.match(recordNumber('P', new Date('2020-12-31T16:00:00Z'), 1), /^P110-/)
})

test('a number is known however it is written', () => {
  fc.assert(
    fc.property(numbers, (no) => {
      assert.equal(normalNumber(no), no)
      assert.equal(normalNumber(` ${no.toLowerCase().replaceAll('-', '')} `), no)
      const wide = [...no].map((c) =>
        c === '-' ? '－' : String.fromCharCode(c.charCodeAt(0) + 65248),
      )
      assert.equal(normalNumber(wide.join('')), no)
    }),
  )
})

test('every slip of one digit is noticed', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), fc.integer({ min: 1, max: 9 }), (no, where, by) => {
      const places = [...no.matchAll(/\d/g)].map(({ index }) => index)
      const place = places[where % places.length]!
      const slipped = (Number(no[place]) + by) % 10
      assert.equal(normalNumber(no.slice(0, place) + slipped + no.slice(place + 1)), undefined)
    }),
  )
})

test('two neighbouring digits that changed places are noticed, except 0 and 9', () => {
  fc.assert(
    fc.property(numbers, fc.nat(), (no, where) => {
      const bare = no.replaceAll('-', '')
      const at = 1 + (where % (bare.length - 2))
      const [a, b] = [bare[at]!, bare[at + 1]!]
      const swapped = bare.slice(0, at) + b + a + bare.slice(at + 2)
      const known = a === b || /^(09|90)$/.test(a + b)
      assert.equal(normalNumber(swapped) !== undefined, known)
    }),
  )
})

test('junk is no number', () => {
  for (const junk of ['', 'D', '109', 'D109-1-1', "D109-000123-4'; --", '１'.repeat(50)])
    assert.equal(normalNumber(junk), undefined)
})

test('a code has eight plain characters, and its hash depends on number and secret', () => {
  const secret = Buffer.alloc(32, 7)
  const codes = new Set(Array.from({ length: 500 }, (_, n) => followCode(secret, `D${n}`)))
  assert.equal(codes.size, 500)
  for (const code of codes) assert.match(code, /^[A-HJKMNP-RTUVWXY346789]{8}$/)
  const [a, b] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  assert.equal(secretHash(a, 'D1', 'abcd 3466'), secretHash(a, 'D1', 'ABCD3466'))
  assert.notEqual(secretHash(a, 'D1', 'ABCD3466'), secretHash(a, 'D2', 'ABCD3466'))
  assert.notEqual(secretHash(a, 'D1', 'ABCD3466'), secretHash(b, 'D1', 'ABCD3466'))
})
