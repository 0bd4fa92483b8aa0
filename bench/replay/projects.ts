/** The projects whose runs can be replayed here: their tools, on nobody's wire, and the prices of their models. */

import { connectDesk } from '../../examples/refunds/desk/client.ts'
import { refundTools as deskTools } from '../../examples/refunds/tools.ts'
import type { Store } from '../../examples/retail/store.ts'
import { retailTools } from '../../examples/retail/tools.ts'
import { defaultPriceBook } from '../../src/models/default-price-book.ts'
import type { TokenPrices } from '../../src/models/price.ts'
import { createEvaluator } from '../../src/policy/evaluate.ts'
import { createProject, type Project } from '../../src/replays/project.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { prices as refundPrices } from '../../test/refund-agent.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { honouredMs } from '../../test/world/kit.ts'
import { prices as worldPrices } from '../../test/world/pages.ts'
import { vendorTools, type Wire } from '../../test/world/vendor-tools.ts'

const nobody = 'http://127.0.0.1:9'

const cut = () => Promise.reject(new Error('a replay has sent something'))
const cutWire: Wire = { write: cut, show: cut, find: cut }

const made = {
  /** The house of the suites, with the tools that it mostly has. */
  house: () => projectOf(refundTools(nobody), refundPrices),
  world: () => projectOf(vendorTools(cutWire, honouredMs), worldPrices),
  retail: () => projectOf(retailTools({} as Store), {}),
  demo: () => projectOf(deskTools(connectDesk(nobody)), {}),
}

export type ProjectName = keyof typeof made

/** By the name of the agent; whether its tools are the ones that its runs were played with, their releases say. */
export const projectOfAgent: Readonly<Record<string, ProjectName>> = {
  refunds: 'house',
  desk: 'world',
  'billing-resolution': 'demo',
  'retail-support': 'retail',
  'retail-unguarded': 'retail',
}

export const openProject = (name: ProjectName): Project => made[name]()

function projectOf(tools: readonly Tool[], overrides: Readonly<Record<string, TokenPrices>>): Project {
  return createProject({
    tools: new Map(tools.map((tool) => [tool.name, tool])),
    prices: defaultPriceBook({ asOf: 0, overrides }),
    // Without a memory: each evaluation is really made.
    evaluator: createEvaluator({ memoSize: 0 }),
  })
}
