import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../clock.ts'
import { type CheckpointSigner, type CheckpointStore, keyIdOf, verifyCheckpoint } from '../checkpoint.ts'
import type { Ledger } from '../ledger.ts'
import { createCheckpointTaker } from '../take-checkpoint.ts'
import { append, happened, headOf, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const signer: CheckpointSigner = {
  keyId: keyIdOf(publicKey),
  sign: async (bytes) => sign(null, bytes, privateKey),
}

const takerOf = (ledger: Ledger) =>
  createCheckpointTaker({ ledgerId: ledger.id, store: ledger.checkpoints, signer, clock: systemClock })

/** Twice the same ledger, opened apart where it can be. */
async function openTwo(t: TestContext, under: LedgerUnderTest): Promise<readonly [Ledger, Ledger]> {
  const { ledger, openAgain } = await openFresh(t, under)
  return [ledger, under.opener ? await openAgain() : ledger]
}

export function testCheckpoints(name: string, under: LedgerUnderTest): void {
  test(`L5 ${name}: a checkpoint takes one leaf for each head that moved since the last, of every tenant`, async (t) => {
    const [ledger] = await openTwo(t, under)
    const taker = takerOf(ledger)
    await append(ledger, 'run/1', [happened, happened])
    await append(ledger, 'run/2', [happened])
    await append(ledger, 'run/1', [happened], 'other')
    const first = await taker.take()
    assert.deepEqual([first.n, first.size], [1, 3])
    await append(ledger, 'run/1', [happened])
    const second = await taker.take()
    assert.deepEqual([second.n, second.size], [2, 4])
    assert.equal(await taker.takeIfMoved(), undefined)
    assert.ok(verifyCheckpoint(ledger.id, second, publicKey))
    const { hash } = await headOf(ledger, 'run/1')
    assert.deepEqual(await ledger.checkpoints.leaves(3, 10), [
      { index: 3, checkpoint: 2, tenant, stream: 'run/1', seq: 3, hash },
    ])
    assert.deepEqual(await ledger.checkpoints.checkpoints(0, 10), [first, second])
    assert.deepEqual(await ledger.checkpoints.checkpoints(1, 10), [second])
    assert.deepEqual(await ledger.checkpoints.leaves(1, 1), (await ledger.checkpoints.leaves(0, 2)).slice(1))
  })

  test(`L5 ${name}: a head that moves between the look and the save is taken by the next checkpoint`, async (t) => {
    const [ledger, other] = await openTwo(t, under)
    await append(ledger, 'run/1', [happened])
    let moved = false
    const store: CheckpointStore = {
      ...methodsOf(ledger.checkpoints),
      async save(checkpoint, leaves) {
        if (!moved) await append(other, 'run/1', [happened])
        moved = true
        await ledger.checkpoints.save(checkpoint, leaves)
      },
    }
    const taker = createCheckpointTaker({ ledgerId: ledger.id, store, signer, clock: systemClock })
    await taker.take()
    await taker.take()
    const leaves = await ledger.checkpoints.leaves(0, 10)
    assert.deepEqual(
      leaves.map(({ seq }) => seq),
      [1, 2],
    )
  })

  test(`L5 ${name}: two that take checkpoints at once take different ones, each extending the other's`, async (t) => {
    const [one, two] = await openTwo(t, under)
    await append(one, 'run/1', [happened])
    const taken = await Promise.all([takerOf(one).take(), takerOf(two).take(), takerOf(one).take()])
    assert.deepEqual(taken.map(({ n }) => n).sort(), [1, 2, 3])
    assert.deepEqual(
      taken.map(({ size }) => size),
      [1, 1, 1],
    )
    await assert.rejects(one.checkpoints.save(taken[0], []), { code: 'ledger_version_conflict' })
  })

  test(`L5 ${name}: checkpoints taken while many append neither hold them up for good nor miss a head`, async (t) => {
    const [ledger, other] = await openTwo(t, under)
    const taker = takerOf(other)
    const writers = Array.from({ length: 8 }, async (_, i) => {
      for (let n = 0; n < 20; n++) {
        await append(ledger, `run/${(i + n) % 5}`, [happened])
        await systemClock.wait(1)
      }
    })
    let writing = true
    const written = Promise.all(writers).then(() => {
      writing = false
    })
    while (writing) await taker.take()
    await written
    await taker.take()
    const leaves = await ledger.checkpoints.leaves(0, 10_000)
    for (let n = 0; n < 5; n++) {
      const last = leaves.filter(({ stream }) => stream === `run/${n}`).at(-1)
      assert.deepEqual({ seq: last?.seq, hash: last?.hash }, await headOf(ledger, `run/${n}`))
    }
  })
}

const methodsOf = (store: CheckpointStore): CheckpointStore => ({
  pending: () => store.pending(),
  save: (checkpoint, leaves) => store.save(checkpoint, leaves),
  checkpoints: (after, most) => store.checkpoints(after, most),
  leaves: (from, most) => store.leaves(from, most),
  events: (of, stream, after, through) => store.events(of, stream, after, through),
})
