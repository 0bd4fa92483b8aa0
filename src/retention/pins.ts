/** Runs that an incident has pinned, as holds: an incident and a proceeding keep a run for as long as each of them says. */
import type { House } from '../commands/house.ts'
import type { IncidentRow } from '../ledger/reads.ts'
import { readHolds } from './change-hold.ts'
import type { Hold } from './hold.ts'

type Reading = Pick<House, 'ledger' | 'tenant'>

const atOnce = 200

/** Everything for which a run is kept: legal holds first, then what incidents have pinned, under the incident's id. */
export async function keptFor(house: Reading): Promise<readonly Hold[]> {
  const pins = await Array.fromAsync(pinsInForce(house))
  return [...(await readHolds(house)), ...pins.flat()]
}

/** Of every environment: what is erased by order is not asked where it ran. */
async function* pinsInForce({ ledger, tenant }: Reading): AsyncGenerator<readonly Hold[]> {
  for (let before: string | undefined; ; ) {
    const wanted = { read: 'incidents', most: atOnce, ...(before !== undefined && { before }) } as const
    const { incidents } = await ledger.find(tenant, { incidents: wanted })
    for (const row of incidents) if (row.keeps_runs === 1) yield await pinsOf({ ledger, tenant }, row)
    before = incidents.at(-1)?.incident
    if (incidents.length < atOnce) return
  }
}

async function pinsOf({ ledger, tenant }: Reading, row: IncidentRow): Promise<readonly Hold[]> {
  const { incident, opened_by: by, opened_at: since } = row
  const pinned = (await ledger.read(tenant, `incident/${incident}`)).filter(({ type }) => type === 'incident.pinned')
  const runs = pinned.flatMap(({ body }) => (Array.isArray(body.runs) ? body.runs.map(String) : []))
  return runs.map((run) => ({ hold: incident, scope: 'run', value: run, by, since, reason: null }))
}
