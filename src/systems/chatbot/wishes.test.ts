import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { taipei } from '../../core/format.ts'
import { isGreeting, lawyerWish, wantsPerson } from './wishes.ts'

// 4 May 2026 is a Monday.
const monday = new Date('2026-05-04T10:00:00+08:00')

test('who asks for a person is heard, also in passing', () => {
  for (const text of ['我要真人', '轉接客服', '可以找專人嗎', 'I want to talk to a human'])
    assert.equal(wantsPerson(text), true, text)
  for (const text of ['客運怎麼搭', '垃圾車幾點來', 'how to talk to my landlord'])
    assert.equal(wantsPerson(text), false, text)
})

test('a greeting is no question, but a question that greets is', () => {
  for (const text of ['你好！', 'Hello', '謝謝', '早安～'])
    assert.equal(isGreeting(text), true, text)
  for (const text of ['你好，垃圾車幾點來', 'hi there is a pothole'])
    assert.equal(isGreeting(text), false, text)
})

test('a weekday for a lawyer is the next one, today excluded', () => {
  assert.equal(lawyerWish('星期二找律師', monday), '2026-05-05')
  assert.equal(lawyerWish('禮拜一想問律師', monday), '2026-05-11')
  assert.equal(lawyerWish('週日有律師嗎', monday), '2026-05-10')
  assert.equal(lawyerWish('see a lawyer on Friday', monday), '2026-05-08')
  assert.equal(lawyerWish('明天想法律諮詢', monday), '2026-05-05')
})

test('next week means the next week', () => {
  assert.equal(lawyerWish('下週二找律師', monday), '2026-05-12')
  assert.equal(lawyerWish('下星期天法律諮詢', monday), '2026-05-17')
})

test('without a day any will do, and without a lawyer it is no wish', () => {
  assert.equal(lawyerWish('我想找律師', monday), 'any')
  assert.equal(lawyerWish('星期二垃圾車來嗎', monday), null)
})

test('the day is always one to seven days ahead, and of the name that was said', () => {
  const names = [...'日一二三四五六']
  fc.assert(
    fc.property(fc.nat(6), fc.nat(3000), (name, days) => {
      const now = new Date(+monday + days * 86_400_000)
      const day = taipei(String(lawyerWish(`星期${names[name]}找律師`, now)))
      const ahead = (+day - +taipei(new Date(+now + 28_800_000).toISOString().slice(0, 10))) / 864e5
      assert.ok(ahead >= 1 && ahead <= 7)
      assert.equal(new Date(+day + 28_800_000).getUTCDay(), name)
    }),
  )
})
