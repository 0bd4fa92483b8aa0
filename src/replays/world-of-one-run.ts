/** What is the same of every world in which a recorded run is moved again, whatever answers in it: nobody else is there. */
import type { PriceBook } from '../models/price-book.ts'
import { createInFlight } from '../runs/in-flight.ts'
import { createKeptRuns } from '../runs/kept-runs.ts'
import { createOffers, type Offers } from '../runs/offers.ts'
import type { CharterBook, World } from '../runs/world.ts'
import type { Tool } from '../tools/tool.ts'
import type { Project } from './project.ts'
import type { Recording } from './recording.ts'

type OfOneRun = Pick<
  World,
  | 'tenant'
  | 'environment'
  | 'evaluator'
  | 'prices'
  | 'offers'
  | 'releases'
  | 'inFlight'
  | 'kept'
  | 'agents'
  | 'recordLate'
>

export function worldOfOneRun({ tenant, started }: Recording, project: Project, prices: PriceBook): OfOneRun {
  return {
    tenant,
    environment: started.environment,
    evaluator: project.evaluator,
    prices,
    offers: offersOf(createOffers(prices), project.tools),
    releases: { record: async () => {} },
    inFlight: createInFlight(),
    kept: createKeptRuns(),
    agents: [started.agent],
    recordLate: () => {},
  }
}

/** The page that was pinned and the one in force are found alike. */
export const charterBookOf = (compiled: CharterBook['compiled']): CharterBook => ({
  compiled,
  inForce: compiled,
  unheld: async (agents) => agents,
  forget: () => {},
})

/** Contracts are those of the tools themselves, and not of what stands in for them here. */
const offersOf = (offers: Offers, tools: ReadonlyMap<string, Tool>): Offers => ({
  shownTools: (compiled) => offers.shownTools(compiled, tools),
  release: (compiled) => offers.release(compiled, tools),
})
