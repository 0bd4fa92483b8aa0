import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Order, Records } from '../records.ts'

export function getOrderDetails(records: Records, { order_id }: { order_id: string }): Outcome<Order> {
  const order = records.order(order_id)
  return order ? accept(order) : refuse('order not found')
}
