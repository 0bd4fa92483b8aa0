/** Charter under load, in a process of its own: what every peer gets. Its orders are one argument of JSON. */
import path from 'node:path'
import { type Load, type Measured, playLoad, printLine } from '../peers/measure.ts'
import { openClerk } from './clerk/open-clerk.ts'
import { actionsOfRun, type Work } from './clerk/planned-model.ts'

export interface ClerkLoad extends Load {
  readonly work: Work
}

export interface ClerkMeasured extends Measured {
  readonly work: Work
}

/** `folder` is where the keyring goes, and the ledger where it is a file. */
export interface ClerkOrders {
  readonly place: string
  readonly folder: string
  readonly loads: readonly ClerkLoad[]
  /** Keeps its arguments apart from those of other processes on the same ledger; its process id unless said otherwise. */
  readonly prefix?: string
}

async function run({ place, folder, loads, prefix = String(process.pid) }: ClerkOrders): Promise<void> {
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const measured: ClerkMeasured[] = []
  await using clerk = await openClerk({ ledger: place, keyring }, `${prefix}-`)
  for (const load of loads) {
    const before = clerk.carried[load.work]
    const played = await playLoad(load, () => clerk.play(load.work))
    const carried = clerk.carried[load.work] - before
    if (carried !== played.runs * actionsOfRun) throw new Error(`${played.runs} runs carried out ${carried} actions`)
    measured.push({ work: load.work, ...played })
  }
  printLine({ measured, rss_mb: process.memoryUsage.rss() / 2 ** 20 })
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '{}'))
