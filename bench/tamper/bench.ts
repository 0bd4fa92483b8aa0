/**
 * Exports of a ledger that real runs wrote, tampered with in every way there is, and a verifier that has the file and the
 * pinned public key and nothing else. Each edit must be found and the right event named; no clean export is refused.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { readShortOption } from '../short-option.ts'
import { randomOf } from '../tau-retail/random.ts'
import { byteEdits } from './byte-edits.ts'
import { type Ledger, writeKey } from './command.ts'
import { playControls } from './control.ts'
import type { Edit } from './edit.ts'
import { makeExports } from './make-exports.ts'
import { rechainedEdits } from './rechained-edits.ts'
import { reportOf } from './report.ts'
import { sampleByCommand } from './sample-by-command.ts'
import { structuralEdits } from './structural-edits.ts'
import { emptyTally, note } from './tally.ts'
import { startVerifiers } from './verifiers.ts'
import { openLedger } from './worked-ledger.ts'

export async function run({ seed, progress, options: given }: BenchInput): Promise<BenchReport> {
  const options = readShortOption(given)
  const began = performance.now()
  await using ends = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-tamper-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const house = ends.use(await openLedger())
  const ledger: Ledger = { folder, ledger: house.ledgerPlace }
  const key = path.join(folder, 'ledger.pub')
  await writeKey(ledger, key)

  const exported = await makeExports(house, ledger, options)
  progress(
    `${exported.clean.length} exports, the small one ${exported.small.length} bytes, the large ${exported.large.length}`,
  )
  const verifiers = startVerifiers(ends, { key, count: availableParallelism() })
  const refused: string[] = []
  await verifiers.judge(
    exported.clean.map((bytes) => ({ bytes })),
    (_, { ok, problems }) => void (ok || refused.push(`a clean export was refused: ${problems[0]?.what}`)),
  )

  const tally = emptyTally()
  const judge = async (name: string, edits: Iterable<Edit>) => {
    const since = performance.now()
    let judged = 0
    await verifiers.judge(edits, (edit, verdict) => {
      note(tally, edit, verdict)
      if (++judged % 20_000 === 0) progress(`${name}: ${judged}`)
    })
    progress(`${name}: ${judged} in ${Math.round((performance.now() - since) / 1_000)} s`)
  }
  const { small, large } = exported
  const random = (label: string) => randomOf(seed, label)
  await judge('lines', structuralEdits(options.short ? small : large, random('lines')))
  await judge('rechained', rechainedEdits(large, random('rechained'), sizes(options).rechained))
  await judge('bytes', byteEdits(small, random('bytes'), sizes(options).stride))
  const sampling = { folder, key, exported, random: random('command'), verifiers }
  const sample = await sampleByCommand(sampling, sizes(options).byCommand)
  const controlMissed = await playControls(key, exported, random('controls'))
  progress('rebuilding the ledger')
  await house.runtime.close()
  const rebuilt = await rebuildLedgers([ledger])
  const seconds = Math.round((performance.now() - began) / 1_000)
  return reportOf({ tally, exported, refused, sample, controlMissed, rebuilt, seconds }, options)
}

/** A short run takes every 40th byte, and the lines of the small export. */
const sizes = ({ short }: { short: boolean }) =>
  short ? { stride: 40, rechained: 120, byCommand: 4 } : { stride: 1, rechained: 1_200, byCommand: 12 }
