import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MerkleHash } from './merkle.ts'
import {
  appendLeaf,
  buildTree,
  emptyRange,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'

/** The definition of RFC 9162, 2.1.1, word for word. */
function naiveRoot(leaves: readonly MerkleHash[]): MerkleHash {
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

const rangeOf = (leaves: readonly MerkleHash[]) => leaves.reduce(appendLeaf, emptyRange)
const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(`leaf ${i}`))
const hex = (hash: MerkleHash) => Buffer.from(hash).toString('hex')

test('an empty tree, one leaf and two leaves have the roots that RFC 6962 gives them', () => {
  assert.equal(hex(rootOf(emptyRange)), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  assert.equal(hex(leafHash('')), '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  assert.deepEqual(rootOf(rangeOf(leavesOf(1))), leafHash('leaf 0'))
  assert.deepEqual(rootOf(rangeOf(leavesOf(2))), nodeHash(leafHash('leaf 0'), leafHash('leaf 1')))
})

test('appending leaf by leaf gives the root that the definition gives, with few peaks kept', () => {
  for (let count = 1; count <= 130; count++) {
    const leaves = leavesOf(count)
    const range = rangeOf(leaves)
    assert.deepEqual(rootOf(range), naiveRoot(leaves), `${count} leaves`)
    assert.deepEqual(buildTree(leaves).root(), naiveRoot(leaves), `${count} leaves`)
    assert.ok(range.peaks.length <= Math.ceil(Math.log2(count + 1)))
  }
})

const treeAndPlace = fc
  .integer({ min: 1, max: 200 })
  .chain((size) =>
    fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }), bit: fc.nat(255) }),
  )

test('every leaf is proved to be in its tree, and in no other place, tree or form', () => {
  fc.assert(
    fc.property(treeAndPlace, ({ size, index, bit }) => {
      const leaves = leavesOf(size)
      const claim = {
        index,
        size,
        leaf: leaves[index]!,
        root: naiveRoot(leaves),
        proof: buildTree(leaves).inclusionProof(index),
      }
      assert.ok(verifyInclusion(claim))
      assert.ok(!verifyInclusion({ ...claim, leaf: leafHash('another') }))
      assert.ok(!verifyInclusion({ ...claim, root: leafHash('another') }))
      assert.ok(!verifyInclusion({ ...claim, index: size }))
      if (size > 1) assert.ok(!verifyInclusion({ ...claim, index: (index + 1) % size }))
      assert.ok(!verifyInclusion({ ...claim, proof: [...claim.proof, claim.root] }))
      if (claim.proof.length === 0) return
      assert.ok(!verifyInclusion({ ...claim, proof: claim.proof.slice(1) }))
      assert.ok(!verifyInclusion({ ...claim, proof: flipBit(claim.proof, bit) }))
    }),
  )
})

test('a longer tree is proved to begin with the shorter one, and a tree that was changed is not', () => {
  fc.assert(
    fc.property(treeAndPlace, ({ size: size2, index, bit }) => {
      const size1 = index + 1
      const leaves = leavesOf(size2)
      const [root1, root2] = [naiveRoot(leaves.slice(0, size1)), naiveRoot(leaves)]
      const claim = { size1, size2, root1, root2, proof: buildTree(leaves).consistencyProof(size1) }
      assert.ok(verifyConsistency(claim))
      const rewritten = naiveRoot([leafHash('rewritten'), ...leaves.slice(1, size1)])
      assert.ok(!verifyConsistency({ ...claim, root1: rewritten }))
      assert.ok(!verifyConsistency({ ...claim, root2: rewritten }) || size1 === size2)
      assert.ok(!verifyConsistency({ ...claim, size1: 0 }))
      assert.ok(!verifyConsistency({ ...claim, proof: [...claim.proof, root1] }))
      if (claim.proof.length > 0) assert.ok(!verifyConsistency({ ...claim, proof: flipBit(claim.proof, bit) }))
    }),
  )
})

test('a proof of a leaf or a size that a tree does not have is refused', () => {
  const tree = buildTree(leavesOf(3))
  for (const index of [-1, 3, 0.5]) assert.throws(() => tree.inclusionProof(index), { code: 'internal' })
  for (const size of [0, 4, Number.NaN]) assert.throws(() => tree.consistencyProof(size), { code: 'internal' })
})

const flipBit = (proof: readonly MerkleHash[], bit: number) =>
  proof.map((node, i) => (i === 0 ? node.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : node))

// The folder also holds 322 subtree proofs; they belong to another standard, so they are left out.
const vectors = path.resolve(import.meta.dirname, '../../../shared/data/standards/merkle/testdata')
const skip = existsSync(vectors) ? false : 'the Merkle vectors (../shared/data/standards/merkle) are not here'

interface Vector {
  readonly wantErr: boolean
  readonly proof: readonly string[] | null
}

function eachVector<V extends Vector>(folder: string, verify: (vector: V, proof: readonly Buffer[]) => boolean) {
  const files = readdirSync(path.join(vectors, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  )
  assert.equal(files.length, 98)
  for (const file of files) {
    const vector: V = JSON.parse(readFileSync(path.join(vectors, folder, file), 'utf8'))
    assert.equal(verify(vector, (vector.proof ?? []).map(bytes)), !vector.wantErr, `${folder}/${file}`)
  }
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')

type InclusionVector = Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string }
type ConsistencyVector = Vector & { size1: number; size2: number; root1: string; root2: string }

test('all 98 inclusion vectors of RFC 9162 are accepted or refused as they must be', { skip }, () => {
  eachVector<InclusionVector>('inclusion', ({ leafIdx: index, treeSize: size, root, leafHash: leaf }, proof) =>
    verifyInclusion({ index, size, root: bytes(root), leaf: bytes(leaf), proof }),
  )
})

test('all 98 consistency vectors of RFC 9162 are accepted or refused as they must be', { skip }, () => {
  eachVector<ConsistencyVector>('consistency', ({ size1, size2, root1, root2 }, proof) =>
    verifyConsistency({ size1, size2, root1: bytes(root1), root2: bytes(root2), proof }),
  )
})
