import { roundToCents } from '../float.ts'
import { cannotCover } from '../gift-card.ts'
import { planSwap } from '../item-swap.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { changedOrder, customerOf, find, type Order, type Records } from '../records.ts'

interface Input {
  order_id: string
  item_ids: readonly string[]
  new_item_ids: readonly string[]
  payment_method_id: string
}

/** Only asks for the exchange: no money moves and the items stay until the parcel is back. */
export function exchangeDeliveredOrderItems(records: Records, input: Input): Outcome<Order> {
  const order = records.order(input.order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'delivered') return refuse('non-delivered order cannot be exchanged')
  const swap = planSwap(records, order, input.item_ids, input.new_item_ids)
  if (!swap.ok) return swap

  const difference = roundToCents(swap.value.difference)
  const method = find(customerOf(records, order).payment_methods, input.payment_method_id)
  if (!method) return refuse('payment method not found')
  if (cannotCover(method, difference)) {
    return refuse('insufficient gift card balance to pay for the price difference')
  }

  const requested: Order = {
    ...order,
    status: 'exchange requested',
    exchange_items: input.item_ids.toSorted(),
    exchange_new_items: input.new_item_ids.toSorted(),
    exchange_payment_method_id: input.payment_method_id,
    exchange_price_difference: difference,
  }
  return accept(requested, [changedOrder(requested)])
}
