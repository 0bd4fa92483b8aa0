/** All cases of a seed, in lanes side by side; then each ledger is rebuilt from its events alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freshDatabase } from '../../test/postgres.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import type { Options } from './options.ts'
import type { LaneOrder } from './play/lane-process.ts'
import { playLanes } from './play/play-lanes.ts'
import { reportOf } from './report.ts'

export async function playAll({ seed, progress }: BenchInput, options: Options): Promise<BenchReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-retail-'))
  const databases = await openDatabases(options, folder)
  try {
    const began = performance.now()
    const orders = databases.map(({ ledger }, lane): LaneOrder => {
      const keyring = path.join(folder, `keyring-${lane}.db`)
      return { seed, short: options.short, lane, lanes: options.lanes, ledger, keyring }
    })
    const tally = await playLanes(orders, progress)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    return reportOf(tally, { options, seconds })
  } finally {
    for (const { drop } of databases) await drop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A ledger for each lane: two engines must not share the runs of one, since each has a shop of its own. */
async function openDatabases({ database, lanes }: Options, folder: string) {
  return Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      if (database === 'sqlite') return { ledger: path.join(folder, `ledger-${lane}.db`), drop: async () => {} }
      const { url, drop } = await freshDatabase()
      return { ledger: url, drop }
    }),
  )
}
