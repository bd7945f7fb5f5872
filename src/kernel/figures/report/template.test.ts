import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatValue } from './directive.ts'
import type { Block, Inline, ListItem } from './document.ts'
import { joinDocuments } from './document.ts'
import { sampleDocument, sampleFilling, sampleTemplate } from './sample.ts'
import { fillTemplate } from './template.ts'

const words = (inline: readonly Inline[]): string => inline.map((part) => part.text).join('')
const blocks = sampleDocument.sections
const lines = (found: readonly Block[]): string[] =>
  found.flatMap((block) => {
    if (block.kind === 'heading') return [block.number + words(block.inline)]
    if (block.kind === 'paragraph') return [words(block.inline)]
    const items = (list: readonly ListItem[]): string[] =>
      list.flatMap((item) => [item.number + words(item.inline), ...items(item.items)])
    return items(block.items)
  })
const fill = (body: string, locale: 'zh' | 'en' = 'zh') =>
  fillTemplate(body, { ...sampleFilling, locale })

test('a template becomes numbered blocks with its numbers filled in', () => {
  assert.deepEqual(lines(blocks), [
    '貳拾柒、研考',
    '五、聯合服務',
    '本期（109年7月至12月）受理52,774件，自97年4月起服務；資料截至110年1月20日(三) 00:00。',
    '(一)<話務> & 1999',
    '1.會議〔尚未計算〕場',
    '2.通話',
    '(1)每月70,710通',
  ])
  assert.equal(sampleDocument.title, '測試報告')
})

test('the same template in English has English numbers, dates and marks', () => {
  assert.deepEqual(lines(fill(sampleTemplate, 'en').sections), [
    '27.研考',
    '27.5聯合服務',
    '本期（July to December 2020）受理52,774件， 自April 2008起服務；資料截至20 Jan 2021 (Wed) 00:00。',
    '27.5.1<話務> & 1999',
    '1.會議[not yet computed]場',
    '2.通話',
    '(1)每月70,710通',
  ])
})

test('a number keeps its identity and a strong word its weight', () => {
  const paragraph = blocks.find((block) => block.kind === 'paragraph')
  const figure = paragraph?.inline.find((part) => part.kind === 'figure')
  assert.deepEqual(figure, {
    kind: 'figure',
    id: 'F067',
    text: '52,774',
    value: 52774,
    status: 'computed',
    strong: true,
  })
})

test('the document lists each figure once, as they appear', () => {
  const ids = (document: { figures: readonly { id: string }[] }) =>
    document.figures.map((figure) => figure.id)
  assert.deepEqual(ids(sampleDocument), ['F067', 'F073', 'F080', 'F076'])
  const joined = joinDocuments('全', [sampleDocument, fill('{{F076}}又{{F067}}')])
  assert.deepEqual(ids(joined), ['F067', 'F073', 'F080', 'F076'])
  assert.equal(joined.sections.length, blocks.length + 1)
})

test('parts start anew in each section and sections count on', () => {
  const numbers = fill('## 甲\n### 乙\n### 丙\n## 丁\n### 戊').sections.map(
    (block) => block.kind === 'heading' && block.number,
  )
  assert.deepEqual(numbers, ['一、', '(一)', '(二)', '二、', '(一)'])
})

test('a template that cannot be filled is refused', () => {
  const broken = ['{{F999}}', '{{F67}}', '{{name phone}}', '{{F067|money}}', '#### 深', '甲**乙']
  for (const body of broken) assert.throws(() => fill(body), RangeError, body)
  assert.throws(() => fill('{{F067|date}}'), RangeError)
})

test('markup outside the language is printed as it is typed', () => {
  assert.deepEqual(lines(fill('<b>&#49;</b> [甲](乙) `丙`').sections), [
    '<b>&#49;</b> [甲](乙) `丙`',
  ])
})

test('values print as day, month, year, hours or grouped by ten thousand', () => {
  assert.equal(formatValue('2008-04-01', 'date', 'zh'), '97年4月1日')
  assert.equal(formatValue('2008-04-01', 'date', 'en'), '1 April 2008')
  assert.equal(formatValue('2008-04-01', 'year', 'zh'), '97年')
  assert.equal(formatValue('2008-04-01', 'year', 'en'), '2008')
  assert.equal(formatValue('08:00-12:00;13:30-17:30', 'hours', 'zh'), '8:00至12:00、13:30至17:30')
  assert.equal(
    formatValue('08:00-12:00;13:30-17:30', 'hours', 'en'),
    '8:00 to 12:00 and 13:30 to 17:30',
  )
  assert.equal(formatValue(1879500, 'wan', 'zh'), '187萬9,500')
  assert.equal(formatValue(854700000, 'yi', 'zh'), '8.547億')
  assert.throws(() => formatValue('morning', 'hours', 'zh'), RangeError)
})
