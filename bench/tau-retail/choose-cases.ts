/** All cases of a seed, or a sample of them for a quick look. */
import { type Cases, makeCases } from './cases.ts'
import { randomOf, sample } from './random.ts'

const few = { tasks: 60, mutations: 400, variations: 100 }

export function chooseCases(seed: number, short: boolean): Cases {
  const cases = makeCases(seed)
  if (!short) return cases
  const random = randomOf(seed, 'short')
  return {
    ...cases,
    scripts: sample(random, cases.scripts, few.tasks),
    mutations: sample(random, cases.mutations, few.mutations),
    variations: sample(random, cases.variations, few.variations),
  }
}
