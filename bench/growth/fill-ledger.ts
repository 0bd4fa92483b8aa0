/** Fills a ledger with the runs of others, up to so many events: nineteen of twenty ended, one waits for people. */
import { newId } from '../../src/ids.ts'
import type { Append } from '../../src/ledger/ledger.ts'
import { type House, openHouse, type Place } from './open-house.ts'
import { copyOf, effectsOfRun, type RecordedRun, recordEnded, recordWaiting } from './recorded-run.ts'

/** No more may be appended in one transaction. */
const mostEventsTogether = 1_000
/** One in so many waits. */
const waitsEvery = 20
const windowMs = 23 * 3_600_000

/** `inWindow`: customers who have so many effects each within the limit's window; all others have a few. */
export async function fillLedger(place: Place, events: number, inWindow: readonly number[]): Promise<void> {
  await using house = await openHouse(place)
  const recorded = { ended: await recordEnded(house), waiting: await recordWaiting(house) }
  const customers = customersOf(inWindow)
  let together: Append[] = []
  let count = recorded.ended.events + recorded.waiting.events
  for (let run = 0; count < events; run++) {
    const next = nextCopy(house, recorded, run, customers)
    if (eventsIn(together) + next.events > mostEventsTogether) together = await write(house, together)
    together.push(...next.appends)
    count += next.events
  }
  await write(house, together)
}

export const customerWith = (effects: number): string => `c_with_${effects}`

/** The customer of each run, as far as it matters: the first runs fill the windows. */
function customersOf(inWindow: readonly number[]): readonly string[] {
  return inWindow.flatMap((effects) => Array(Math.ceil(effects / effectsOfRun)).fill(customerWith(effects)))
}

function nextCopy(
  house: House,
  recorded: { ended: RecordedRun; waiting: RecordedRun },
  run: number,
  customers: readonly string[],
) {
  const { clock, random, sealer } = house.runtime.house
  const kind = run % waitsEvery === waitsEvery - 1 ? recorded.waiting : recorded.ended
  // A run that waits has moved nothing: the customer of its number has one more among those that end.
  const customer = customers[run - Math.floor((run + 1) / waitsEvery)] ?? `c_other_${run % 5_000}`
  const names = {
    run: newId('run', clock, random),
    grant: newId('grant', clock, random),
    approval: newId('apr', clock, random),
    customer: sealer.pseudonym('customer', customer),
  }
  // Spread over the window, as they would have come.
  const movedAt = clock.now() - Math.floor((windowMs * ((run * 7_919) % 10_007)) / 10_007)
  return { events: kind.events, appends: copyOf(kind, names, movedAt) }
}

const eventsIn = (appends: readonly Append[]): number => appends.reduce((sum, { events }) => sum + events.length, 0)

async function write({ runtime }: House, appends: readonly Append[]): Promise<Append[]> {
  const { ledger, tenant } = runtime.house
  const locks = appends.map(({ stream }) => ({ lock: 'stream', stream }) as const)
  await ledger.transact({ tenant, locks, reads: {}, decide: () => ({ append: appends, answer: undefined }) })
  return []
}
