import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  clockTime,
  formalNumeral,
  formatNumber,
  halfYear,
  isoDate,
  outlineNumber,
  periodName,
  plainNumeral,
  rocDate,
  rocDateTime,
  rocDay,
  rocMonth,
  rocYear,
  taipei,
  wan,
  yi,
} from './format.ts'

const friday = new Date('2020-11-27T05:05:00Z')

test('a day shows the year of the Republic in Chinese and the Gregorian year in English', () => {
  assert.equal(rocDate(friday, 'zh'), '109年11月27日(五)')
  assert.equal(rocDate(friday, 'en'), '27 Nov 2020 (Fri)')
  assert.equal(rocDay(friday, 'zh'), '109年11月27日')
  assert.equal(rocDay(friday, 'en'), '27 November 2020')
  assert.equal(rocMonth(friday, 'zh'), '109年11月')
  assert.equal(rocMonth(friday, 'en'), 'November 2020')
  assert.equal(rocYear(friday), 109)
})

test('times use the 24-hour clock of Taipei', () => {
  assert.equal(rocDateTime(friday, 'zh'), '109年11月27日(五) 13:05')
  assert.equal(rocDateTime(friday, 'en'), '27 Nov 2020 (Fri) 13:05')
  assert.equal(clockTime(taipei('2020-11-27')), '00:00')
})

test('a day begins at midnight in Taipei, not in Greenwich', () => {
  assert.equal(isoDate(new Date('2020-12-31T15:59:59.999Z')), '2020-12-31')
  assert.equal(isoDate(new Date('2020-12-31T16:00:00Z')), '2021-01-01')
  assert.equal(rocYear(new Date('2020-12-31T16:00:00Z')), 110)
})

test('years before the Republic count backwards without a year nought', () => {
  assert.equal(rocDate(taipei('1912-01-01'), 'zh'), '1年1月1日(一)')
  assert.equal(rocDate(taipei('1911-12-31'), 'zh'), '民國前1年12月31日(日)')
})

test('every day of two centuries survives the way to an instant and back', () => {
  const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01') })
  fc.assert(
    fc.property(fc.noShrink(day), (at) => {
      if (Number.isNaN(at.getTime())) return
      const iso = isoDate(at)
      assert.equal(isoDate(taipei(iso)), iso)
    }),
  )
})

test('a day that does not exist is refused', () => {
  for (const day of ['2021-02-29', '2020-13-01', '2020-7-1', '109-07-01', '', '2020-07-01T00:00'])
    assert.throws(() => taipei(day), RangeError, day)
})

test('half-years are half-open and meet without a gap', () => {
  const [first, second] = [halfYear('109H1'), halfYear('109H2')]
  assert.equal(first.from.toISOString(), '2019-12-31T16:00:00.000Z')
  assert.equal(first.to.getTime(), second.from.getTime())
  assert.equal(second.to.toISOString(), '2020-12-31T16:00:00.000Z')
  for (const name of ['109', '109H3', 'H1', '2020-H1', '0109H1'])
    assert.throws(() => halfYear(name), RangeError, name)
})

test('a period is named by its months', () => {
  assert.equal(periodName('109H2', 'zh'), '109年7月至12月')
  assert.equal(periodName('110H1', 'zh'), '110年1月至6月')
  assert.equal(periodName('109H2', 'en'), 'July to December 2020')
})

test('numbers carry thousands separators and lose no decimal', () => {
  assert.equal(formatNumber(101761, 'zh'), '101,761')
  assert.equal(formatNumber(101761, 'en'), '101,761')
  assert.equal(formatNumber(86.4817, 'zh'), '86.4817')
  assert.equal(formatNumber(0, 'en'), '0')
})

test('documents group large numbers by ten thousand', () => {
  assert.equal(wan(59253), '5萬9,253')
  assert.equal(wan(1879500), '187萬9,500')
  assert.equal(wan(9999), '9,999')
  assert.equal(wan(120), '120')
  assert.equal(wan(0), '0')
  assert.equal(wan(50000), '5萬')
  assert.equal(wan(50003), '5萬0,003')
  assert.equal(wan(1203450000), '12億0,345萬')
  assert.equal(wan(-59253), '-5萬9,253')
  assert.throws(() => wan(1.5), RangeError)
})

test('a number grouped by ten thousand still says the same number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (value) => {
      const units: Record<string, number> = { 萬: 1e4, 億: 1e8, 兆: 1e12 }
      const read = [...wan(value).matchAll(/([\d,]+)([萬億兆]?)/g)].reduce(
        (sum, [, digits = '', unit = '']) =>
          sum + Number(digits.replace(',', '')) * (units[unit] ?? 1),
        0,
      )
      assert.equal(read, value)
    }),
  )
})

test('hundred millions keep three decimals', () => {
  assert.equal(yi(854_700_000), '8.547億')
  assert.equal(yi(854_749_999), '8.547億')
  assert.equal(yi(854_750_000), '8.548億')
  assert.equal(yi(300_000_000), '3億')
})

test('outline numbers change their script at every level', () => {
  const levels = [[27], [27, 5], [27, 5, 1], [27, 5, 1, 3], [27, 5, 1, 3, 2]]
  assert.deepEqual(
    levels.map((path) => outlineNumber(path, 'zh')),
    ['貳拾柒、', '五、', '(一)', '3.', '(2)'],
  )
  assert.deepEqual(
    levels.map((path) => outlineNumber(path, 'en')),
    ['27.', '27.5', '27.5.1', '3.', '(2)'],
  )
  assert.throws(() => outlineNumber([], 'zh'), RangeError)
  assert.throws(() => outlineNumber([1, 1, 1, 1, 1, 1], 'zh'), RangeError)
})

test('the teens are spoken without a leading one', () => {
  assert.equal(plainNumeral(10), '十')
  assert.equal(plainNumeral(12), '十二')
  assert.equal(plainNumeral(21), '二十一')
  assert.equal(formalNumeral(11), '拾壹')
  assert.equal(formalNumeral(27), '貳拾柒')
})
