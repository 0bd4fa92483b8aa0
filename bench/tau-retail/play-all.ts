/** All cases of a seed, in lanes side by side; then each lane's ledger is rebuilt from its events alone. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freshDatabase } from '../../test/postgres.ts'
import type { BenchInput, BenchReport } from '../bench.ts'
import { type LedgerPlace, rebuildLedgers } from '../rebuild-ledger.ts'
import type { Options } from './options.ts'
import type { LaneOrder } from './play/lane-process.ts'
import { playLanes } from './play/play-lanes.ts'
import { reportOf } from './report.ts'

export async function playAll({ seed, progress }: BenchInput, options: Options): Promise<BenchReport> {
  const folder = mkdtempSync(path.join(roomyFolder(), 'charter-retail-'))
  const places = await Promise.all(Array.from({ length: options.lanes }, (_, lane) => openPlace(options, folder, lane)))
  try {
    const began = performance.now()
    const orders = places.map(({ folder: own, ledger }, lane): LaneOrder => {
      return { seed, short: options.short, lane, lanes: options.lanes, ledger, keyring: keyringIn(own) }
    })
    const tally = await playLanes(orders, progress)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    progress(`played in ${seconds} s; rebuilding the ledgers`)
    return reportOf(tally, { options, seconds, rebuilt: await rebuildLedgers(places) })
  } finally {
    for (const { drop } of places) await drop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const memory = '/dev/shm'
const roomNeeded = 2 ** 31

/** In memory where there is room: what is counted here does not depend on the disk, and most of the time would go there. */
function roomyFolder(): string {
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize > roomNeeded ? memory : tmpdir()
}

const keyringIn = (folder: string): string => path.join(folder, '.charter', 'keyring.db')

/** A ledger for each lane: two engines must not share the runs of one, since each has a shop of its own. */
async function openPlace(
  { database }: Options,
  folder: string,
  lane: number,
): Promise<LedgerPlace & { drop(): Promise<void> }> {
  const own = path.join(folder, `lane-${lane}`)
  mkdirSync(path.join(own, '.charter'), { recursive: true })
  if (database === 'sqlite') {
    return { folder: own, ledger: path.join(own, '.charter', 'ledger.db'), drop: async () => {} }
  }
  const { url, drop } = await freshDatabase()
  return { folder: own, ledger: url, drop }
}
