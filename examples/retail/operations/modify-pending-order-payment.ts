import { balanceMoved, cannotCover, isGiftCard } from '../gift-card.ts'
import { accept, type Outcome, refuse } from '../outcome.ts'
import { changedOrder, changedUser, customerOf, find, type Order, type Payment, type Records } from '../records.ts'

interface Input {
  order_id: string
  payment_method_id: string
}

/** Pays the whole order with another method and refunds the first one. */
export function modifyPendingOrderPayment(records: Records, { order_id, payment_method_id }: Input): Outcome<Order> {
  const order = records.order(order_id)
  if (!order) return refuse('order not found')
  if (order.status !== 'pending') return refuse('non-pending order cannot be modified')

  const customer = customerOf(records, order)
  const method = find(customer.payment_methods, payment_method_id)
  if (!method) return refuse('payment method not found')

  const [original, ...later] = order.payment_history
  if (!original || later.length > 0 || original.transaction_type !== 'payment') {
    return refuse('there should be exactly one payment for a pending order')
  }
  if (original.payment_method_id === payment_method_id) {
    return refuse('the new payment method should be different from the current one')
  }
  if (cannotCover(method, original.amount)) return refuse('insufficient gift card balance to pay for the order')

  const paid: Order = { ...order, payment_history: [original, ...paymentAndRefund(original, payment_method_id)] }
  let settled = customer
  if (method.source === 'gift_card') settled = balanceMoved(settled, payment_method_id, -original.amount)
  if (isGiftCard(original.payment_method_id)) {
    settled = balanceMoved(settled, original.payment_method_id, original.amount)
  }
  const changes = settled === customer ? [] : [changedUser(order.user_id, settled)]
  return accept(paid, [changedOrder(paid), ...changes])
}

function paymentAndRefund({ amount, payment_method_id }: Payment, newMethodId: string): readonly Payment[] {
  return [
    { transaction_type: 'payment', amount, payment_method_id: newMethodId },
    { transaction_type: 'refund', amount, payment_method_id },
  ]
}
