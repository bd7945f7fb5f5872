import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { csvLine } from './csv.ts'

/** The apostrophe before blanks, controls and a sign that begins a formula. */
const apostrophe = /^'(?=[\s\p{Cc}]*[=+\-@＝＋－＠]|[\t\r])/u

test('no cell of text starts as a formula, and nothing else is changed', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
      const [read = []] = parse(csvLine(cells), { skip_empty_lines: false }) as string[][]
      assert.equal(read.length, cells.length)
      for (const [i, cell] of cells.entries()) {
        assert.doesNotMatch(read[i] ?? '', /^[=+\-@\t\r]/)
        assert.equal((read[i] ?? '').replace(apostrophe, ''), cell.replace(apostrophe, ''))
      }
    }),
  )
})

test('a formula gets an apostrophe, a negative number does not', () => {
  assert.equal(csvLine(['=1+1', '-1', -1, '@x', null]), "'=1+1,'-1,-1,'@x,\r\n")
})
