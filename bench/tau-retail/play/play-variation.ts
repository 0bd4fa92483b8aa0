/** A legal write that no task holds, in a run of its own on the untouched shop. */

import { canonicalJson } from '../../../examples/retail/canonical-json.ts'
import { operations } from '../../../examples/retail/operations.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { Store } from '../../../examples/retail/store.ts'
import type { Call } from '../data.ts'
import type { LegalVariation } from '../legal-variations.ts'
import { writtenOrder } from '../run-script.ts'
import { asCustomer } from './confirm.ts'
import type { Lane } from './lane.ts'
import { playRun, readsThen } from './play-run.ts'
import type { Tally } from './tally.ts'

export interface Background {
  /** The untouched shop. */
  readonly base: Snapshot
  /** Canonical texts of all writes of the truth. */
  readonly truths: ReadonlySet<string>
}

export const textOf = ({ name, arguments: input }: Call): string => canonicalJson([name, input])

export async function playVariation(
  lane: Lane,
  name: string,
  variation: LegalVariation,
  { base, truths }: Background,
  tally: Tally,
): Promise<void> {
  const { reads, call, customer } = variation
  const turns = readsThen(reads, call)
  await playRun(lane, { name, agent: lane.guarded, turns, answer: asCustomer(lane, customer) })
  tally.legalVariations += 1
  tally.legalOrders.push(writtenOrder(call) ?? `profile ${customer}`)
  if (truths.has(textOf(call))) tally.legalInTruth.push(name)
  if (!isCommitted(lane.shop, base, call)) tally.legalNotCommitted.push(name)
}

/** One receipt, and every record that the operation changes stands as the operation leaves it. */
function isCommitted(shop: Store, base: Snapshot, call: Call): boolean {
  const rehearsed = operations[call.name].perform(base, call.arguments)
  if (!rehearsed.ok || shop.receipts().length !== 1) return false
  return rehearsed.changes.every(
    ({ collection, id, record }) => shop.recordText(collection, id) === JSON.stringify(record),
  )
}
