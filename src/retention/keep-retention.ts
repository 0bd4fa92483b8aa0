/**
 * Beside an engine, for as long as it runs: what is no longer to be kept is erased, at once and then every hour, and
 * erasures of subjects that were left to the engine are carried out when they are ordered.
 */
import type { House } from '../commands/house.ts'
import { carryOut } from './erase-subject.ts'
import { openOrders, subjectStream } from './erasure-order.ts'
import { runRetention } from './run-retention.ts'

export interface KeepingOptions {
  readonly by: string
  readonly signal: AbortSignal
  readonly everyMs?: number
  readonly onError: (error: unknown) => void
}

const hourMs = 3_600_000

/** Resolves when the signal aborts. An error is told, and it is tried again in its time. */
export async function keepRetention(house: House, { by, signal, everyMs = hourMs, onError }: KeepingOptions) {
  const { clock } = house
  let due = clock.monotonic()
  while (!signal.aborted) {
    try {
      await carryOutOrders(house)
      if (clock.monotonic() >= due) {
        due = clock.monotonic() + everyMs
        await runRetention(house, { by, signal })
      }
    } catch (error) {
      onError(error)
    }
    await orderedOr(house, Math.max(0, due - clock.monotonic()), signal)
  }
}

async function carryOutOrders(house: House): Promise<void> {
  const orders = openOrders(await house.ledger.read(house.tenant, subjectStream))
  for (const order of orders) if (order.engine) await carryOut(house, order)
}

/** Until an erasure is ordered, or so much time has gone by. */
async function orderedOr({ ledger, clock }: House, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController()
  const either = AbortSignal.any([over.signal, signal])
  await Promise.race([clock.wait(ms, either), ledger.changed(either, ({ type }) => type === 'subject.erasing')])
  over.abort()
}
