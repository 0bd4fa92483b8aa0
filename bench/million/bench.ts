/**
 * A ledger of a million events in twenty thousand real runs, on SQLite, and how its owner lives with it: opening a run,
 * listing runs, verifying, replaying and reporting over all of it, each in a process that did not write it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { JsonObject } from '../../src/json.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import type { Control } from './control-process.ts'
import type { Measured } from './measuring-process.ts'
import type { Place } from './open-counter.ts'
import { readOptions } from './options.ts'
import type { Played } from './playing-process.ts'
import { reportOf } from './report.ts'

/** What needs more is found out; what is merely left lying, because there is plenty, is not counted as needed. */
const heapMb = 300

export async function run({ seed, options: given, progress }: BenchInput): Promise<BenchReport> {
  const options = readOptions(given)
  const folder = options.keep ?? mkdtempSync(path.join(tmpdir(), 'million-bench-'))
  try {
    const place = { folder, ledger: path.join(folder, '.charter', 'ledger.db') }
    const played = existsSync(place.ledger) ? undefined : await fill(place, options.runs, progress)
    const orders = { ...place, seed, samples: options.samples, replayed: options.replayed }
    const measured = await tell<Measured>('measuring-process.ts', orders, [`--max-old-space-size=${heapMb}`])
    const bytes = bytesOf(place)
    progress('rebuilding the ledger')
    const rebuilt = await rebuildLedgers([place])
    takeBackEdit(place)
    progress('changing one refusal behind its back')
    const control = await tell<Control>('control-process.ts', place)
    return reportOf(options, { measured, written: played?.written, bytes, rebuilt, control })
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function fill(place: Place, runs: number, progress: BenchInput['progress']): Promise<Played> {
  progress(`playing ${runs} runs`)
  mkdirSync(path.dirname(place.ledger), { recursive: true })
  return tell<Played>('playing-process.ts', { ...place, runs })
}

/** With what still stands in the log beside the file. */
const bytesOf = ({ ledger }: Place): number =>
  [ledger, `${ledger}-wal`].filter((file) => existsSync(file)).reduce((sum, file) => sum + statSync(file).size, 0)

/** That of the rebuild, which changed the row of the newest run. */
function takeBackEdit({ ledger }: Place): void {
  using database = new DatabaseSync(ledger)
  database.exec('UPDATE runs SET turns = turns - 1 WHERE run = (SELECT max(run) FROM runs)')
}

async function tell<Answer>(program: string, orders: object, flags: readonly string[] = []): Promise<Answer> {
  const said: JsonObject = JSON.parse(JSON.stringify(orders))
  const args = [...flags, path.join(import.meta.dirname, program), JSON.stringify(said)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const out = await Array.fromAsync(child.stdout.setEncoding('utf8'))
  const [status] = await exited
  if (status !== 0) throw new Error(`\`${program}\` ended with ${status}`)
  return JSON.parse(out.join(''))
}
