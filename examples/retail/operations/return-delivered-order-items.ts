import { isGiftCard } from '../gift-card.ts'
import { missingItem } from '../item-swap.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { changedOrder, customerOf, find, type Order, type Records } from '../records.ts'

interface Input {
  order_id: string
  item_ids: readonly string[]
  payment_method_id: string
}

/** The refund goes to the method that paid first, or to a gift card. No money moves yet. */
export function returnDeliveredOrderItems(records: Records, input: Input): Outcome<Order> {
  const { item_ids, payment_method_id } = input
  const order = records.order(input.order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'delivered') return refuse('non-delivered order cannot be returned')
  if (!find(customerOf(records, order).payment_methods, payment_method_id)) return refuse('payment method not found')
  if (!isGiftCard(payment_method_id) && payment_method_id !== order.payment_history[0]?.payment_method_id) {
    return refuse('payment method should be either the original payment method or a gift card')
  }
  if (missingItem(order, item_ids) !== undefined) return refuse('some item not found')

  const requested: Order = {
    ...order,
    status: 'return requested',
    return_items: item_ids.toSorted(),
    return_payment_method_id: payment_method_id,
  }
  return accept(requested, [changedOrder(requested)])
}
