import { accept, type Outcome, refuse } from '../outcome.ts'
import { type Address, changedOrder, type Order, type Records } from '../records.ts'

export function modifyPendingOrderAddress(records: Records, input: Address & { order_id: string }): Outcome<Order> {
  const order = records.order(input.order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'pending') return refuse('non-pending order cannot be modified')
  const { address1, address2, city, state, country, zip } = input
  const moved = { ...order, address: { address1, address2, city, state, country, zip } }
  return accept(moved, [changedOrder(moved)])
}
