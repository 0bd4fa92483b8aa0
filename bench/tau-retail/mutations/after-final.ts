/** Writes to an order that has just been cancelled, modified, returned or exchanged, and would be legal had it not. */

import { operations } from '../../../examples/retail/operations.ts'
import { customerOf, type Order } from '../../../examples/retail/records.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { Call } from '../data.ts'
import { methodsOf, swaps } from '../legal-writes.ts'
import { deviating, type Mutation, type Source } from './mutation.ts'

/** One of each kind of write that the shop would accept if the order still had its status. */
export function afterFinal({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) => {
    const order = write.after.order(String(write.call.arguments.order_id))
    if (!order || order.status === 'pending' || order.status === 'delivered') return []
    const reads = deviating(write, { class: 'after-final', stoppedBy: 'tool' }).reads
    return writesIfOpen(write.after, order).map((call) => ({
      ...deviating(write, { class: 'after-final', stoppedBy: 'tool', call, reads }),
      setUp: [...write.earlier, write.call],
    }))
  })
}

function writesIfOpen(shop: Snapshot, order: Order): readonly Call[] {
  const ifPending = firstOfEachKind(shop, { ...order, status: 'pending' }, pendingWrites)
  const ifDelivered = firstOfEachKind(shop, { ...order, status: 'delivered' }, deliveredWrites)
  return [...ifPending, ...ifDelivered]
}

function firstOfEachKind(shop: Snapshot, order: Order, writesTo: typeof pendingWrites): readonly Call[] {
  const open = shop.after([{ collection: 'orders', id: order.order_id, record: order }])
  const accepted = writesTo(open, order).filter((call) => operations[call.name].perform(open, call.arguments).ok)
  return [...new Map(accepted.toReversed().map((call) => [call.name, call])).values()]
}

function pendingWrites(shop: Snapshot, order: Order): readonly Call[] {
  const { order_id } = order
  const { address1, address2, city, state, country, zip } = customerOf(shop, order).address
  const payments = methodsOf(shop, order).map(
    (payment_method_id): Call => ({
      name: 'modify_pending_order_payment',
      arguments: { order_id, payment_method_id },
    }),
  )
  return [
    { name: 'cancel_pending_order', arguments: { order_id, reason: 'no longer needed' } },
    {
      name: 'modify_pending_order_address',
      arguments: { order_id, address1, address2, city, state, country, zip },
    },
    ...payments,
    ...swaps(shop, order, 'modify_pending_order_items'),
  ]
}

function deliveredWrites(shop: Snapshot, order: Order): readonly Call[] {
  const returns = order.items.slice(0, 1).flatMap(({ item_id }) =>
    methodsOf(shop, order).map(
      (payment_method_id): Call => ({
        name: 'return_delivered_order_items',
        arguments: { order_id: order.order_id, item_ids: [item_id], payment_method_id },
      }),
    ),
  )
  return [...swaps(shop, order, 'exchange_delivered_order_items'), ...returns]
}
