import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { e164, national } from './numbers.ts'

const cases: readonly [string, string | null][] = [
  ['0912-345-678', '+886912345678'],
  ['+886 912 345 678', '+886912345678'],
  ['+886(0)912345678', '+886912345678'],
  ['00886912345678', '+886912345678'],
  ['886912345678', '+886912345678'],
  ['(07) 336-8333', '+88673368333'],
  ['3368333', '+88673368333'],
  ['07-3368333#2123', '+88673368333'],
  ['sip:0912345678@10.0.0.1:5060;user=phone', '+886912345678'],
  ['<sip:+886912345678@exchange>', '+886912345678'],
  ['+81 3 1234 5678', '+81312345678'],
  ['0081312345678', '+81312345678'],
  ['０９１２－３４５－６７８', '+886912345678'],
  ['０７－３３６８３３３＃２１２３', '+88673368333'],
  ['anonymous', null],
  ['', null],
  ['101', null],
  ['1999', null],
]

for (const [given, number] of cases)
  test(`「${given}」 is ${number ?? 'no number'}`, () => assert.equal(e164(given, '7'), number))

test('however a mobile number is written, it is one number', () => {
  const mobile = fc.integer({ min: 0, max: 99_999_999 }).map((n) => String(n).padStart(8, '0'))
  const between = fc.constantFrom('', '-', ' ', '.')
  fc.assert(
    fc.property(mobile, between, fc.constantFrom('09', '+8869', '8869'), (n, gap, start) => {
      const written = `${start}${n.slice(0, 2)}${gap}${n.slice(2, 5)}${gap}${n.slice(5)}`
      assert.equal(e164(written, '7'), `+8869${n}`)
      assert.equal(national(e164(written, '7')!), `9${n}`)
    }),
  )
})
