import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strFromU8, unzipSync } from 'fflate'
import { type SheetFormat, sheetAnswer } from './sheet.ts'

const sheet = {
  name: 'petitions',
  head: ['案號', '主旨', '天數'],
  rows: [
    ['P109-000001-2', '=HYPERLINK("http://evil.example","x")', 3.5],
    ['P109-000002-0', '路燈 & <號誌>', null],
  ],
} as const

const fileOf = async (format: SheetFormat) => {
  const answer = await sheetAnswer(sheet, format)
  if (!('body' in answer)) throw new Error('no file')
  return { body: answer.body as Buffer, type: answer.type, name: answer.name }
}

const textsOf = async (format: 'ods' | 'xlsx') => {
  const { body } = await fileOf(format)
  const files = unzipSync(new Uint8Array(body))
  return Object.fromEntries(Object.entries(files).map(([name, data]) => [name, strFromU8(data)]))
}

test('each format has its name and type', async () => {
  for (const format of ['csv', 'ods', 'xlsx'] as const) {
    const { name, type } = await fileOf(format)
    assert.equal(name, `petitions.${format}`)
    assert.match(type, /csv|opendocument|openxml/)
  }
})

test('CSV: what looks like a formula is text, and the file says that it is UTF-8', async () => {
  const { body } = await fileOf('csv')
  assert.ok(String(body).startsWith('\ufeff案號,主旨,天數\r\n'))
  assert.ok(String(body).includes(`"'=HYPERLINK(""http://evil.example"",""x"")"`))
})

test('ODS: no formula, the number is a number', async () => {
  const { 'content.xml': content = '' } = await textsOf('ods')
  assert.ok(!content.includes('table:formula'))
  assert.match(content, /office:value-type="float"[^>]*office:value="3.5"/)
  assert.ok(content.includes('=HYPERLINK('))
})

test('XLSX: no formula, the number is a number', async () => {
  const files = await textsOf('xlsx')
  const page = Object.entries(files).find(([name]) => /sheet1\.xml$/.test(name))?.[1] ?? ''
  assert.ok(!/<f[ >]/.test(page))
  assert.match(page, /<v>3.5<\/v>/)
  assert.ok(JSON.stringify(files).includes('=HYPERLINK('))
})
