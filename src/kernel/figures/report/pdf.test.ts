import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { renderPdf } from './pdf.ts'
import { sampleDocument, sampleMeta } from './sample.ts'

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium'
const missing = [browser, '/usr/bin/pdftotext'].find((path) => !existsSync(path))
const skip = missing ? `${missing} is not installed` : false

const textOf = (pdf: Buffer): string =>
  execFileSync('/usr/bin/pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' })

test('the PDF prints text, figures, table and foot, and tells its language', { skip }, async () => {
  const pdf = await renderPdf(sampleDocument, sampleMeta, browser)
  const text = textOf(pdf).replace(/\s+/g, '')
  const expected = ['貳拾柒、研考', '(一)<話務>&1999', '52,774件', '97年4月起', '〔尚未計算〕']
  for (const words of [...expected, '第1版', '雜湊ba7816bf8f01cfea', '數據一覽', 'F076'])
    assert.ok(text.includes(words), words)
  assert.ok(text.includes(sampleMeta.root))
  assert.ok(pdf.includes('/URI (https://city.example/figures/F067'), 'links')
  const told = execFileSync('/usr/bin/pdfinfo', ['-'], { input: pdf, encoding: 'utf8' })
  assert.match(told, /Title:\s+測試報告/)
  assert.match(told, /Tagged:\s+yes/)
  assert.ok(pdf.includes('/Lang (zh-Hant-TW)'))
})

test('what is no browser makes no PDF', async () => {
  await assert.rejects(renderPdf(sampleDocument, sampleMeta, '/nowhere/chromium'))
})
