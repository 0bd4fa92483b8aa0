/** The ledger of the bench as a command opens it: without an engine, and without the agent's code but for replays. */
import { openHouse } from '../../src/create-runtime.ts'
import { keyringOf, type Place } from './open-counter.ts'

export interface Clerk extends AsyncDisposable {
  readonly house: Awaited<ReturnType<typeof openHouse>>
  /** Ids of all runs, the newest first. */
  readonly runs: readonly string[]
}

const atOnce = 1_000

export async function openClerk(place: Place): Promise<Clerk> {
  const house = await openHouse({ ledger: place.ledger, keyring: keyringOf(place) })
  const runs: string[] = []
  for (;;) {
    const before = runs.at(-1)
    const wanted = { read: 'runs', most: atOnce, ...(before !== undefined && { before }) } as const
    const { found } = await house.ledger.find(house.tenant, { found: wanted })
    runs.push(...found.map(({ run }) => run))
    if (found.length < atOnce) break
  }
  return { house, runs, [Symbol.asyncDispose]: () => house.close() }
}
