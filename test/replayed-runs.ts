/** Every run of a house once more, by the engine's own code: what a suite has played is the corpus of the replay as well. */
import { AssertionError } from 'node:assert/strict'
import type { Runtime } from '../src/create-runtime.ts'
import type { PriceBook } from '../src/models/price-book.ts'
import { createEvaluator } from '../src/policy/evaluate.ts'
import type { Difference } from '../src/replays/ending.ts'
import { createProject } from '../src/replays/project.ts'
import type { Replay } from '../src/replays/replay.ts'
import type { Tool } from '../src/tools/tool.ts'
import { keepReplayed } from './recorded/keep-replayed.ts'
import { keepRun, recordingIn } from './recorded/kept-run.ts'
import { replayCounted } from './recorded/replay-counted.ts'

/** Throws where a run comes out otherwise than it stands in the ledger. */
export async function requireSameReplays(
  { house, keyring }: Pick<Runtime, 'house' | 'keyring'>,
  tools: ReadonlyMap<string, Tool>,
  prices: PriceBook,
): Promise<void> {
  const project = createProject({ tools, prices, evaluator: createEvaluator({ memoSize: 0 }) })
  const { ledger, tenant } = house
  const { runs } = await ledger.find(tenant, { runs: { read: 'runs', most: 1_000 } }, 'latest')
  for (const { run } of runs) {
    const kept = await keepRun({ ...house, keyring }, run)
    const counted = await replayCounted(recordingIn(kept), project)
    if (isOfOtherTools(counted.replay)) continue
    keepReplayed(kept, counted)
    requireSame(run, counted.replay)
  }
}

/** Another house of the test has the tools that it began with. */
const isOfOtherTools = (replay: Replay): boolean =>
  replay.verdict === 'different' &&
  replay.difference.seq === 1 &&
  (replay.difference.part.startsWith('release.') || replay.difference.part === 'charter')

function requireSame(run: string, replay: Replay): void {
  if (replay.verdict !== 'different') return
  const { seq, part, recorded, replayed, values }: Difference = replay.difference
  throw new AssertionError({
    message: `replayed, event ${seq} of ${run} is another at \`${part}\``,
    actual: { ...replayed, value: values.replayed },
    expected: { ...recorded, value: values.recorded },
  })
}
