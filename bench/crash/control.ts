/** The same kills at an engine that lacks one protection: the vendor's account must show it. */
import path from 'node:path'
import type { EngineProgram } from '../depot/engines.ts'
import { type Patch, patchedSource } from '../patched-source.ts'
import { play } from './play.ts'
import { tallyOf } from './tally.ts'

/** Each is one protection, taken out in a copy. */
const protections: Readonly<Record<string, Patch>> = {
  /** A second send has another key, so the vendor cannot know that it is the second. */
  key_minted_once: { file: 'src/runs/dispatch.ts', find: 'known?.key ??', replace: 'crypto.randomUUID() ??' },
  /** What was lost with its process counts as not done. */
  lost_is_unknown: {
    file: 'src/runs/resolve-effect.ts',
    find: "journal.draft({ type: 'effect.unknown', body: { effect: effect.id, attempt, status, why: 'lost' } })",
    replace: `journal.draft({
      type: 'effect.not_committed',
      body: { effect: effect.id, attempt, status: 'not_committed', by: 'not_begun', retryable: true },
    })`,
  },
}

export interface ControlWanted {
  readonly seed: number
  readonly kills: number
  readonly progress: (text: string) => void
}

/** How many violations each missing protection led to. */
export async function playControls(wanted: ControlWanted): Promise<Record<string, number>> {
  const violations: Record<string, number> = {}
  for (const [name, patch] of Object.entries(protections)) {
    violations[name] = await playWithout(patch, wanted)
    wanted.progress(`control without ${name}: ${violations[name]} violations`)
  }
  return violations
}

async function playWithout(patch: Patch, wanted: ControlWanted): Promise<number> {
  await using ends = new AsyncDisposableStack()
  const file = path.join(patchedSource(ends, patch), 'bench/depot/engine-process.ts')
  const program: EngineProgram = { command: [process.execPath], file }
  const played = await play({ ...wanted, database: 'sqlite', serverKills: 0, program })
  ends.defer(played.leave)
  const { duplicateEffects, wrongOutcomes, wrongWords } = await tallyOf(played)
  return duplicateEffects.length + wrongOutcomes.length + wrongWords.length
}
