import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bigrams } from './search.ts'

const finds = (text: string, words: string) => {
  const held = new Set(bigrams(text))
  return bigrams(words).every((gram) => held.has(gram))
}

test('臺 and 台 find each other', () => {
  assert.deepEqual(bigrams('臺灣'), bigrams('台灣'))
  assert.ok(finds('臺北路口', '台北'))
})

test('a word of two characters is found in a sentence, and one that is absent is not', () => {
  assert.ok(finds('巷口路燈不亮', '路燈'))
  assert.ok(!finds('巷口路燈不亮', '路面'))
})

test('letters are found whatever their case or width', () => {
  assert.ok(finds('報案編號 ＡＢＣ１２３', 'abc123'))
  assert.deepEqual(bigrams('Bus'), ['bu', 'us'])
})

test('punctuation joins nothing', () => {
  assert.ok(!bigrams('路燈,不亮').includes('燈不'))
  assert.deepEqual(bigrams('!?,。'), [])
})

test('any part of two or more letters of a text is found in it', () => {
  const texts = fc.stringMatching(/^[a-z\u4e00-\u4eff]{2,20}$/)
  fc.assert(
    fc.property(texts, fc.nat(), fc.integer({ min: 2, max: 8 }), (text, at, length) => {
      const letters = [...text]
      const part = letters.slice(at % (letters.length - 1), (at % (letters.length - 1)) + length)
      assert.ok(finds(text, part.join('')))
    }),
  )
})
