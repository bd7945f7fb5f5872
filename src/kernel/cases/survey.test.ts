import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { staffOf, testCity } from '../../../test/city.ts'
import { holderOf, lamp, uploaded } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { perform, read } from '../../core/operation.ts'
import { dispatchCase } from '../../systems/dispatch/dispatch.ts'
import { report } from '../../systems/dispatch/operations.ts'
import { stepOf } from './operations.ts'
import { answerSurvey, lot, samples, surveyJob, surveyPlan } from './survey.ts'
import { wilson } from './survey-stats.ts'

const platform = await testCity()
const day = 86_400_000
const start = new Date('2020-09-07T02:00:00Z')

test('the interval holds the share, stays within 0 and 1, and narrows as more answer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1 }), (n, p) => {
      const hits = Math.min(n, Math.round((Number.isNaN(p) ? 0 : p) * n))
      const { share, low, high } = wilson(hits, n)!
      assert.ok(0 <= low && low <= share && share <= high && high <= 1)
      const more = wilson(hits * 4, n * 4)!
      assert.ok(more.high - more.low < high - low)
    }),
  )
  assert.equal(wilson(0, 0), null)
})

test('the interval is that of the textbooks: 8 of 10 lies between 0.490 and 0.943', () => {
  const { low, high } = wilson(8, 10)!
  assert.deepEqual([low.toFixed(3), high.toFixed(3)], ['0.490', '0.943'])
})

/** Files and finishes a report; `holder` follows it. */
async function finished() {
  const opened = await perform(platform, report, publicActor, lamp, { now: start })
  const crew = staffOf(platform, 'officer-maintenance')
  const photos = [await uploaded(platform)]
  const input = { case: opened.no, statement: '已更換燈泡。', photos }
  await perform(platform, stepOf(dispatchCase, 'finish'), crew, input, { now: start })
  return { ...opened, holder: holderOf(platform, opened) }
}

test('chance alone draws: exactly the cases whose lot falls under the share, once', async () => {
  const all = await Promise.all(Array.from({ length: 60 }, finished))
  const { share } = surveyPlan(platform.city).dispatch!
  const expected = all.filter(({ id }) => lot(platform.config.secret, id) < share)
  const later = { ...platform, now: () => new Date(+start + 2 * day) }
  await surveyJob.run(later, {})
  await surveyJob.run(later, {})
  const [whole] = await read(platform, systemActor('test'), 'any', (ctx) =>
    samples(ctx, 'dispatch', start, new Date(+start + day)),
  )
  assert.equal(whole?.drawn ?? 0, expected.length)
  const answer = answerSurvey(dispatchCase)
  const now = new Date(+start + 3 * day)
  for (const one of all) {
    const given = { case: one.no, score: 5 }
    const asked = expected.includes(one)
    const attempt = perform(platform, answer, one.holder, given, { now })
    if (asked) await attempt
    else await assert.rejects(attempt, (error) => error instanceof Refused && error.status === 404)
    if (asked) await assert.rejects(perform(platform, answer, one.holder, given, { now }))
  }
})

test('a lot is spread evenly: half of ten thousand fall under a half', () => {
  const drawn = Array.from({ length: 10_000 }, (_, i) => lot(platform.config.secret, `case ${i}`))
  const under = drawn.filter((value) => value < 0.5).length
  // Six standard deviations: a fair draw fails once in five hundred million.
  assert.ok(Math.abs(under - 5000) < 300, String(under))
})
