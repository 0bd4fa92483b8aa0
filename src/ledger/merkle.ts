/**
 * The Merkle tree of RFC 9162 (its hashing is RFC 6962's): one root stands for a list that only grows. An inclusion
 * proof shows that a leaf is in the list, a consistency proof that a longer list begins with a shorter one.
 */
import { createHash, hash } from 'node:crypto'
import { CharterError } from '../errors.ts'

/** 32 bytes of SHA-256. */
export type MerkleHash = Uint8Array

/** As much of a tree as is needed to append to it: the roots of its full subtrees, largest first. */
export interface CompactRange {
  readonly size: number
  readonly peaks: readonly MerkleHash[]
}

export const emptyRange: CompactRange = { size: 0, peaks: [] }

// Leaves and nodes are hashed under different first bytes, or a node could be passed off as a leaf.
const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

export function leafHash(entry: Uint8Array | string): MerkleHash {
  return createHash('sha256').update(leafPrefix).update(entry).digest()
}

export function nodeHash(left: MerkleHash, right: MerkleHash): MerkleHash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest()
}

/** The range with one more leaf, in at most log2(size) hashes. */
export function appendLeaf(range: CompactRange, leaf: MerkleHash): CompactRange {
  const peaks = [...range.peaks]
  let node = leaf
  // One full subtree ends here for each low bit that is set, as a carry runs through a counter.
  for (let rest = range.size; isOdd(rest); rest = half(rest)) node = nodeHash(peaks.pop()!, node)
  peaks.push(node)
  return { size: range.size + 1, peaks }
}

export function rootOf(range: CompactRange): MerkleHash {
  return range.peaks.length === 0
    ? hash('sha256', '', 'buffer')
    : range.peaks.reduceRight((right, left) => nodeHash(left, right))
}

/** A whole tree in memory (64 bytes a leaf), for whoever makes proofs. */
export interface MerkleTree {
  readonly size: number
  /** From the leaf's sibling up. Throws `internal` where there is no such leaf. */
  inclusionProof(index: number): readonly MerkleHash[]
  /** That this tree begins with the one of its first `size` leaves (1 ≤ size ≤ this size). */
  consistencyProof(size: number): readonly MerkleHash[]
  root(): MerkleHash
}

export function buildTree(leaves: readonly MerkleHash[]): MerkleTree {
  const levels = fullSubtrees(leaves)
  const all: Span = { from: 0, to: leaves.length }
  const within = (place: number, least: number) => {
    if (Number.isInteger(place) && place >= least && place < leaves.length + least) return
    throw new CharterError('internal', `a tree of ${leaves.length} leaves has no proof for ${place}`)
  }
  return {
    size: leaves.length,
    root: () => (leaves.length === 0 ? rootOf(emptyRange) : subtree(levels, all)),
    inclusionProof(index) {
      within(index, 0)
      return path(levels, all, index)
    },
    consistencyProof(size) {
      within(size, 1)
      return subproof(levels, all, size, true)
    },
  }
}

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leaf: MerkleHash
  readonly root: MerkleHash
  readonly proof: readonly MerkleHash[]
}

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!(index >= 0 && index < size) || !isHash(leaf) || !proof.every(isHash)) return false
  let [node, last, value] = [index, size - 1, leaf]
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      value = nodeHash(sibling, value)
      while (node !== 0 && !isOdd(node)) [node, last] = [half(node), half(last)]
    } else value = nodeHash(value, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && same(value, root)
}

export interface ConsistencyClaim {
  readonly size1: number
  readonly size2: number
  readonly root1: MerkleHash
  readonly root2: MerkleHash
  readonly proof: readonly MerkleHash[]
}

/** RFC 9162, 2.1.4.2. An empty first tree proves nothing and is refused. */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (!(size1 > 0 && size1 <= size2) || !proof.every(isHash)) return false
  if (size1 === size2) return proof.length === 0 && same(root1, root2)
  let [node, last] = [size1 - 1, size2 - 1]
  while (isOdd(node)) [node, last] = [half(node), half(last)]
  // Here the first tree is itself a full subtree of the second, and the proof need not repeat its root.
  const [start, ...rest] = node === 0 ? [root1, ...proof] : proof
  if (start === undefined) return false
  let [value1, value2] = [start, start]
  for (const sibling of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      ;[value1, value2] = [nodeHash(sibling, value1), nodeHash(sibling, value2)]
      while (node !== 0 && !isOdd(node)) [node, last] = [half(node), half(last)]
    } else value2 = nodeHash(value2, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && same(value1, root1) && same(value2, root2)
}

interface Span {
  readonly from: number
  readonly to: number
}

/** By height, the roots of all subtrees of 2^height leaves. */
function fullSubtrees(leaves: readonly MerkleHash[]): readonly (readonly MerkleHash[])[] {
  const levels: MerkleHash[][] = [[...leaves]]
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    levels.push(Array.from({ length: half(below.length) }, (_, i) => nodeHash(below[2 * i]!, below[2 * i + 1]!)))
  }
  return levels
}

function subtree(levels: readonly (readonly MerkleHash[])[], { from, to }: Span): MerkleHash {
  const length = to - from
  const height = Math.log2(length)
  if (Number.isInteger(height)) return levels[height]![from / length]!
  const middle = from + leftSize(length)
  return nodeHash(subtree(levels, { from, to: middle }), subtree(levels, { from: middle, to }))
}

/** RFC 9162, 2.1.3.1: PATH. */
function path(levels: readonly (readonly MerkleHash[])[], { from, to }: Span, index: number): MerkleHash[] {
  if (to - from === 1) return []
  const middle = from + leftSize(to - from)
  const [left, right]: [Span, Span] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return index < middle
    ? [...path(levels, left, index), subtree(levels, right)]
    : [...path(levels, right, index), subtree(levels, left)]
}

/** RFC 9162, 2.1.4.1: SUBPROOF; `known` while the verifier has the root of this span already. */
function subproof(
  levels: readonly (readonly MerkleHash[])[],
  { from, to }: Span,
  size: number,
  known: boolean,
): MerkleHash[] {
  if (size === to) return known ? [] : [subtree(levels, { from, to })]
  const middle = from + leftSize(to - from)
  const [left, right]: [Span, Span] = [
    { from, to: middle },
    { from: middle, to },
  ]
  return size <= middle
    ? [...subproof(levels, left, size, known), subtree(levels, right)]
    : [...subproof(levels, right, size, false), subtree(levels, left)]
}

/** The largest power of two below `length`: what stands left of the root. */
const leftSize = (length: number) => 2 ** Math.ceil(Math.log2(length) - 1)
const isOdd = (n: number) => n % 2 === 1
const half = (n: number) => Math.floor(n / 2)
const isHash = (bytes: Uint8Array) => bytes.length === 32
const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0
