/** Events of the ledger from a moment on, without reading what came before it. */
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'

type Tailing = Pick<Ledger, 'tail'>

const atOnce = 500

export async function* eventsSince(ledger: Tailing, tenant: string, since: number): AsyncGenerator<LedgerEvent> {
  for (let after = await positionBefore(ledger, tenant, since); ; ) {
    const page = await ledger.tail(tenant, after, atOnce)
    yield* page.filter(({ at }) => at >= since)
    const last = page.at(-1)
    if (!last || page.length < atOnce) return
    after = last.position
  }
}

/** Positions rise in commit order and times with them, but for transactions that overlap: so much is looked at again. */
const overlapMs = 60_000

/** A position after which everything from that moment on stands. Positions have gaps, so they are halved, not counted. */
async function positionBefore(ledger: Tailing, tenant: string, since: number): Promise<number> {
  const isBefore = async (position: number) => {
    const [next] = await ledger.tail(tenant, position, 1)
    return next !== undefined && next.at < since - overlapMs
  }
  let low = 0
  let high = 1
  while ((await isBefore(high)) && high < Number.MAX_SAFE_INTEGER / 2) [low, high] = [high, high * 2]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await isBefore(middle)) low = middle
    else high = middle
  }
  return low
}
