import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { difference } from './changes.ts'

test('a changed word stands alone between what stayed', () => {
  assert.deepEqual(difference('每週三收運', '每週四、五收運'), {
    before: '每週',
    gone: '三',
    come: '四、五',
    after: '收運',
  })
})

test('the parts put together are both texts, and share neither beginning nor end', () => {
  const words = fc.string({ unit: fc.constantFrom('一', '二', '𠮷', 'a'), maxLength: 12 })
  fc.assert(
    fc.property(words, words, (from, to) => {
      const { before, gone, come, after } = difference(from, to)
      assert.equal(before + gone + after, from)
      assert.equal(before + come + after, to)
      if (gone && come) {
        assert.notEqual([...gone][0], [...come][0])
        assert.notEqual([...gone].at(-1), [...come].at(-1))
      }
    }),
  )
})
