import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cardNumber, maskName } from './number.ts'

test('a number is the same however it was spaced or typed', () => {
  for (const typed of [
    '1234-5678-9012-3456',
    '１２３４ ５６７８ ９０１２ ３４５６',
    ' 1234567890123456',
  ])
    assert.equal(cardNumber(typed), '1234567890123456')
  assert.equal(cardNumber('abcd1234'), 'ABCD1234')
  for (const wrong of ['', '1234567', '1'.repeat(21), '1234_5678', '一二三四五六七八'])
    assert.equal(cardNumber(wrong), null, wrong)
})

test('a masked name shows the ends of a Chinese name and the initials of others', () => {
  const names = { 王小明: '王○明', 王明: '王○', 歐陽小明: '歐○明', 王: '王○' }
  for (const [name, masked] of Object.entries(names)) assert.equal(maskName(name), masked)
  assert.equal(maskName('Ann  van Dyk'), 'A*** v*** D***')
  assert.equal(maskName('𠮷田太郎'), '𠮷○郎')
})

test('a masked name never holds the whole of one, and stays short', () => {
  const name = fc
    .string({ minLength: 3, maxLength: 60 })
    .filter((one) => /\S.*\S/.test(one) && !/[*○]/.test(one))
  fc.assert(fc.property(name, (given) => maskName(given) !== given && maskName(given).length <= 23))
})
