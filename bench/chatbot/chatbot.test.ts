import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cityIndex,
  frozenQuestions,
  measure,
  questionsFileHash,
  questionsOf,
  reciprocalRank,
} from './measure.ts'
import { overlap } from './print.ts'

const { index, articles } = cityIndex()

test('the labelled questions are those that were frozen before the engine was tuned', () => {
  assert.equal(questionsFileHash(), frozenQuestions)
})

test('no question is a phrasing that the index holds', () => {
  assert.deepEqual(overlap(questionsOf('tuning'), articles), [])
  assert.deepEqual(overlap(questionsOf('evaluation'), articles), [])
})

test('on questions it was not tuned on, at most one answer in fifteen is wrong', () => {
  const results = measure(questionsOf('evaluation'), index, articles)
  const answered = results.filter(({ outcome }) => outcome === 'right' || outcome === 'wrong')
  const wrong = answered.filter(({ outcome }) => outcome === 'wrong')
  assert.ok(answered.length > 0.4 * results.length, `${answered.length} answered`)
  assert.ok(wrong.length / answered.length < 1 / 15, `${wrong.length} of ${answered.length} wrong`)
  assert.ok(reciprocalRank(results) > 0.87)
})
