import { balanceMoved, cannotCover } from '../gift-card.ts'
import { planSwap, type Swap } from '../item-swap.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { changedOrder, changedUser, customerOf, find, type Item, type Order, type Records } from '../records.ts'

interface Input {
  order_id: string
  item_ids: readonly string[]
  new_item_ids: readonly string[]
  payment_method_id: string
}

/** Only once for an order: its new status is no longer `pending`, and nothing else can be changed after. */
export function modifyPendingOrderItems(records: Records, input: Input): Outcome<Order> {
  const order = records.order(input.order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'pending') return refuse('non-pending order cannot be modified')
  const swap = planSwap(records, order, input.item_ids, input.new_item_ids)
  if (!swap.ok) return swap

  const customer = customerOf(records, order)
  const method = find(customer.payment_methods, input.payment_method_id)
  if (!method) return refuse('payment method not found')
  const { difference } = swap.value
  if (cannotCover(method, difference)) return refuse('insufficient gift card balance to pay for the new item')

  const modified = swapped(order, swap.value, input.payment_method_id)
  if (method.source !== 'gift_card') return accept(modified, [changedOrder(modified)])
  const settled = balanceMoved(customer, input.payment_method_id, -difference)
  return accept(modified, [changedOrder(modified), changedUser(order.user_id, settled)])
}

function swapped(order: Order, { pairs, difference }: Swap, payment_method_id: string): Order {
  const transaction_type = difference > 0 ? 'payment' : 'refund'
  const payment = { transaction_type, amount: Math.abs(difference), payment_method_id } as const
  const items = [...order.items]
  for (const { itemId, variant } of pairs) {
    const place = items.findIndex((item) => item.item_id === itemId)
    const { item_id, price, options } = variant
    const item = items[place]
    if (item) items[place] = { ...item, item_id, price, options } satisfies Item
  }
  const payment_history = [...order.payment_history, payment]
  return { ...order, items, payment_history, status: 'pending (item modified)' }
}
