import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase45, toBase45 } from './base45.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('the examples of RFC 9285 hold in both directions', () => {
  const examples = [
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ] as const
  for (const [plain, coded] of examples) {
    assert.equal(toBase45(bytes(plain)), coded)
    assert.deepEqual(fromBase45(coded), bytes(plain))
  }
})

test('a text of a wrong length, of foreign characters or too great a value is refused', () => {
  for (const wrong of ['A', 'BB8A', 'ab8', 'GGX', ':::', '::', '中文字'])
    assert.equal(fromBase45(wrong), null, wrong)
})

test('whatever bytes there are come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (given) => {
      const text = toBase45(given)
      assert.match(text, /^[0-9A-Z $%*+\-./:]*$/)
      assert.deepEqual(fromBase45(text), new Uint8Array(given))
    }),
  )
})
