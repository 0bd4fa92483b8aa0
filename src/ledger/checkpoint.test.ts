import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../clock.ts'
import { CharterError } from '../errors.ts'
import {
  blind,
  blindLeafHash,
  type Checkpoint,
  type CheckpointLeaf,
  type CheckpointStore,
  checkpointLeafHash,
  extendsCheckpoint,
  keyIdOf,
  type MovedHead,
  nextCheckpoint,
  verifyCheckpoint,
} from './checkpoint.ts'
import { buildTree, emptyRange } from './merkle.ts'
import { createCheckpointTaker } from './take-checkpoint.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const signer = { keyId: keyIdOf(publicKey), sign: async (bytes: Uint8Array) => sign(null, bytes, privateKey) }
const nothing = { n: 0, range: emptyRange }

const head = (stream: string, seq: number, tenant = 'default'): MovedHead => ({
  tenant,
  stream,
  seq,
  hash: `${seq}`.padStart(64, 'a'),
})

const first = () =>
  nextCheckpoint({
    ledgerId: 'ledger_a',
    previous: nothing,
    moved: [head('run/b', 3), head('run/a', 2)],
    at: 1000,
    signer,
  })

test('L5 a checkpoint takes one leaf for each stream that moved, in one order on every machine', async () => {
  const { checkpoint, leaves } = await first()
  assert.deepEqual(
    leaves.map(({ index, checkpoint: n, stream, seq }) => ({ index, n, stream, seq })),
    [
      { index: 0, n: 1, stream: 'run/a', seq: 2 },
      { index: 1, n: 1, stream: 'run/b', seq: 3 },
    ],
  )
  assert.deepEqual([checkpoint.n, checkpoint.size, checkpoint.at, checkpoint.keyId], [1, 2, 1000, signer.keyId])
})

test('L5 a signed checkpoint holds for its ledger and key, and for no other word of it', async () => {
  const { checkpoint } = await first()
  assert.ok(verifyCheckpoint('ledger_a', checkpoint, publicKey))
  assert.ok(!verifyCheckpoint('ledger_b', checkpoint, publicKey))
  assert.ok(!verifyCheckpoint('ledger_a', checkpoint, generateKeyPairSync('ed25519').publicKey))
  const changes: Partial<Checkpoint>[] = [
    { n: 2 },
    { size: 3 },
    { at: 1001 },
    { root: '0'.repeat(64) },
    { keyId: 'ed25519:0' },
    { signature: '' },
    { signature: `${checkpoint.signature}=` },
    { signature: checkpoint.signature.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A')) },
  ]
  for (const change of changes) {
    assert.ok(!verifyCheckpoint('ledger_a', { ...checkpoint, ...change }, publicKey), JSON.stringify(change))
  }
})

test('L5 every checkpoint extends the one before, and a rewritten leaf shows', async () => {
  const rounds = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(rounds, fc.nat(), async (moves, pick) => {
      let previous = nothing
      const checkpoints: Checkpoint[] = []
      const leaves: CheckpointLeaf[] = []
      for (const [round, count] of [3, ...moves].entries()) {
        const moved = Array.from({ length: count }, (_, i) => head(`run/${i}`, round + 1))
        const next = await nextCheckpoint({ ledgerId: 'l', previous, moved, at: round, signer })
        previous = { n: next.checkpoint.n, range: next.range }
        checkpoints.push(next.checkpoint)
        leaves.push(...next.leaves)
      }
      const proofsOf = (all: readonly CheckpointLeaf[]) => buildTree(all.map((leaf) => checkpointLeafHash('l', leaf)))
      const newest = checkpoints.at(-1)!
      const older = checkpoints[pick % (checkpoints.length - 1)]!
      assert.ok(extendsCheckpoint(older, newest, proofsOf(leaves).consistencyProof(older.size)))
      const rewritten = leaves.map((leaf) => (leaf.index === 0 ? { ...leaf, hash: 'f'.repeat(64) } : leaf))
      const tree = proofsOf(rewritten)
      const forged = { ...newest, root: Buffer.from(tree.root()).toString('hex') }
      assert.ok(!extendsCheckpoint(older, forged, tree.consistencyProof(older.size)))
    }),
    { numRuns: 30 },
  )
})

test('L5 a blind leaf has the hash of the leaf, and shows neither tenant nor stream', () => {
  const leaf = head('run/secret-1', 4, 'acme')
  const blinded = blind('l', leaf)
  assert.deepEqual(blindLeafHash(blinded), checkpointLeafHash('l', leaf))
  assert.doesNotMatch(JSON.stringify(blinded), /acme|secret/)
  assert.notEqual(blind('l', { ...leaf, tenant: 'other' }).tenant, blinded.tenant)
})

/** Rows of checkpoints as a ledger keeps them; `heads` is what stands in it. */
function rows(heads: Map<string, MovedHead>) {
  const saved: { checkpoints: Checkpoint[]; leaves: CheckpointLeaf[] } = { checkpoints: [], leaves: [] }
  const covered = (stream: string) => saved.leaves.findLast((leaf) => leaf.stream === stream)?.seq ?? 0
  const store: CheckpointStore = {
    pending: async () => ({
      last: saved.checkpoints.at(-1),
      moved: [...heads.values()].filter(({ stream, seq }) => seq > covered(stream)),
    }),
    save: async (checkpoint, leaves) => {
      if (saved.checkpoints.length >= checkpoint.n) throw new CharterError('ledger_version_conflict', 'taken')
      saved.checkpoints.push(checkpoint)
      saved.leaves.push(...leaves)
    },
    checkpoints: async (after, most) => saved.checkpoints.slice(after, after + most),
    leaves: async (from, most) => saved.leaves.slice(from, from + most),
    events: async () => [],
  }
  return { store, saved }
}

test('L5 two processes that take checkpoints at once leave one chain of them', async () => {
  const heads = new Map([['run/a', head('run/a', 1)]])
  const { store, saved } = rows(heads)
  const takers = [1, 2].map(() => createCheckpointTaker({ ledgerId: 'l', store, signer, clock: systemClock }))
  for (let round = 2; round < 6; round++) {
    await Promise.all(takers.map((taker) => taker.take()))
    heads.set('run/a', head('run/a', round)).set(`run/${round}`, head(`run/${round}`, 1))
  }
  assert.equal(saved.checkpoints.length, 8)
  assert.equal(new Set(saved.leaves.map(({ stream, seq }) => `${stream} ${seq}`)).size, saved.leaves.length)
  const tree = buildTree(saved.leaves.map((leaf) => checkpointLeafHash('l', leaf)))
  const [newest, ...older] = saved.checkpoints.toReversed()
  for (const checkpoint of older) {
    assert.ok(verifyCheckpoint('l', checkpoint, publicKey))
    assert.ok(extendsCheckpoint(checkpoint, newest!, tree.consistencyProof(checkpoint.size)))
  }
})

test('L5 where nothing moved no checkpoint is taken unless it is asked for', async () => {
  const { store, saved } = rows(new Map([['run/a', head('run/a', 1)]]))
  const taker = createCheckpointTaker({ ledgerId: 'l', store, signer, clock: systemClock })
  assert.equal((await taker.takeIfMoved())?.n, 1)
  assert.equal(await taker.takeIfMoved(), undefined)
  assert.equal((await taker.take()).n, 2)
  assert.equal(saved.leaves.length, 1)
})

test('L5 nothing more is signed over leaves that were changed since', async () => {
  const { store, saved } = rows(new Map([['run/a', head('run/a', 1)]]))
  const taker = () => createCheckpointTaker({ ledgerId: 'l', store, signer, clock: systemClock })
  await taker().take()
  saved.leaves[0] = { ...saved.leaves[0]!, hash: 'f'.repeat(64) }
  await assert.rejects(taker().take(), { code: 'ledger_tampered' })
})
