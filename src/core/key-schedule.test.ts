import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keySchedule, planKeys } from './key-schedule.ts'

const day = 86_400_000
const start = new Date('2020-07-01T00:00:00Z')

test('the first key signs at once', () => {
  const { make, remove } = planKeys([], start)
  assert.equal(+make[0]!.signsFrom, +start)
  assert.deepEqual(remove, [])
})

test('on whatever days the job runs, one key signs and its successor is published before', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: keySchedule.aheadDays - 1 }), {
    minLength: 40,
    maxLength: 120,
  })
  fc.assert(
    fc.property(gaps, (days) => {
      let now = start
      let keys: { kid: string; signs_from: Date; signs_to: Date; published: Date }[] = []
      let made = 0
      for (const gap of days) {
        now = new Date(+now + gap * day)
        const plan = planKeys(keys, now)
        keys = keys.filter(({ kid }) => !plan.remove.includes(kid))
        for (const { signsFrom, signsTo } of plan.make)
          keys.push({ kid: `k${made++}`, signs_from: signsFrom, signs_to: signsTo, published: now })
        const signing = keys.filter((key) => key.signs_from <= now && key.signs_to > now)
        assert.equal(signing.length, 1)
        for (const key of keys.filter(({ kid }) => kid !== 'k0'))
          assert.ok(key.published < key.signs_from)
      }
    }),
  )
})

test('a key that signed stays published longer than what it signed lives', () => {
  const ended = { kid: 'old', signs_from: start, signs_to: new Date(+start + 90 * day) }
  const later = (days: number) => new Date(+ended.signs_to + days * day)
  assert.deepEqual(planKeys([ended], later(keySchedule.keptDays)).remove, [])
  assert.deepEqual(planKeys([ended], later(keySchedule.keptDays + 1)).remove, ['old'])
})
