import { sha256 } from './canonical.ts'

/*
 * The tree of RFC 6962, section 2.1: a leaf is hashed behind 0x00, a pair behind 0x01, so that no
 * pair can pass for a leaf. A node without a neighbour moves up as it is.
 */

/** Collects leaves one by one and keeps one hash per level, so that any number fits in memory. */
export type MerkleAccumulator = {
  /** Appends a leaf: the digest of a row, or any bytes. */
  readonly add: (leaf: Uint8Array) => void
  /** The root over the leaves so far, 32 bytes. More may be added afterwards. */
  readonly root: () => Buffer
  /** How many leaves were added. */
  readonly size: () => number
}

/** An accumulator without leaves; its root is the SHA-256 of nothing. */
export const merkleAccumulator = (): MerkleAccumulator => {
  // The roots of the complete subtrees, largest first: their sizes are the set bits of `size`.
  const peaks: Buffer[] = []
  let size = 0
  return {
    add: (leaf) => {
      let node = hashLeaf(leaf)
      for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2))
        node = hashPair(peaks.pop() as Buffer, node)
      peaks.push(node)
      size += 1
    },
    root: () =>
      size === 0 ? sha256('') : peaks.reduceRight((right, left) => hashPair(left, right)),
    size: () => size,
  }
}

/** The root over leaves in their order, 32 bytes. */
export const merkleRoot = (leaves: Iterable<Uint8Array>): Buffer => {
  const tree = merkleAccumulator()
  for (const leaf of leaves) tree.add(leaf)
  return tree.root()
}

/**
 * The neighbours from leaf `index` up to the root, lowest first. Throws a RangeError where there is
 * no such leaf.
 */
export const inclusionProof = (leaves: readonly Uint8Array[], index: number): Buffer[] => {
  if (!(Number.isInteger(index) && index >= 0 && index < leaves.length))
    throw new RangeError(`no leaf ${index} among ${leaves.length}`)
  const proof: Buffer[] = []
  let nodes = leaves.map(hashLeaf)
  for (let at = index; nodes.length > 1; at = Math.floor(at / 2)) {
    const neighbour = nodes[at % 2 === 0 ? at + 1 : at - 1]
    if (neighbour) proof.push(neighbour)
    nodes = levelAbove(nodes)
  }
  return proof
}

/** What one shows to prove that a row is among those a root stands for. */
export type Inclusion = {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
}

/** Whether the proof leads from the leaf at its place to the root (RFC 9162, section 2.1.3.2). */
export const verifyInclusion = (inclusion: Inclusion, root: Uint8Array): boolean => {
  const { leaf, index, size, proof } = inclusion
  if (!(Number.isInteger(index) && index >= 0 && index < size)) return false
  let node = hashLeaf(leaf)
  let [at, last] = [index, size - 1]
  let used = 0
  for (; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at === last && at % 2 === 0) continue
    const neighbour = proof[used]
    if (!neighbour) return false
    used += 1
    node = at % 2 === 1 ? hashPair(neighbour, node) : hashPair(node, neighbour)
  }
  return used === proof.length && node.equals(root)
}

const levelAbove = (nodes: Buffer[]): Buffer[] => {
  const above: Buffer[] = []
  for (let at = 0; at < nodes.length; at += 2) {
    const [left, right] = [nodes[at] as Buffer, nodes[at + 1]]
    above.push(right ? hashPair(left, right) : left)
  }
  return above
}

const hashLeaf = (leaf: Uint8Array): Buffer => sha256(Buffer.concat([leafMark, leaf]))

const hashPair = (left: Uint8Array, right: Uint8Array): Buffer =>
  sha256(Buffer.concat([pairMark, left, right]))

const leafMark = Buffer.from([0])
const pairMark = Buffer.from([1])
