/** Draws a plan from a seed: a few runs on few orders, so that they meet, and a few kinds of fault close together. */
import type { StopLevel } from '../../src/stops/stop.ts'
import { drawFaults } from './draw-faults.ts'
import { drawRun } from './draw-run.ts'
import type { AnswerPlanned, Deed, Plan, RunPlanned } from './plan.ts'
import { type Random, seededRandom } from './random.ts'

export function drawPlan(seed: string): Plan {
  const random = seededRandom(`plan ${seed}`)
  const runs = Array.from({ length: random.between(2, 4) }, (_, index) => drawRun(random.fork(`run ${index}`), index))
  return {
    seed,
    page: random.chance(0.12) ? 'tight' : 'base',
    leaseMs: random.pick([700, 1_500, 30_000]),
    runs,
    faults: drawFaults(random.fork('faults')),
    deeds: drawDeeds(random.fork('deeds'), runs),
    answers: Array.from({ length: random.between(1, 4) }, () => drawAnswer(random)),
    settlesAfterMs: random.chance(0.6) ? random.between(20, 900) : undefined,
  }
}

const drawAnswer = (random: Random): AnswerPlanned => ({
  afterMs: random.between(5, 500),
  answer: random.pick(['grant', 'grant', 'grant', 'deny', 'edit', 'silence']),
})

function drawDeeds(random: Random, runs: readonly RunPlanned[]): readonly Deed[] {
  const deeds: Deed[] = []
  const atMs = () => random.between(30, 1_800)
  if (random.chance(0.45)) deeds.push(...Array.from({ length: random.between(1, 2) }, () => drawStop(random, atMs())))
  if (random.chance(0.12))
    deeds.push({ deed: 'revoke', atMs: atMs(), run: random.pick(runs.map(({ name }) => name) as [string]) })
  if (random.chance(0.08)) deeds.push({ deed: 'revoke_shared', atMs: atMs() })
  if (random.chance(0.25)) deeds.push({ deed: 'apply', atMs: atMs(), page: random.pick(['careful', 'small', 'quiet']) })
  if (random.chance(0.1)) deeds.push({ deed: 'apply', atMs: 1_500 + atMs(), page: 'base' })
  if (random.chance(0.12)) deeds.push({ deed: 'restart', atMs: atMs() })
  if (random.chance(0.1)) deeds.push({ deed: 'second_engine', atMs: atMs() })
  if (random.chance(0.5)) deeds.push({ deed: 'look', atMs: atMs() }, { deed: 'look', atMs: atMs() })
  return deeds
}

function drawStop(random: Random, atMs: number): Deed {
  const level = random.pick<StopLevel>(['observe', 'observe', 'draft', 'abort'])
  const forMs = random.between(50, 2_500)
  switch (random.between(0, 4)) {
    case 0:
      return { deed: 'stop', atMs, scope: 'everything', value: '', level, forMs }
    case 1:
      return { deed: 'stop', atMs, scope: 'tenant', value: '', level, forMs }
    case 2:
      return { deed: 'stop', atMs, scope: 'agent', value: 'desk', level, forMs }
    case 3:
      return { deed: 'stop', atMs, scope: 'risk', value: 'high', level, forMs }
    default:
      return { deed: 'stop', atMs, scope: 'tool', value: random.pick(['refund', 'transfer', 'credit']), level, forMs }
  }
}
