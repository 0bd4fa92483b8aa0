/** A fresh process with a runtime in which nothing happens: what it holds of memory after a while. */
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { printLine } from '../peers/measure.ts'
import { openClerk } from './clerk/open-clerk.ts'

export interface IdleMeasured {
  readonly rss_mb: number
}

const restMs = 2_000

async function run({ place, folder }: { place: string; folder: string }): Promise<void> {
  await using _clerk = await openClerk({ ledger: place, keyring: path.join(folder, '.charter', 'keyring.db') }, '')
  await wait(restMs)
  printLine({ rss_mb: process.memoryUsage.rss() / 2 ** 20 } satisfies IdleMeasured)
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '{}'))
