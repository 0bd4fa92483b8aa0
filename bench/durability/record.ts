/** Sixteen callers at an engine under strace, until enough was said; then it is killed where it stands. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createCallers } from '../depot/callers.ts'
import { loadEngine } from '../depot/engines.ts'
import { spawnVendor } from '../depot/spawn-vendor.ts'
import { openVendorStore } from '../depot/vendor-store.ts'
import { traced } from './traced-engine.ts'

export interface Recording {
  readonly folder: string
  readonly ledger: string
  readonly keyring: string
  /** strace's. */
  readonly log: string
  /** How many answers callers got: all of them must stand in the log. */
  readonly heard: number
  /** How many writes reached the vendor: all of them must stand in the log. */
  readonly arrived: number
  remove(): void
}

export interface RecordingWanted {
  readonly seed: number
  /** Answers to callers, about; as many writes again and a half are sent meanwhile. */
  readonly answers: number
  /** In place of the engine of this project. */
  readonly engineFile?: string
}

const callersAtOnce = 16
const slowestMs = 30

export async function record({ seed, answers, engineFile }: RecordingWanted): Promise<Recording> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-durability-'))
  mkdirSync(path.join(folder, '.charter'))
  const place = { folder, ledger: path.join(folder, 'ledger.db'), keyring: path.join(folder, '.charter/keyring.db') }
  const log = path.join(folder, 'calls')
  const vendor = await spawnVendor({ file: path.join(folder, 'vendor.sqlite'), seed, slowestMs })
  const orders = { ...place, vendorUrl: vendor.url, leaseMs: 30_000, thinksMs: 5 }
  const engine = await loadEngine(orders, traced(log, engineFile))(1)
  await engine.ready
  const callers = createCallers({ engines: { current: async () => engine }, seed, count: callersAtOnce })
  const playing = callers.play()
  while (callers.acknowledgements.length < answers) await wait(50)
  callers.finish()
  await playing
  await engine.kill()
  await vendor.close()
  const store = openVendorStore(vendor.file)
  const arrived = store.arrivals().length
  store.close()
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return { ...place, log, heard: callers.acknowledgements.length, arrived, remove }
}
