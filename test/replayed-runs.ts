/** Every run of a house once more, by the engine's own code: what a suite has played is the corpus of the replay as well. */
import { AssertionError } from 'node:assert/strict'
import type { House } from '../src/commands/house.ts'
import type { PriceBook } from '../src/models/price-book.ts'
import { createEvaluator } from '../src/policy/evaluate.ts'
import type { Difference } from '../src/replays/ending.ts'
import { createProject } from '../src/replays/project.ts'
import { readRecording } from '../src/replays/recording.ts'
import { type Replay, replayRun } from '../src/replays/replay.ts'
import { isOfPage } from '../src/runs/passing.ts'
import type { Tool } from '../src/tools/tool.ts'

/** Throws where a run comes out otherwise than it stands in the ledger. */
export async function requireSameReplays(house: House, tools: ReadonlyMap<string, Tool>, prices: PriceBook) {
  const project = createProject({ tools, prices, evaluator: createEvaluator() })
  const { ledger, tenant } = house
  const { runs } = await ledger.find(tenant, { runs: { read: 'runs', most: 1_000 } }, 'latest')
  for (const { run } of runs) {
    const replay = await replayRun(await readRecording(house, run), project).catch(unlessOfPage)
    if (replay) requireSame(run, replay)
  }
}

/** Of a run that other tools began, which another house of the test has. */
function unlessOfPage(error: unknown): undefined {
  if (!isOfPage(error)) throw error
}

const isOfOtherTools = ({ seq, part }: Difference): boolean => seq === 1 && part.startsWith('release.')

function requireSame(run: string, replay: Replay): void {
  if (replay.verdict !== 'different' || isOfOtherTools(replay.difference)) return
  const { seq, part, recorded, replayed, values } = replay.difference
  console.log('DBG', JSON.stringify(values, null, 1), JSON.stringify(recorded), JSON.stringify(replayed))
  throw new AssertionError({
    message: `replayed, event ${seq} of ${run} is another at \`${part}\``,
    actual: { ...replayed, value: values.replayed },
    expected: { ...recorded, value: values.recorded },
  })
}
