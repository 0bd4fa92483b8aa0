/** Exports by `charter ledger export`: two to tamper with, and many clean ones of every scope, as the ledger grows. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ShortOption } from '../short-option.ts'
import { exportLedger, type Ledger } from './command.ts'
import { eventsIn, linesOf } from './export-lines.ts'
import { type WorkedLedger, work } from './worked-ledger.ts'

export interface Exported {
  /** With payloads, over two checkpoints: for edits of every byte. */
  readonly small: Buffer
  /** Of the whole ledger in the end: for edits of every line. */
  readonly large: Buffer
  /** These two among them. */
  readonly clean: readonly Buffer[]
}

/** How many runs there are, and how many clean exports at least. */
const sizes = { short: { runs: 9, clean: 12 }, whole: { runs: 30, clean: 104 } } as const

export async function makeExports(house: WorkedLedger, ledger: Ledger, { short }: ShortOption): Promise<Exported> {
  const { runs, clean: wanted } = short ? sizes.short : sizes.whole
  const file = path.join(ledger.folder, 'export.jsonl')
  const take = async (...args: readonly string[]) => {
    await exportLedger(ledger, file, ...args)
    return readFileSync(file)
  }
  await work(house, 0)
  const clean = [await take()]
  await work(house, 1)
  const small = await take('--payloads')
  for (let n = 2; n < runs; n++) {
    await work(house, n)
    if (n % 3 === 0) clean.push(await take())
  }
  const large = await take('--payloads')
  clean.push(small, large)
  const streams = [...new Set(eventsIn(linesOf(large)).map(({ stream }) => stream))]
  for (let n = 0; clean.length < wanted; n++) {
    const named = [n, ...(n % 2 ? [n + 1] : [])].flatMap((at) => ['--stream', streams[at % streams.length] ?? ''])
    clean.push(await take(...named, ...(n % 3 === 0 ? ['--payloads'] : [])))
  }
  return { small, large, clean }
}
