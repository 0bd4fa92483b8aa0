/** Draws a plan from a seed: a few runs on few orders, so that they meet, and a few kinds of fault close together. */
import type { StopLevel } from '../../src/stops/stop.ts'
import { type Aim, drawAim, drawFaults } from './draw-faults.ts'
import { drawRun } from './draw-run.ts'
import type { AnswerPlanned, Deed, Moment, Plan, RunPlanned } from './plan.ts'
import { type Random, seededRandom } from './random.ts'

export function drawPlan(seed: string): Plan {
  const random = seededRandom(`plan ${seed}`)
  const page = random.chance(0.12) ? 'tight' : 'base'
  const aim = drawAim(random.fork('aim'))
  const runs = Array.from({ length: random.between(3, 5) }, (_, index) =>
    drawRun(random.fork(`run ${index}`), index, aim),
  )
  return {
    seed,
    page,
    leaseMs: drawLease(random, aim),
    runs,
    faults: drawFaults(random.fork('faults'), aim),
    deeds: drawDeeds(random.fork('deeds'), runs, aim).filter(({ deed }) => page === 'base' || deed !== 'apply'),
    answers: Array.from({ length: random.between(1, 4) }, () => drawAnswer(random)),
    settlesAfterMs: random.chance(0.6) ? random.between(20, 900) : undefined,
  }
}

/** Who stands still while its lease runs out finds it gone; under a short one even before the answer is overdue. */
function drawLease(random: Random, { kinds }: Aim): number {
  const leaseMs = random.pick([700, 1_500, 30_000])
  return kinds.includes('freeze') ? random.pick([150, 150, 700]) : leaseMs
}

const drawAnswer = (random: Random): AnswerPlanned => ({
  afterMs: random.between(5, 500),
  answer: random.pick(['grant', 'grant', 'grant', 'deny', 'edit', 'silence']),
})

function drawDeeds(random: Random, runs: readonly RunPlanned[], aim: Aim): readonly Deed[] {
  const deeds: Deed[] = []
  const when = (): Moment =>
    random.chance(0.4) ? { atMs: random.between(30, 1_800) } : { atTick: random.between(1, 9) }
  if (random.chance(0.5)) deeds.push(...Array.from({ length: random.between(1, 2) }, () => drawStop(random, when())))
  if (aim.kinds.includes('stop')) deeds.push(drawStop(random, { atEffect: aim.effect, afterMs: random.between(0, 60) }))
  if (random.chance(0.12))
    deeds.push({ deed: 'revoke', ...when(), run: random.pick(runs.map(({ name }) => name) as [string]) })
  if (random.chance(0.1)) deeds.push({ deed: 'revoke_shared', ...when() })
  if (random.chance(0.3)) deeds.push({ deed: 'apply', ...when(), page: random.pick(['careful', 'small', 'quiet']) })
  if (random.chance(0.1)) deeds.push({ deed: 'apply', atMs: 3_000, page: 'base' })
  if (random.chance(0.12)) deeds.push({ deed: 'restart', ...when() })
  if (random.chance(0.1)) deeds.push({ deed: 'second_engine', ...when() })
  if (random.chance(0.6)) for (let looks = 0; looks < 6; looks++) deeds.push({ deed: 'look', ...when() })
  return deeds
}

function drawStop(random: Random, when: Moment): Deed {
  const level = random.pick<StopLevel>(['observe', 'observe', 'draft', 'abort'])
  const forMs = random.between(50, 2_500)
  switch (random.between(0, 4)) {
    case 0:
      return { deed: 'stop', ...when, scope: 'everything', value: '', level, forMs }
    case 1:
      return { deed: 'stop', ...when, scope: 'tenant', value: '', level, forMs }
    case 2:
      return { deed: 'stop', ...when, scope: 'agent', value: 'desk', level, forMs }
    case 3:
      return { deed: 'stop', ...when, scope: 'risk', value: 'high', level, forMs }
    default:
      return {
        deed: 'stop',
        ...when,
        scope: 'tool',
        value: random.pick(['refund', 'transfer', 'credit']),
        level,
        forMs,
      }
  }
}
