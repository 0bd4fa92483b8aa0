/** The same edits for a verifier with one of its checks switched off: those that the check is there for must slip through. */
import { type Patch, patchedSource } from '../patched-source.ts'
import { type Random, sample } from '../tau-retail/random.ts'
import { byteEdits } from './byte-edits.ts'
import type { Edit } from './edit.ts'
import type { Exported } from './make-exports.ts'
import { rechainedEdits } from './rechained-edits.ts'
import { startVerifiers } from './verifiers.ts'

const file = 'src/ledger/verify-events.ts'

export const patches = {
  /** Whether an event has the hash that stands beside it. */
  event_hash: { file, find: 'if (event.hash !== event.computed) return', replace: 'if (event.hash === "") return' },
  /** Whether a stream ends in the hash that its leaf vouches for. */
  vouched_head: { file, find: '&& !hashes.includes(vouched)', replace: '&& hashes.includes("")' },
} as const satisfies Readonly<Record<string, Patch>>

/** How many edits were not found, by the check that was switched off. */
export type Missed = Readonly<Record<keyof typeof patches, number>>

const triedOfEach = 300

export async function playControls(key: string, { small, large }: Exported, random: Random): Promise<Missed> {
  const bytes = sample(random, [...byteEdits(small, random, 61)], triedOfEach)
  return {
    event_hash: await countMissed(key, patches.event_hash, bytes),
    vouched_head: await countMissed(key, patches.vouched_head, rechainedEdits(large, random, triedOfEach)),
  }
}

async function countMissed(key: string, patch: Patch, edits: Iterable<Edit>): Promise<number> {
  await using ends = new AsyncDisposableStack()
  const verifiers = startVerifiers(ends, { key, count: 1, sources: patchedSource(ends, patch) })
  let missed = 0
  await verifiers.judge(edits, (_, { ok }) => {
    if (ok) missed += 1
  })
  return missed
}
