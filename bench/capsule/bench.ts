/**
 * Runs handed over as files and read where nothing else is: an empty folder, the file, and a key that was pinned before.
 * Every changed byte must be found, every forgery that somebody else signed, and nothing may reach for the network.
 */
import { createPublicKey } from 'node:crypto'
import path from 'node:path'
import { checkCapsule } from '../../src/capsules/check-capsule.ts'
import { checkEvidence } from '../../src/capsules/check-evidence.ts'
import { type StoryName, storyNames } from '../../test/capsules/stories.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { readShortOption } from '../short-option.ts'
import { alone } from './alone.ts'
import type { EditsChecked } from './check-edits.ts'
import { missedWithoutSignature, networkSeen } from './control.ts'
import { emptyFolder, type HandedOver, type Handing, handOver } from './hand-over.ts'
import { type Counts, noCounts, reportOf } from './report.ts'
import { signedAnew } from './resign.ts'

const charter = path.resolve(import.meta.dirname, '../../src/cli/main.ts')
const checker = path.join(import.meta.dirname, 'check-edits.ts')

/** Places of a file at which it is changed, in six ways each; every byte where there are fewer. */
const sizes = ({ short }: { short: boolean }) =>
  short
    ? { stories: ['granted'] as StoryName[], places: 30, pagePlaces: 15 }
    : { stories: storyNames, places: 1_000, pagePlaces: 250 }

export async function run({ seed, progress, options: given }: BenchInput): Promise<BenchReport> {
  const wanted = sizes(readShortOption(given))
  const began = performance.now()
  await using ends = new AsyncDisposableStack()
  const log = emptyFolder(ends, {})
  const byDb: Record<string, Counts> = {}
  const missed: string[] = []
  let control = 0
  for (const database of ['sqlite', 'postgres'] as const) {
    const handing = await handOver(ends, database, wanted.stories)
    const reader = { log, handing, counts: noCounts(), seed, missed, ...wanted }
    progress(`${database}: ${handing.files.length} files`)
    for (const file of handing.files) await readAlone(ends, reader, file)
    control += await missedWithoutSignature(handing)
    progress(`${database}: rebuilding the ledger`)
    const { same, findsEdit } = await rebuildLedgers([handing.place])
    byDb[database] = { ...reader.counts, rebuilt_same: same, rebuild_finds_edit: findsEdit }
  }
  const controls = { network: await networkSeen(log, log), missed: control }
  return reportOf(byDb, controls, missed, Math.round((performance.now() - began) / 1_000))
}

interface Reader {
  readonly log: string
  readonly handing: Handing
  readonly counts: Counts
  readonly seed: number
  readonly places: number
  readonly pagePlaces: number
  readonly missed: string[]
}

async function readAlone(ends: AsyncDisposableStack, reader: Reader, file: HandedOver): Promise<void> {
  const { log, handing, counts, seed, places, pagePlaces, missed } = reader
  const name = `${file.name}.${file.kind === 'page' ? 'html' : file.kind}`
  const folder = emptyFolder(ends, { [name]: file.bytes, 'ledger.pub': handing.key })
  const said = async (...argv: string[]) => {
    const ran = await alone(folder, log, [charter, ...argv, name, '--key', 'ledger.pub'])
    counts.network_calls += ran.networkCalls
    return ran.exit
  }
  counts.clean += 1
  if ((await said('ledger', 'verify')) !== 0) counts.clean_refused += 1
  if (file.kind === 'capsule') {
    counts.replayed += 1
    if ((await said('run', 'import')) === 0 && (await said('run', 'replay')) === 0) counts.replayed_same += 1
  }
  await forge(ends, reader, file, name)
  const ran = await alone(folder, log, [checker, name, file.kind, String(seed), String(places), String(pagePlaces)])
  if (ran.exit !== 0) throw new Error(`the reader of ${name} ended with ${ran.exit}: ${ran.err}`)
  const checked: EditsChecked = JSON.parse(ran.out)
  counts.network_calls += ran.networkCalls
  counts.bytes += checked.bytes
  counts.edits += checked.edits
  counts.found += checked.found
  counts.page_data_edits += checked.pageDataEdits
  counts.page_found += checked.pageFound
  missed.push(...checked.missed)
}

/** By the command, against the pinned key; and whole in itself, or it would prove nothing. */
async function forge(ends: AsyncDisposableStack, { log, handing, counts }: Reader, file: HandedOver, name: string) {
  const { bytes, publicKey, kind } = signedAnew(file)
  const folder = emptyFolder(ends, { [name]: bytes, 'ledger.pub': handing.key })
  const { exit, networkCalls } = await alone(folder, log, [charter, 'ledger', 'verify', name, '--key', 'ledger.pub'])
  counts.network_calls += networkCalls
  counts.resigned += 1
  if (exit === 6) counts.resigned_found += 1
  const check = kind === 'capsule' ? checkCapsule : checkEvidence
  const own = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
  if ((await check(bytes, own)).ok) counts.resigned_whole += 1
}
