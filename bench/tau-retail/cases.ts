/** Everything that one run of the bench plays, made from the data and a seed. */
import { acceptedWrites } from './accepted-writes.ts'
import { readBase, readTasks, type Task } from './data.ts'
import { drawLegalVariations, type LegalVariation, legalVariations } from './legal-variations.ts'
import { drawMutations } from './mutations/draw.ts'
import type { Mutation } from './mutations/mutation.ts'
import { randomOf } from './random.ts'
import { type RunScript, runScript } from './run-script.ts'

export interface Cases {
  readonly scripts: readonly RunScript[]
  /** Tool calls of the longest script: what the charter has to allow, and no more. */
  readonly maxToolCalls: number
  readonly mutations: readonly Mutation[]
  readonly variations: readonly LegalVariation[]
}

const variationsOfEachOperation = 400

export function makeCases(seed: number, tasks: readonly Task[] = readTasks()): Cases {
  const shop = readBase()
  const scripts = tasks.map((task) => runScript(task, shop))
  const maxToolCalls = Math.max(...scripts.map(({ steps }) => steps.length))
  const mutations = drawMutations({ shop, writes: acceptedWrites(scripts), maxToolCalls }, seed)
  const random = randomOf(seed, 'legal-variations')
  const variations = drawLegalVariations(random, legalVariations(shop, tasks), tasks, variationsOfEachOperation)
  return { scripts, maxToolCalls, mutations, variations }
}
