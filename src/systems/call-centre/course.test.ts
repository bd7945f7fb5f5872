import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { after, type Course, type Sign } from './course.ts'

const at = (second: number) => new Date(Date.UTC(2020, 8, 1) + second * 1000)

const heard = (signs: readonly Sign[]): Course | undefined =>
  signs.reduce<Course | undefined>((call, sign, i) => after(call, sign, at(i)), undefined)

test('a call rings, is answered and ends', () => {
  const call = heard(['newCall', 'answer', 'hangup'])
  assert.deepEqual(call, { began: at(0), answered: at(1), ended: at(2), outcome: 'answered' })
})

test('a call without an answer is abandoned, or overflowed where no line was free', () => {
  assert.equal(heard(['newCall', 'hangup'])?.outcome, 'abandoned')
  assert.equal(after(heard(['newCall']), 'hangup', at(9), 'busy').outcome, 'overflowed')
})

test('in any order and however often, a call ends answered, its times in order', () => {
  const all: Sign[] = ['newCall', 'answer', 'hangup']
  const order = fc
    .shuffledSubarray(all, { minLength: 3 })
    .chain((once) => fc.array(fc.constantFrom(...all)).map((more) => [...once, ...more]))
  fc.assert(
    fc.property(order, (signs) => {
      const call = heard(signs)
      assert.equal(call?.outcome, 'answered')
      assert.ok(call.began <= call.answered! && call.answered! <= call.ended!)
    }),
  )
})

test('a sign that was heard before changes nothing', () => {
  const signs = fc.array(fc.constantFrom<Sign>('newCall', 'answer', 'hangup'), { minLength: 1 })
  fc.assert(
    fc.property(signs, (given) => {
      const call = heard(given)
      for (const sign of given) assert.deepEqual(after(call, sign, at(99)), call)
    }),
  )
})
