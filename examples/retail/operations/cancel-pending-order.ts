import { balanceMoved, isGiftCard } from '../gift-card.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { changedOrder, changedUser, customerOf, type Order, type Payment, type Records } from '../records.ts'

const reasons = ['no longer needed', 'ordered by mistake']

interface Input {
  order_id: string
  reason: string
}

/** Refunds every row of the payment history to where it came from; a gift card has its money back at once. */
export function cancelPendingOrder(records: Records, { order_id, reason }: Input): Outcome<Order> {
  const order = records.order(order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'pending') return refuse('non-pending order cannot be cancelled')
  if (!reasons.includes(reason)) return refuse('invalid reason')

  const refunds = order.payment_history.map((payment): Payment => ({ ...payment, transaction_type: 'refund' }))
  const payment_history = [...order.payment_history, ...refunds]
  const cancelled = { ...order, status: 'cancelled', payment_history, cancel_reason: reason }
  const toGiftCards = refunds.filter((refund) => isGiftCard(refund.payment_method_id))
  if (toGiftCards.length === 0) return accept(cancelled, [changedOrder(cancelled)])

  const customer = toGiftCards.reduce(
    (user, { payment_method_id, amount }) => balanceMoved(user, payment_method_id, amount),
    customerOf(records, order),
  )
  return accept(cancelled, [changedOrder(cancelled), changedUser(order.user_id, customer)])
}
