/** Runs that incidents have pinned, as holds: an incident and a proceeding keep a run for as long as each of them says. */
import type { House } from '../commands/house.ts'
import type { IncidentRow } from '../ledger/reads.ts'
import type { Hold } from './hold.ts'

type Reading = Pick<House, 'ledger' | 'tenant'>

const atOnce = 200

/** Read anew each time it is asked, but for the runs of an incident that has pinned no more since. */
export class Pins {
  readonly #house: Reading
  readonly #known = new Map<string, { readonly runs: number; readonly pins: readonly Hold[] }>()

  constructor(house: Reading) {
    this.#house = house
  }

  /** Under the incident's id; of every environment: what is erased by order is not asked where it ran. */
  async inForce(): Promise<readonly Hold[]> {
    const pins: Hold[] = []
    for await (const row of this.#incidents()) if (row.keeps_runs === 1) pins.push(...(await this.#pinsOf(row)))
    return pins
  }

  async *#incidents(): AsyncGenerator<IncidentRow> {
    const { ledger, tenant } = this.#house
    for (let before: string | undefined; ; ) {
      const wanted = { read: 'incidents', most: atOnce, ...(before !== undefined && { before }) } as const
      const { incidents } = await ledger.find(tenant, { incidents: wanted })
      yield* incidents
      before = incidents.at(-1)?.incident
      if (incidents.length < atOnce) return
    }
  }

  async #pinsOf({ incident, runs, opened_by: by, opened_at: since }: IncidentRow): Promise<readonly Hold[]> {
    const known = this.#known.get(incident)
    if (known?.runs === runs) return known.pins
    const { ledger, tenant } = this.#house
    const pinned = (await ledger.read(tenant, `incident/${incident}`)).filter(({ type }) => type === 'incident.pinned')
    const named = pinned.flatMap(({ body }) => (Array.isArray(body.runs) ? body.runs.map(String) : []))
    const pins = named.map((run): Hold => ({ hold: incident, scope: 'run', value: run, by, since, reason: null }))
    this.#known.set(incident, { runs, pins })
    return pins
  }
}
