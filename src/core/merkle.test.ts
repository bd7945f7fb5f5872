import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashRow, sha256 } from './canonical.ts'
import { inclusionProof, merkleAccumulator, merkleRoot, verifyInclusion } from './merkle.ts'

const row = fc.uint8Array({ maxLength: 40 })
const rows = fc.array(row, { minLength: 1, maxLength: 70 })
const rowsAndPlace = rows.chain((leaves) =>
  fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 })),
)

/** The definition of RFC 6962, section 2.1, word for word: split at the largest power of two. */
const defined = (leaves: Uint8Array[]): Buffer => {
  if (leaves.length === 0) return sha256('')
  if (leaves.length === 1) return sha256(Buffer.concat([Buffer.from([0]), leaves[0] as Uint8Array]))
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  const [left, right] = [defined(leaves.slice(0, split)), defined(leaves.slice(split))]
  return sha256(Buffer.concat([Buffer.from([1]), left, right]))
}

test('a root is the one that RFC 6962 defines, after every leaf of a stream', () => {
  fc.assert(
    fc.property(rows, (leaves) => {
      const tree = merkleAccumulator()
      for (const [index, leaf] of leaves.entries()) {
        tree.add(leaf)
        assert.deepEqual(tree.root(), defined(leaves.slice(0, index + 1)))
      }
      assert.equal(tree.size(), leaves.length)
      assert.deepEqual(merkleRoot(leaves), tree.root())
    }),
  )
})

test('the well-known tree of eight leaves in Certificate Transparency has its root', () => {
  const leaves = [
    ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657'],
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => Buffer.from(hex, 'hex'))
  assert.equal(
    merkleRoot(leaves).toString('hex'),
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  )
})

test('a tree without leaves has the root of nothing', () => {
  assert.deepEqual(merkleRoot([]), sha256(''))
})

test('every leaf is proven by its neighbours', () => {
  fc.assert(
    fc.property(rowsAndPlace, ([leaves, index]) => {
      const proof = inclusionProof(leaves, index)
      const inclusion = { leaf: leaves[index] as Uint8Array, index, size: leaves.length, proof }
      assert.ok(verifyInclusion(inclusion, merkleRoot(leaves)))
      assert.ok(proof.length <= Math.ceil(Math.log2(leaves.length)))
    }),
  )
})

test('a changed leaf, place, neighbour or root is noticed', () => {
  fc.assert(
    fc.property(rowsAndPlace, row, fc.nat(), ([leaves, index], other, pick) => {
      const leaf = leaves[index] as Uint8Array
      const proof = inclusionProof(leaves, index)
      const good = { leaf, index, size: leaves.length, proof }
      const root = merkleRoot(leaves)
      if (!Buffer.from(leaf).equals(other))
        assert.ok(!verifyInclusion({ ...good, leaf: other }, root))
      const strange = Buffer.from(root)
      strange[pick % 32] = (strange[pick % 32] as number) ^ 1
      assert.ok(!verifyInclusion(good, strange))
      assert.ok(!verifyInclusion({ ...good, proof: [...proof, root] }, root))
      assert.ok(!verifyInclusion({ ...good, index: leaves.length }, root))
      assert.ok(!verifyInclusion({ ...good, index: -1 }, root))
      if (proof.length > 0) {
        assert.ok(!verifyInclusion({ ...good, proof: proof.slice(1) }, root))
        const forged = proof.with(pick % proof.length, strange)
        assert.ok(!verifyInclusion({ ...good, proof: forged }, root))
      }
    }),
  )
})

test('order matters', () => {
  const [a, b] = [hashRow({ id: 1 }), hashRow({ id: 2 })]
  assert.notDeepEqual(merkleRoot([a, b]), merkleRoot([b, a]))
})

test('a pair cannot pass for a leaf', () => {
  const [a, b, c, d] = [1, 2, 3, 4].map((id) => hashRow({ id })) as [Buffer, Buffer, Buffer, Buffer]
  const joined = [merkleRoot([a, b]), merkleRoot([c, d])]
  assert.notDeepEqual(merkleRoot(joined), merkleRoot([a, b, c, d]))
})

test('there is no proof for a leaf that is not there', () => {
  for (const index of [-1, 2, 0.5, Number.NaN])
    assert.throws(() => inclusionProof([sha256('a'), sha256('b')], index), RangeError)
})
