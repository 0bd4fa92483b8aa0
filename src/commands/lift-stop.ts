/** Lifts a stop; what it held back is judged again when it is next proposed. */
import { decideStop, foldStop, type Scope, stopId } from '../stops/stop.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

/** Throws `stop_not_found`, naming the nearest stop in force. */
export async function liftStop(
  house: House,
  { scope, value, by }: { scope: Scope; value: string; by: string },
): Promise<{ stop: string }> {
  const { ledger, tenant, environment } = house
  const stop = stopId(environment, scope, value)
  const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
  const inForce = stops.map((row) => row.stop)
  await appendDecision(house, {
    stream: `stop/${stop}`,
    by,
    exclusive: scope === 'everything' ? 'house' : 'tenant',
    decide: (events) => decideStop(foldStop(events), { type: 'lift', stop, inForce }),
  })
  return { stop }
}
