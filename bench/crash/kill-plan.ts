/** When to kill, drawn from the seed: most kills in the middle of work, some so soon that recovery is still under way. */
import { type Random, randomOf } from '../tau-retail/random.ts'

export type PlannedKill =
  /** So long after the engine was told to go, ready or not. */
  | { readonly kill: 'engine'; readonly when: 'recovering'; readonly afterMs: number }
  /** So long after it was ready, then so many writes later, and then so long into the last of these. */
  | ({ readonly kill: 'engine'; readonly when: 'working' } & AmidWork)
  /** The database server; the engine with it or not. It comes back after so long. */
  | ({ readonly kill: 'server'; readonly alsoEngine: boolean; readonly downMs: number } & AmidWork)

export interface AmidWork {
  readonly afterMs: number
  /** So many writes more come to the vendor: on a busy machine, too, work is done between two kills. */
  readonly writes: number
  readonly intoMs: number
}

export interface KillsWanted {
  readonly seed: number
  /** Of engines. */
  readonly kills: number
  /** Of the database server, spread evenly between them. */
  readonly serverKills: number
  /** A killed engine's leases end so long after it. */
  readonly leaseMs: number
}

const workingMs = 800
const mostWrites = 10
const recoveringMs = 300
/** A write is open at the vendor for longer than this, mostly. */
const intoMs = 60
const longestDownMs = 600

export function planKills({ seed, kills, serverKills, leaseMs }: KillsWanted): PlannedKill[] {
  const random = randomOf(seed, 'kills')
  const every = Math.max(1, Math.floor(kills / (serverKills + 1)))
  let left = serverKills
  return Array.from({ length: kills }, (_, place) => {
    const engine = drawEngineKill(random, leaseMs)
    if (left === 0 || (place + 1) % every !== 0) return [engine]
    left -= 1
    return [engine, drawServerKill(random)]
  }).flat()
}

function drawEngineKill(random: Random, leaseMs: number): PlannedKill {
  return random.below(6) === 0
    ? { kill: 'engine', when: 'recovering', afterMs: random.below(recoveringMs + leaseMs) }
    : { kill: 'engine', when: 'working', ...drawAmidWork(random) }
}

const drawServerKill = (random: Random): PlannedKill => ({
  kill: 'server',
  alsoEngine: random.below(2) === 0,
  downMs: random.below(longestDownMs),
  ...drawAmidWork(random),
})

const drawAmidWork = (random: Random): AmidWork => ({
  afterMs: random.below(workingMs),
  writes: 1 + random.below(mostWrites),
  intoMs: random.below(intoMs),
})
