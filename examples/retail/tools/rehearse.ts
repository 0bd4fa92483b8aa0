/** The shop's own rules over recorded facts: what it would refuse is refused before anything is sent. */
import { type OperationName, operations } from '../operations.ts'
import { type SnapshotData, snapshotOf } from '../snapshot.ts'
import type { Rehearsable } from './facts.ts'

/**
 * True, or the shop's reason for refusing. Silent about a record of somebody who is not on the line: that is for the
 * policy to refuse, and the reason would tell what stands in it.
 */
export function rehearse(name: OperationName, input: unknown, facts: Rehearsable): true | string {
  if (facts.exists && facts.owner !== facts.customer) return true
  const outcome = operations[name].perform(snapshotOf(recordsOf(facts)), input)
  return outcome.ok || outcome.error
}

function recordsOf({ order, user, products, owner }: Rehearsable): SnapshotData {
  return {
    orders: order ? { [order.order_id]: order } : {},
    users: user ? { [owner]: user } : {},
    products: Object.fromEntries(products.map((product) => [product.product_id, product])),
  }
}
