/** What stands in the ledger about one run, for the stories' assertions. */
import type { Runtime } from '../../src/create-runtime.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import type { PayloadRef } from '../../src/ledger/event.ts'

export interface Returned {
  readonly action: string
  readonly outcome: string
  readonly code: string | undefined
  /** What the model was told. */
  readonly told: Json
}

export async function bodiesOf({ house }: Runtime, run: string, type: string): Promise<readonly JsonObject[]> {
  const events = await house.ledger.read(house.tenant, `run/${run}`)
  return events.filter((event) => event.type === type).map(({ body }) => body)
}

export async function returnedIn(runtime: Runtime, run: string): Promise<readonly Returned[]> {
  const { ledger, sealer, tenant } = runtime.house
  await sealer.prepare(`run/${run}`)
  const bodies = await bodiesOf(runtime, run, 'action.returned')
  return Promise.all(
    bodies.map(async ({ action, outcome, code, result }) => {
      const { n } = result as unknown as PayloadRef
      const [payload] = await ledger.payloads(tenant, `run/${run}`, [n])
      const told = payload ? sealer.open(payload) : null
      return { action: String(action), outcome: String(outcome), code: code === undefined ? code : String(code), told }
    }),
  )
}
