/**
 * Nothing is said before it is on the disk: an engine under strace, every answer and every send held against the syncs
 * before it, and the power cut at hundreds of moments.
 */
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { playControl } from './control.ts'
import { readOptions } from './options.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { reportOf } from './report.ts'
import { requireStrace } from './traced-engine.ts'

export async function run({ seed, options: args, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(args)
  requireStrace()
  const begun = performance.now()
  const recording = await record({ seed, answers: options.answers })
  try {
    progress(`${recording.heard} answers heard, ${recording.arrived} writes arrived`)
    const replayed = await replay(recording, { seed, cuts: options.cuts })
    progress(`${replayed.cuts} cuts of ${replayed.events} events, ${replayed.syncs} syncs`)
    const control = await playControl(seed)
    progress(`control without syncs: ${control.beforeSync.length} words too early`)
    const rebuilt = await rebuildLedgers([{ folder: recording.folder, ledger: recording.ledger }])
    const seconds = Math.round((performance.now() - begun) / 1000)
    return reportOf({ options, recording, replayed, control, rebuilt, seconds })
  } finally {
    recording.remove()
  }
}
