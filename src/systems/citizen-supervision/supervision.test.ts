import assert from 'node:assert/strict'
import { test } from 'node:test'
import { staffOf, testCity } from '../../../test/city.ts'
import { holderOf, uploaded } from '../../../test/records.ts'
import { publicActor, systemActor } from '../../core/context.ts'
import { Refused } from '../../core/errors.ts'
import { halfYear, taipei } from '../../core/format.ts'
import { perform, read } from '../../core/operation.ts'
import { stepOf } from '../../kernel/cases/operations.ts'
import { computeFigure } from '../../kernel/figures/compute.ts'
import { supervisionFigures } from './figures.ts'
import { reportWork } from './operations.ts'
import { seedItems } from './seed.ts'
import { supervisionCase } from './supervision.ts'

const platform = await testCity()
const september = new Date(+taipei('2020-09-07') + 10 * 3_600_000)
const officer = staffOf(platform, 'officer-works')

const file = (now = september) =>
  perform(
    platform,
    reportWork,
    publicActor,
    { item: 'site-fence', body: '圍籬倒了一半', place: '某路口', email: 'seen@example.com' },
    { now },
  )

const take = (name: string, no: string, input: object, now = september, by = officer) =>
  perform(platform, stepOf(supervisionCase, name), by, { case: no, ...input }, { now })

const value = async (id: string, asOf: Date) => {
  const figure = supervisionFigures.find((one) => one.id === id)!
  const window = { ...halfYear('109H2'), asOf }
  const found = await read(platform, systemActor('test'), 'any', (ctx) =>
    computeFigure(ctx, figure, window),
  )
  return Number(found.value)
}

const mended = async (no: string, now = september) => {
  const photos = [await uploaded(platform)]
  await take('inspect', no, { finding: 'defect', statement: '圍籬傾倒，要求扶正。', photos }, now)
  await take('finish', no, { statement: '已扶正固定。', photos }, now)
}

test('the pack’s categories and kinds are counted as records', async () => {
  const now = new Date()
  assert.deepEqual([await value('F056', now), await value('F057', now)], [4, 15])
  // Loading the same pack again changes nothing.
  await perform(platform, seedItems, systemActor('seed'), {})
  assert.equal(await value('F057', new Date()), 15)
})

test('a report is inspected with pictures, mended, answered and confirmed', async () => {
  const opened = await file()
  const without = { finding: 'defect', statement: '圍籬傾倒。', photos: [] }
  await assert.rejects(
    take('inspect', opened.no, without),
    (error) => error instanceof Refused && error.code === 'case.photo-missing',
  )
  await mended(opened.no)
  await take('confirm', opened.no, {}, september, holderOf(platform, opened))
})

test('finished is what was finished by the cut-off, not what is finished today', async () => {
  const october = new Date(+taipei('2020-10-05') + 10 * 3_600_000)
  const before = await value('F058', new Date())
  const { no } = await file(october)
  const later = new Date(+taipei('2020-10-08') + 10 * 3_600_000)
  await mended(no, later)
  const between = new Date(+october + 3_600_000)
  assert.equal(await value('F058', between), before + 1)
  const finishedThen = await value('F059', between)
  assert.equal(await value('F059', new Date(+later + 1000)), finishedThen + 1)
  // Sent back, it is no longer finished.
  const back = new Date(+later + 3_600_000)
  const opened = { no, code: '', id: '' }
  assert.ok(opened.no)
  await take(
    'annul',
    no,
    { reason: '重複登錄的測試案件。' },
    back,
    staffOf(platform, 'commission-1'),
  )
  assert.equal(await value('F058', new Date()), before)
})
