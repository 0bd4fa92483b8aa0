/** What the house shows and hands out of its runs, to somebody who may see everything: written into files. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openHouse } from '../../src/create-runtime.ts'
import { readRedacted } from '../../src/traces/read-redacted.ts'
import { traceOf } from '../../src/traces/trace.ts'
import { traceDocument } from '../../src/traces/trace-document.ts'
import { charter, type Place } from './command.ts'

const me = ['--as', 'dana@acme.example'] as const

/** Exports of the ledger and of the runs, the story of each run, and a log of the commands: all in the folder `out`. */
export async function showAll(place: Place, keyring: string, runs: readonly string[], out: string): Promise<void> {
  mkdirSync(out)
  const log = path.join(out, 'commands.log')
  charter(place, ['run', 'show', runs[0] ?? '', '--reveal', ...me], { log })
  charter(place, ['ledger', 'export', '--payloads', '--out', path.join(out, 'ledger.jsonl')], { log })
  writeFileSync(path.join(out, 'runs.jsonl'), charter(place, ['run', 'export', '--all', '--reveal', ...me]))
  const house = await openHouse({ ledger: place.ledger, keyring })
  try {
    for (const run of runs) {
      const trace = traceOf(await readRedacted(house, run, { reveal: true }))
      writeFileSync(path.join(out, `${run}.json`), JSON.stringify(traceDocument(trace, () => undefined)))
    }
  } finally {
    await house.close()
  }
}

/** Everything that a reader finds there. */
export const textOf = (out: string): string =>
  readdirSync(out)
    .map((name) => readFileSync(path.join(out, name), 'utf8'))
    .join('\n')
