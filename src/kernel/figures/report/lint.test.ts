import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { lintTemplate } from './lint.ts'
import { sampleTemplate } from './sample.ts'

const found = (source: string, known?: ReadonlySet<string>) =>
  lintTemplate(source, known).map((finding) => finding.found)

test('digits of any script are found where they stand', () => {
  const [finding, ...others] = lintTemplate('第一行\n本期共101,761件')
  assert.deepEqual(
    { line: finding?.line, column: finding?.column, found: finding?.found },
    { line: 2, column: 4, found: '101,761' },
  )
  assert.equal(others.length, 0)
  assert.deepEqual(found('全形１２３、圈號③、羅馬Ⅳ'), ['１２３、'.slice(0, 3), '③', 'Ⅳ'])
})

test('Chinese numerals that count are found', () => {
  const counts = [
    '三百件',
    '兩次',
    '二十餘人',
    '五成',
    '百分之五',
    '四處',
    '十二月',
    '千萬元',
    '貳拾柒',
  ]
  for (const count of counts) assert.equal(found(`本期有${count}受理`).length, 1, count)
})

test('words that merely contain a numeral are left alone', () => {
  const words = [
    '單一窗口',
    '統一名稱',
    '每一件',
    '四維行政中心',
    '兩岸',
    '進一步',
    '大陸人士',
    '參加',
  ]
  for (const word of [...words, '一般', '同一個', '萬事通', '第一線'])
    assert.deepEqual(found(`民眾${word}的事`), [], word)
})

test('English numerals in words are found', () => {
  assert.deepEqual(found('There are four venues, twice as many.'), ['four', 'twice'])
  assert.deepEqual(found('Someone in the tenth often threefold.'), [])
})

test('directives, declared names and list markers are no findings', () => {
  assert.deepEqual(found(sampleTemplate), [])
  assert.deepEqual(found('1. 甲{{F067}}件\n2. 乙'), [])
})

test('a name needs a declaration and a reason', () => {
  assert.deepEqual(found('{{name hotline}}'), ['{{name hotline}}'])
  const unreasoned = '---\nnames:\n  hotline: 1999\n---\n{{name hotline}}'
  assert.deepEqual(found(unreasoned), ['1999'])
  assert.equal(lintTemplate(unreasoned)[0]?.line, 3)
})

test('unknown figures, broken directives and a strange head are found', () => {
  const known = new Set(['F067'])
  assert.deepEqual(found('{{F067}}與{{F999}}', known), ['{{F999}}'])
  assert.deepEqual(found('{{F67}}'), ['{{F67}}'])
  assert.deepEqual(found('{{F067|money}}'), ['{{F067|money}}'])
  assert.deepEqual(found('甲{{F'), ['{{'])
  assert.deepEqual(found('---\ntitel: 甲\n---\n乙'), ['titel: 甲'])
})

test('lines count from the top of the file, head included', () => {
  const finding = lintTemplate('---\ntitle: 甲\n---\n乙\n丙7')[0]
  assert.deepEqual([finding?.line, finding?.column], [5, 2])
})

test('no digit passes, wherever it is typed', () => {
  const prose = fc.string({ unit: fc.constantFrom('市', '民', ' ', '，', 'a') })
  fc.assert(
    fc.property(prose, fc.nat(), prose, (before, digits, after) => {
      assert.deepEqual(found(`民${before}${digits}${after}`).length, 1)
    }),
  )
})

test('every finding says what to do in both languages', () => {
  for (const finding of lintTemplate('7 {{x}} {{F999}} {{name a}} }}', new Set())) {
    assert.match(finding.advice.zh, /。$/)
    assert.match(finding.advice.en, /\.$/)
  }
})

const cities = new URL('../../../../cities/', import.meta.url)
const templates = readdirSync(cities, { recursive: true, encoding: 'utf8' })
  .filter((file) => /report\/[^/]+\.(zh|en)\.md$/.test(file))
  .map((file) => ({ file, source: readFileSync(new URL(file, cities), 'utf8') }))

test('the templates of the city packs are clean', () => {
  assert.ok(templates.length > 0)
  for (const { file, source } of templates) assert.deepEqual(lintTemplate(source), [], file)
})

test('a template names the same figures in both languages', () => {
  const ids = (source = '') => [...new Set(source.match(/F\d{3}/g))].sort()
  for (const { file, source } of templates) {
    const name = file.replace(/\.(zh|en)\.md$/, file.endsWith('.zh.md') ? '.en.md' : '.zh.md')
    const twin = templates.find((other) => other.file === name)
    assert.deepEqual(ids(twin?.source), ids(source), file)
  }
})
