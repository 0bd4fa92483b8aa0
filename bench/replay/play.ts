/** Plays what is replayed: suites, simulated worlds, the retail shop and the demo, each as it is always played. */
import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { runDemo } from '../../examples/refunds/demo-for-tests.ts'
import type { LedgerPlace } from '../rebuild-ledger.ts'
import { playLane } from '../simulate/lane.ts'
import { playLanes } from '../tau-retail/play/play-lanes.ts'
import { harvest } from './harvest.ts'

export interface Playing {
  /** Gets files of what was replayed. */
  readonly kept: string
  /** For ledgers. */
  readonly scratch: string
  readonly seed: number
  readonly short: boolean
  progress(text: string): void
}

const root = path.resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
const lanes = 2

/** The ledgers that are left of it. */
export async function playAll(playing: Playing): Promise<readonly LedgerPlace[]> {
  const ledgers: LedgerPlace[] = []
  for (const [name, play] of Object.entries({ suites, worlds, retail, demo })) {
    const began = performance.now()
    ledgers.push(...(await play(playing)))
    playing.progress(`${name} played and replayed in ${Math.round((performance.now() - began) / 1_000)} s`)
  }
  return ledgers
}

/** Whatever plays runs in the house of the suites replays them as it closes. */
async function suites({ kept, short }: Playing): Promise<readonly LedgerPlace[]> {
  const files = globSync('{src,test}/**/*.test.ts', { cwd: root })
    .filter((file) => /refund-house\.ts'/.test(readFileSync(path.join(root, file), 'utf8')))
    .sort()
  const chosen = files.filter((_, index) => !short || index % 6 === 0)
  const env = { ...process.env, CHARTER_KEEP_REPLAYED: kept }
  await run(process.execPath, ['scripts/run-tests.ts', ...chosen], { cwd: root, env, maxBuffer: 1 << 28 })
  return []
}

/** They hold each run against its replay as they come to their end. */
async function worlds({ kept, seed, short }: Playing): Promise<readonly LedgerPlace[]> {
  const each = short ? 40 : 500
  const common = { seed, againEvery: 0, untilFound: false, forMs: 3_600_000 }
  const env = { CHARTER_KEEP_REPLAYED: kept }
  const sums = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      playLane(root, { ...common, from: lane * each, to: (lane + 1) * each }, env),
    ),
  )
  const [violation] = sums.flatMap(({ violations }) => violations)
  if (violation) throw new Error(`world ${violation.seed}: ${violation.rule}: ${violation.said}`)
  return []
}

async function retail({ kept, scratch, seed, progress }: Playing): Promise<readonly LedgerPlace[]> {
  const places = Array.from({ length: lanes }, (_, lane) => placeIn(path.join(scratch, `retail-${lane}`)))
  await playLanes(
    places.map(({ ledger, keyring }, lane) => ({ seed, short: true, lane, lanes, ledger, keyring })),
    progress,
  )
  for (const place of places) await harvest(place, 'retail', kept)
  return places
}

async function demo({ kept, scratch }: Playing): Promise<readonly LedgerPlace[]> {
  const place = placeIn(path.join(scratch, 'demo'))
  const { status, said } = await runDemo(place.folder)
  if (status !== 0) throw new Error(`the demo failed:\n${said}`)
  await harvest(place, 'demo', kept)
  return [place]
}

/** Where `charter` looks for them. */
function placeIn(folder: string) {
  const state = path.join(folder, '.charter')
  mkdirSync(state, { recursive: true })
  return { folder, ledger: path.join(state, 'ledger.db'), keyring: path.join(state, 'keyring.db') }
}
