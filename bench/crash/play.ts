/** One database under fire: engines killed again and again while sixteen callers go on, then everything is looked at. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { openHouse } from '../../src/create-runtime.ts'
import { type Callers, createCallers } from '../depot/callers.ts'
import { createEngines, type Engine, type EngineProgram, type Engines } from '../depot/engines.ts'
import { spawnVendor, type Vendor } from '../depot/spawn-vendor.ts'
import type { LedgerPlace } from '../rebuild-ledger.ts'
import type { Kill } from './compare.ts'
import { type PlannedKill, planKills } from './kill-plan.ts'
import { type KillableServer, startKillableServer } from './killable-server.ts'

export type Database = 'sqlite' | 'postgres'

export interface PlayWanted {
  readonly database: Database
  readonly seed: number
  readonly kills: number
  readonly serverKills: number
  /** In place of the engine of this project: the one of a copy that lacks a protection. */
  readonly program?: EngineProgram
  readonly progress: (text: string) => void
}

export interface Played {
  readonly place: LedgerPlace & { readonly keyring: string }
  readonly vendorFile: string
  readonly kills: readonly Kill[]
  readonly callers: Callers
  /** Errors that engines could not move a run for, by code. */
  readonly troubles: ReadonlyMap<string, number>
  /** Ends the server and removes the folder. */
  leave(): Promise<void>
}

const callersAtOnce = 16
/** On SQLite a lease ends with its process; elsewhere the next engine waits for it. */
const leases = { sqlite: 30_000, postgres: 1_000 } as const
const thinksMs = 60
const slowestMs = 300
const arrivalWithinMs = 3_000
const restWithinMs = 60_000
const everyKills = 50

export async function play(wanted: PlayWanted): Promise<Played> {
  const { database, seed, program } = wanted
  await using ends = new AsyncDisposableStack()
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-crash-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const hidden = path.join(folder, '.charter')
  mkdirSync(hidden)
  const server = database === 'postgres' ? ends.adopt(await startKillableServer(), ({ remove }) => remove()) : undefined
  const ledger = server?.url ?? path.join(folder, 'ledger.db')
  const place = { folder, ledger, keyring: path.join(hidden, 'keyring.db') }
  const vendor = await spawnVendor({ file: path.join(folder, 'vendor.db'), seed, slowestMs })
  const troubles = new Map<string, number>()
  const engines = createEngines(
    { ...place, vendorUrl: vendor.url, leaseMs: leases[database], thinksMs },
    program,
    (code) => {
      troubles.set(code, (troubles.get(code) ?? 0) + 1)
    },
  )
  const { house, grant } = await openDoor(engines, place)
  const callers = createCallers({ engines, seed, count: callersAtOnce, grantHere: grant })
  const kills = await playKills({ ...wanted, engines, callers, vendor, server })
  await Promise.all([house.close(), engines.close(), vendor.close()])
  const kept = ends.move()
  return { place, vendorFile: vendor.file, kills, callers, troubles, leave: () => kept.disposeAsync() }
}

/** Another process beside the engine's, as the command line is one; opened when the ledger is there. */
async function openDoor(engines: Engines, place: { ledger: string; keyring: string }) {
  const first = await engines.next()
  await first.ready
  const house = await openHouse(place)
  const grant = async (approval: string) => {
    const by = { by: 'fay@acme.example', groups: ['finance'] }
    await answerApproval(house, { approval, ...by, answer: { type: 'grant' } })
  }
  return { house, grant }
}

interface Stage extends PlayWanted {
  readonly engines: Engines
  readonly callers: Callers
  readonly vendor: Vendor
  readonly server: KillableServer | undefined
}

async function playKills(stage: Stage): Promise<Kill[]> {
  const { database, engines, callers, progress } = stage
  const plan = planKills({ ...stage, leaseMs: database === 'postgres' ? leases.postgres : 0 })
  const playing = callers.play()
  const kills: Kill[] = []
  let engine = await engines.current()
  for (const planned of plan) {
    const killed = await killOnce(stage, planned, engine)
    kills.push(...killed)
    if (killed.some((kill) => kill.killed === 'engine')) engine = await engines.next()
    if (kills.length % everyKills === 0)
      progress(`${database}: ${kills.length} kills, ${callers.counts().ended} runs ended`)
  }
  callers.finish()
  await Promise.race([playing, untilNothingMoves(callers)])
  callers.abandon()
  await engine.kill()
  return kills
}

/** The engine that was killed, the server, or both. */
async function killOnce(stage: Stage, planned: PlannedKill, engine: Engine): Promise<Kill[]> {
  const { vendor, engines, server } = stage
  if (planned.kill === 'engine' && planned.when === 'recovering') {
    await wait(Math.max(0, engine.wentAt + planned.afterMs - Date.now()))
    return [await killEngine(engines, engine)]
  }
  await engine.ready
  await wait(planned.afterMs)
  for (let writes = 0; writes < planned.writes; writes++) await vendor.arrival(arrivalWithinMs)
  await wait(planned.intoMs)
  if (planned.kill === 'engine') return [await killEngine(engines, engine)]
  if (!server) return []
  const atServer: Kill = { at: Date.now(), killed: 'server', engine: engine.number }
  await server.kill()
  const withIt = planned.alsoEngine ? [await killEngine(engines, engine)] : []
  await wait(planned.downMs)
  server.start()
  return [atServer, ...withIt]
}

async function killEngine(engines: Engines, engine: Engine): Promise<Kill> {
  if (engine.hasEnded()) throw new Error(`engine ${engine.number} had ended before it was killed`)
  const at = Date.now()
  await engines.kill(engine)
  return { at, killed: 'engine', engine: engine.number }
}

async function untilNothingMoves(callers: Callers): Promise<void> {
  while (Date.now() - callers.lastMoved() < restWithinMs) await wait(1_000, undefined, { ref: false })
}
