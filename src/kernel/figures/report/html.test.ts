import assert from 'node:assert/strict'
import { test } from 'node:test'
import { h } from 'preact'
import { render } from 'preact-render-to-string'
import { halfYear, taipei } from '../../../core/format.ts'
import { facts, factsTable, footerLine, windowName } from './facts.ts'
import { ReportArticle } from './html.tsx'
import { printPage } from './print.tsx'
import { sampleDocument, sampleMeta } from './sample.ts'

const { href } = sampleMeta
const article = render(h(ReportArticle, { document: sampleDocument, locale: 'zh', href }))

test('every number is a link to its records', () => {
  const links = [...article.matchAll(/<a class="figure" href="([^"]*)" data-figure="(F\d+)">/g)]
  assert.deepEqual(
    links.map((link) => link[2]),
    ['F067', 'F073', 'F080', 'F076'],
  )
  assert.equal(links[0]?.[1], 'https://city.example/figures/F067?version=1&amp;lang=zh')
})

test('a number that is not computed is marked, and none else', () => {
  assert.equal(article.match(/<mark class="not-yet">〔尚未計算〕<\/mark>/g)?.length, 1)
})

test('headings, weights and lists keep their structure and numbers', () => {
  assert.match(article, /<h2><span class="number">五、<\/span> 聯合服務<\/h2>/)
  assert.match(article, /<strong><a class="figure"[^>]*>52,774<\/a><\/strong><strong>件<\/strong>/)
  assert.match(article, /<li><span class="number">2\.<\/span> 通話<ul class="outline"><li>/)
})

test('what an author types is never markup', () => {
  assert.match(article, /&lt;話務> &amp; 1999/)
  assert.ok(!printPage(sampleDocument, sampleMeta).includes('<測試>'))
})

test('the table of figures tells value, unit, window, rows and hash', () => {
  const table = factsTable(sampleDocument, 'zh')
  assert.equal(table.rows.length, 4)
  assert.deepEqual(table.rows[0]?.slice(0, 6), [
    ...['F067', '派工通報', '52,774', '件', '109年7月1日至109年12月31日', '52774'],
  ])
  assert.match(table.rows[0]?.[6] ?? '', /^[0-9a-f]{64}$/)
  assert.deepEqual(table.rows[2]?.slice(2), ['〔尚未計算〕', '場會議', '', '', ''])
  assert.ok(table.rows.every((row) => row.length === table.header.length))
})

test('a window of one day, or of an instant, is named by that day', () => {
  const asOf = taipei('2021-01-20')
  const day = { from: taipei('2020-12-31'), to: taipei('2021-01-01'), asOf }
  assert.equal(windowName({ ...day, from: day.to }, 'zh'), '109年12月31日')
  assert.match(windowName(day, 'zh'), /109年12月31日$/)
  const half = { ...halfYear('109H2'), asOf }
  assert.equal(windowName(half, 'en'), '1 July 2020 to 31 December 2020')
})

test('machines read the figures as facts', () => {
  const [fact, date, missing] = facts(sampleDocument, 'TW-XXX')
  assert.equal(fact?.period, '2020-07-01/2021-01-01')
  assert.deepEqual([fact?.value, fact?.decimals, date?.decimals], [52774, 0, null])
  assert.deepEqual([missing?.value, missing?.period, missing?.root], [null, null, null])
})

test('the foot says version, cut-off and hash', () => {
  assert.equal(
    footerLine(sampleMeta),
    '第1版　資料截至110年1月20日(三) 00:00　雜湊 ba7816bf8f01cfea',
  )
})
