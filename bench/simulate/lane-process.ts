/** One process of the bench: plays the seeds it is given, and says as one line of JSON what they came to. */

import { drawPlan } from '../../test/world/draw-plan.ts'
import { openKit } from '../../test/world/kit.ts'
import { play } from '../../test/world/play.ts'
import { addTo, emptySum, type LaneWork } from './sum.ts'

const work: LaneWork = JSON.parse(process.argv[2] ?? '{}')
const sum = emptySum()
using kit = openKit()
for (let index = work.from; index < work.to; index++) {
  const seed = `${work.seed}.${index}`
  const keepIn = work.keepIn !== undefined && index === work.from ? work.keepIn : undefined
  const played = await play(drawPlan(seed), kit, { keepIn })
  addTo(sum, seed, played)
  if (work.againEvery > 0 && index % work.againEvery === 0) {
    const again = await play(drawPlan(seed), kit)
    sum.playedAgain += 1
    if (again.trace !== played.trace) sum.nondeterministic.push(seed)
  }
  if (work.untilFound && sum.violations.length > 0) break
  if (performance.now() > work.forMs) break
}
process.stdout.write(`${JSON.stringify(sum)}\n`)
