/**
 * Takes checkpoints of a ledger. It keeps the tree in a few hashes, reads the leaves once at its first checkpoint,
 * and gives way when another process took the checkpoint it was about to take.
 */
import type { Clock } from '../clock.ts'
import { CharterError, isCharterError } from '../errors.ts'
import {
  type Checkpoint,
  type CheckpointSigner,
  type CheckpointStore,
  checkpointLeafHash,
  nextCheckpoint,
} from './checkpoint.ts'
import { appendLeaf, type CompactRange, emptyRange, rootOf } from './merkle.ts'

export interface CheckpointTaker {
  /** A fresh checkpoint, also where nothing moved: its time says how new it is. */
  take(): Promise<Checkpoint>
  /** The same, or nothing where no stream moved. */
  takeIfMoved(): Promise<Checkpoint | undefined>
}

export interface CheckpointTakerParts {
  readonly ledgerId: string
  readonly store: CheckpointStore
  readonly signer: CheckpointSigner
  readonly clock: Clock
}

const leavesAtOnce = 1000
const mostTries = 8

export function createCheckpointTaker({ ledgerId, store, signer, clock }: CheckpointTakerParts): CheckpointTaker {
  let known = emptyRange

  async function takeOnce(even: 'if nothing moved' | 'only if moved'): Promise<Checkpoint | undefined> {
    const { last, moved } = await store.pending()
    if (moved.length === 0 && even === 'only if moved') return undefined
    const range = await catchUp(ledgerId, store, known, last)
    const previous = { n: last?.n ?? 0, range }
    const next = await nextCheckpoint({ ledgerId, previous, moved, at: clock.now(), signer })
    await store.save(next.checkpoint, next.leaves)
    known = next.range
    return next.checkpoint
  }

  async function take(even: 'if nothing moved' | 'only if moved', tries = 1): Promise<Checkpoint | undefined> {
    try {
      return await takeOnce(even)
    } catch (error) {
      const lostRace = isCharterError(error) && error.code === 'ledger_version_conflict'
      if (!lostRace || tries === mostTries) throw error
      return take(even, tries + 1)
    }
  }

  return {
    takeIfMoved: () => take('only if moved'),
    async take() {
      const checkpoint = await take('if nothing moved')
      if (!checkpoint) throw new CharterError('internal', 'a checkpoint was asked for and not taken')
      return checkpoint
    },
  }
}

/** The tree of the last checkpoint, from what is known of it and the leaves since. Throws `ledger_tampered`. */
async function catchUp(
  ledgerId: string,
  store: CheckpointStore,
  known: CompactRange,
  last: Checkpoint | undefined,
): Promise<CompactRange> {
  const size = last?.size ?? 0
  let range = known
  while (range.size < size) {
    const leaves = await store.leaves(range.size, Math.min(leavesAtOnce, size - range.size))
    if (leaves.length === 0) break
    range = leaves.reduce((tree, leaf) => appendLeaf(tree, checkpointLeafHash(ledgerId, leaf)), range)
  }
  if (!last || Buffer.from(rootOf(range)).toString('hex') === last.root) return range
  throw new CharterError('ledger_tampered', `the leaves of checkpoint ${last.n} are not those that were signed`, {
    hint: 'nothing more is signed over them: compare this ledger with a backup or an earlier export',
  })
}
