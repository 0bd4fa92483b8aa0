/** The runs that an incident is about: those of its scope that were at work from some moment on. */
import type { House } from '../commands/house.ts'
import type { EffectRow, RunRow } from '../ledger/reads.ts'
import type { Scope } from '../stops/stop.ts'

export interface ScopeAround {
  readonly scope: Scope
  readonly value: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** So many runs at most. */
  readonly most: number
}

export interface RunsAround {
  /** The youngest first. */
  readonly runs: readonly RunRow[]
  /** There are more than were asked for. */
  readonly isCut: boolean
}

const atOnce = 200

export async function runsAround(house: House, around: ScopeAround): Promise<RunsAround> {
  const runs: RunRow[] = []
  const touched = await runsWithEffects(house, around)
  for await (const page of pagesOfRuns(house, around)) {
    const atWork = page.filter((run) => run.started_at >= around.since || run.updated_at >= around.since)
    runs.push(...atWork.filter(({ run }) => touched === undefined || touched.has(run)))
    // Runs are listed by their beginning. One that began long before may still be at work, so a whole page is looked at.
    if (runs.length > around.most || atWork.length === 0) break
  }
  return { runs: runs.slice(0, around.most), isCut: runs.length > around.most }
}

async function* pagesOfRuns({ ledger, tenant, environment }: House, { scope, value }: ScopeAround) {
  const ofAgent = scope === 'agent' ? { agent: value } : {}
  for (let before: string | undefined; ; ) {
    const read = { read: 'runs', environment, most: atOnce, ...ofAgent } as const
    const { page } = await ledger.find(tenant, { page: before === undefined ? read : { ...read, before } })
    if (page.length > 0) yield page
    if (page.length < atOnce) return
    before = page.at(-1)?.run
  }
}

/** Of a tool or a risk: the runs that sent something of it. Nothing where the scope says nothing of effects. */
async function runsWithEffects(house: House, around: ScopeAround): Promise<ReadonlySet<string> | undefined> {
  const { scope, value, since } = around
  if (scope !== 'tool' && scope !== 'risk') return undefined
  const { ledger, tenant, environment } = house
  const found = new Set<string>()
  for (let before: string | undefined; ; ) {
    const read = { read: 'effects', environment, most: atOnce } as const
    const { page } = await ledger.find(tenant, { page: before === undefined ? read : { ...read, before } })
    for (const effect of page) if (effect[scope] === value) found.add(effect.run)
    if (page.length < atOnce || page.every((effect) => lastSeen(effect) < since)) return found
    before = page.at(-1)?.effect
  }
}

const lastSeen = ({ dispatched_at: sent, settled_at: settled }: EffectRow): number => Math.max(sent, settled ?? 0)
