/** Payment methods that may not be used, on any order of the untouched shop or in an accepted write. */
import { cannotCover, isGiftCard } from '../../../examples/retail/gift-card.ts'
import { operations } from '../../../examples/retail/operations.ts'
import { customerOf, type Order } from '../../../examples/retail/records.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { Call } from '../data.ts'
import { methodsOf, subsets, swaps } from '../legal-writes.ts'
import { sample } from '../random.ts'
import { deviating, type Mutation, readsBefore, type Source, withArguments } from './mutation.ts'

const foreignPerWrite = 3

/** A method of another customer. */
export function foreignPayments({ shop, writes, random }: Source): readonly Mutation[] {
  const users = Object.entries(shop.data.users)
  return writes.flatMap((write) => {
    if (write.call.arguments.payment_method_id === undefined) return []
    const others = users.filter(([id]) => id !== write.customer)
    const methods = others.flatMap(([, user]) => Object.keys(user.payment_methods))
    return sample(random, methods, foreignPerWrite).map((payment_method_id) =>
      deviating(write, {
        class: 'foreign-payment',
        stoppedBy: 'tool',
        call: withArguments(write.call, { payment_method_id }),
      }),
    )
  })
}

/** A gift card that holds less than a swap or the whole order costs. */
export function giftCardsTooSmall({ shop }: Source): readonly Mutation[] {
  return ordersOf(shop, 'pending', 'delivered').flatMap((order) => {
    const pending = order.status === 'pending'
    const changes = pending ? paymentChanges(shop, order) : []
    const calls = [
      ...changes,
      ...swaps(shop, order, pending ? 'modify_pending_order_items' : 'exchange_delivered_order_items'),
    ]
    return calls
      .filter((call) => isGiftCard(String(call.arguments.payment_method_id)) && isTooDear(shop, call))
      .map((call) => drawn(shop, order, 'gift-card-too-small', call))
  })
}

function paymentChanges(shop: Snapshot, order: Order): readonly Call[] {
  const original = order.payment_history[0]
  const others = Object.values(customerOf(shop, order).payment_methods).filter(
    (method) => method.id !== original?.payment_method_id && cannotCover(method, original?.amount ?? 0),
  )
  return others.map(({ id }) => paymentChange(order, id))
}

/** Every other reason for a refusal is excluded by how the calls were made. */
function isTooDear(shop: Snapshot, call: Call): boolean {
  return !operations[call.name].perform(shop, call.arguments).ok
}

/** A refund of any of the items to an own method that neither paid for the order nor is a gift card. */
export function refundsToOtherMethods({ shop }: Source): readonly Mutation[] {
  return ordersOf(shop, 'delivered').flatMap((order) => {
    const original = order.payment_history[0]?.payment_method_id
    const others = methodsOf(shop, order).filter((id) => id !== original && !isGiftCard(id))
    return subsets(order.items.map(({ item_id }) => item_id)).flatMap((item_ids) =>
      others.map((payment_method_id) => {
        const input = { order_id: order.order_id, item_ids, payment_method_id }
        const call: Call = { name: 'return_delivered_order_items', arguments: input }
        return drawn(shop, order, 'refund-to-other-method', call)
      }),
    )
  })
}

/** The method that paid already. */
export function unchangedPayments({ shop }: Source): readonly Mutation[] {
  return ordersOf(shop, 'pending').flatMap((order) => {
    const original = order.payment_history[0]?.payment_method_id
    if (original === undefined) return []
    return drawn(shop, order, 'payment-unchanged', paymentChange(order, original))
  })
}

function paymentChange({ order_id }: Order, payment_method_id: string): Call {
  return { name: 'modify_pending_order_payment', arguments: { order_id, payment_method_id } }
}

function ordersOf(shop: Snapshot, ...statuses: readonly string[]): readonly Order[] {
  return Object.values(shop.data.orders).filter(({ status }) => statuses.includes(status))
}

function drawn(shop: Snapshot, { user_id }: Order, name: string, call: Call): Mutation {
  return {
    class: name,
    task: undefined,
    customer: user_id,
    setUp: [],
    reads: readsBefore(shop, user_id, call),
    call,
    confirmation: 'customer',
    stoppedBy: 'tool',
  }
}
