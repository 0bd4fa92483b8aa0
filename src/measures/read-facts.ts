/** Reads the facts of runs from the ledger, the newest first, a run at a time: no more is held than what it is read in. */
import type { Page } from '../charter/page.ts'
import { isCharterError } from '../errors.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { RunRow } from '../ledger/reads.ts'
import { pageOf } from '../runs/charter-book.ts'
import type { Costs } from './costs.ts'
import { factsOf } from './fold-facts.ts'
import type { RunFacts } from './run-facts.ts'
import type { Span } from './week.ts'

export interface FactHouse {
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly tenant: string
  readonly environment: string
}

export interface FactsWanted extends Partial<Span> {
  readonly agent?: string | undefined
  readonly costs: Costs
}

/** A run that looked at the outcome of another one is no work of the agent's. */
export const startKeyOfLook = (run: string): string => `outcome:${run}`
export const isLook = ({ start_key: key }: Pick<RunRow, 'start_key'>): boolean =>
  key?.startsWith('outcome:run_') ?? false

const rowsAtOnce = 200
const runsAtOnce = 16
/** Rows are in the order of their ids, which have the time of another clock. */
const slackMs = 3_600_000

/** Of runs that started within the span. */
export async function* readFacts(house: FactHouse, wanted: FactsWanted): AsyncGenerator<RunFacts> {
  const pages = pageBook(house)
  for await (const rows of runsIn(house, wanted)) {
    for (let from = 0; from < rows.length; from += runsAtOnce) {
      const together = rows.slice(from, from + runsAtOnce)
      yield* await Promise.all(together.map((row) => readOne(house, row, pages, wanted.costs)))
    }
  }
}

async function* runsIn(
  { ledger, tenant, environment }: FactHouse,
  { agent, from = 0, until = Number.POSITIVE_INFINITY }: FactsWanted,
): AsyncGenerator<readonly RunRow[]> {
  let before: string | undefined
  for (;;) {
    const wanted = { environment, most: rowsAtOnce, ...(agent !== undefined && { agent }) }
    const { runs } = await ledger.find(tenant, {
      runs: { read: 'runs', ...wanted, ...(before !== undefined && { before }) },
    })
    yield runs.filter((row) => row.started_at >= from && row.started_at < until && !isLook(row))
    const last = runs.at(-1)
    if (!last || runs.length < rowsAtOnce || last.started_at < from - slackMs) return
    before = last.run
  }
}

type PageBook = (agent: string, hash: string) => Promise<Page | undefined>

async function readOne(house: FactHouse, row: RunRow, pages: PageBook, costs: Costs): Promise<RunFacts> {
  const { ledger, tenant } = house
  const [events, outcome, page] = await Promise.all([
    ledger.read(tenant, `run/${row.run}`),
    ledger.read(tenant, `outcome/${row.run}`),
    pages(row.agent, row.charter),
  ])
  const read = (stream: string) => ledger.read(tenant, stream)
  const handoffs = await Promise.all(handoffsIn(events).map((id) => read(`handoff/${id}`)))
  return factsOf({ run: row.run, events, handoffs, outcome, page, costs })
}

/** A requester is asked as a group is to which a run is handed. */
const handoffsIn = (events: readonly LedgerEvent[]): readonly string[] =>
  events.flatMap(({ type, body }) =>
    type === 'run.waiting' && (body.awaits === 'handoff' || body.awaits === 'requester') ? [String(body.id)] : [],
  )

/** A page that is no longer kept, or that this Charter cannot read, says nothing of its runs. */
export function pageBook(house: FactHouse): PageBook {
  const known = new Map<string, Promise<Page | undefined>>()
  return (agent, hash) => {
    const key = `${agent} ${hash}`
    const page = known.get(key) ?? pageOf(house, agent, hash).catch(orNothing)
    known.set(key, page)
    return page
  }
}

function orNothing(error: unknown): undefined {
  if (isCharterError(error)) return undefined
  throw error
}
