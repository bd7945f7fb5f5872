import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildIndex, type Entry } from './bm25.ts'
import { decide, thresholds } from './outcome.ts'
import { makeReader } from './terms.ts'

const synonyms = [
  ['路燈', '街燈'],
  ['垃圾車', '清潔車'],
]
const entries: readonly Entry[] = [
  { id: 'a', question: ['路燈壞了怎麼通報？', '巷口的燈不亮'], answer: ['養工處三天內修復。'] },
  { id: 'b', question: ['垃圾車幾點來？'], answer: ['請查清運路線與時間，也可看路燈旁的牌子。'] },
  { id: 'c', question: ['How do I renew a parking permit?'], answer: ['At the transport bureau.'] },
]
const index = buildIndex(entries, synonyms)

test('a text is read as characters and pairs, Latin words whole and in lower case', () => {
  const read = makeReader([])
  assert.deepEqual(read('臺鐵 ＥＴＣ'), ['台', '鐵', '台鐵', 'etc'])
  assert.deepEqual(read('e化服務'), ['e', '化', '服', '務', '化服', '服務'])
  assert.deepEqual(read('，。！'), [])
})

test('words of one group are one word, but a Latin one only where it stands alone', () => {
  const read = makeReader([
    ['路燈', '街燈'],
    ['台鐵', 'tra'],
  ])
  assert.deepEqual(read('街燈'), read('路燈'))
  assert.deepEqual(read('TRA'), read('臺鐵'))
  assert.deepEqual(read('transport'), ['transport'])
})

test('a question finds its article, also by a synonym and in another language', () => {
  assert.equal(index.search('街燈不亮')[0]?.id, 'a')
  assert.equal(index.search('清潔車什麼時候來')[0]?.id, 'b')
  assert.equal(index.search('renew PARKING permit')[0]?.id, 'c')
})

test('a word in the question counts more than the same word in an answer', () => {
  const [first, second] = index.search('路燈')
  assert.equal(first?.id, 'a')
  assert.equal(second?.id, 'b')
  assert.ok(first.score > second.score)
})

test('a query without a common term finds nothing, and unknown words lower the score', () => {
  assert.deepEqual(index.search('xyz'), [])
  assert.deepEqual(index.search(''), [])
  const known = index.search('路燈壞了')[0]!.score
  assert.ok(index.search('路燈壞了核電廠廢料')[0]!.score < known)
})

test('an empty index answers nothing', () => {
  assert.deepEqual(buildIndex([], []).search('路燈'), [])
})

const word = fc.string({ unit: fc.constantFrom(...'路燈壞了垃圾車公車稅停abc '), maxLength: 12 })
const someEntries = fc.uniqueArray(
  fc.record({ id: fc.uuid(), question: fc.array(word), answer: fc.array(word) }),
  { selector: ({ id }) => id, maxLength: 12 },
)

test('scores are shares, sorted, and do not depend on the order of articles', () => {
  fc.assert(
    fc.property(someEntries, word, (all, query) => {
      const hits = buildIndex(all, synonyms).search(query)
      assert.deepEqual(buildIndex([...all].reverse(), synonyms).search(query), hits)
      for (const [i, { score }] of hits.entries()) {
        assert.ok(score > 0 && score <= 1)
        assert.ok(i === 0 || score <= hits[i - 1]!.score)
      }
    }),
  )
})

const hit = (id: string, score: number) => ({ id, score })

test('a clear best article is the answer', () => {
  assert.deepEqual(decide([hit('a', thresholds.answer + 0.3), hit('b', thresholds.suggest)]), {
    kind: 'answer',
    id: 'a',
    others: ['b'],
  })
  assert.equal(decide([hit('a', thresholds.answer)]).kind, 'answer')
})

test('two articles of the same score are both offered, and never more than three', () => {
  assert.deepEqual(decide([hit('a', 1), hit('b', 1)]), { kind: 'suggest', ids: ['a', 'b'] })
  const four = ['a', 'b', 'c', 'd'].map((id) => hit(id, 1))
  assert.deepEqual(decide(four), { kind: 'suggest', ids: ['a', 'b', 'c'] })
})

test('a weak match is asked back, a weaker one goes to a person', () => {
  assert.equal(decide([hit('a', thresholds.suggest)]).kind, 'suggest')
  assert.equal(decide([hit('a', thresholds.suggest - 0.01)]).kind, 'none')
  assert.equal(decide([]).kind, 'none')
})

test('more certainty never turns an answer into a question', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const rank = { none: 0, suggest: 1, answer: 2 }
  fc.assert(
    fc.property(share, share, share, (one, two, more) => {
      const [low, high] = [Math.min(one, two), Math.max(one, two)]
      const before = decide([hit('a', high), hit('b', low)])
      const after = decide([hit('a', Math.max(high, more)), hit('b', low)])
      assert.ok(rank[after.kind] >= rank[before.kind])
    }),
  )
})
