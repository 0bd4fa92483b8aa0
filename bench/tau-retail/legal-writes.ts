/**
 * Every single write that the strictest reading of the policy allows on the untouched shop: own order in the right
 * status, a new item that differs, a list that is not empty, own method that can pay, a refund to where the money
 * came from or to a gift card. The shop itself says whether a gift card suffices.
 */
import { isGiftCard } from '../../examples/retail/gift-card.ts'
import { inputs } from '../../examples/retail/inputs.ts'
import { operations } from '../../examples/retail/operations.ts'
import { type Address, customerOf, type Item, type Order, type Variant } from '../../examples/retail/records.ts'
import type { Snapshot } from '../../examples/retail/snapshot.ts'
import type { Call } from './data.ts'

export interface LegalWrite {
  /** Id of the user who may ask for it. */
  readonly customer: string
  readonly call: Call
}

export function legalWrites(shop: Snapshot): readonly LegalWrite[] {
  const ofOrders = Object.values(shop.data.orders).flatMap((order) =>
    writesTo(shop, order).map((call) => ({ customer: order.user_id, call })),
  )
  const ofProfiles = Object.keys(shop.data.users).flatMap((id) =>
    profileMoves(shop, id).map((call) => ({ customer: id, call })),
  )
  return [...ofOrders, ...ofProfiles].filter(({ call }) => operations[call.name].perform(shop, call.arguments).ok)
}

function writesTo(shop: Snapshot, order: Order): readonly Call[] {
  if (order.status === 'delivered')
    return [...swaps(shop, order, 'exchange_delivered_order_items'), ...returns(shop, order)]
  if (order.status !== 'pending') return []
  const changes = [...cancellations(order), ...orderMoves(shop, order), ...paymentChanges(shop, order)]
  return [...changes, ...swaps(shop, order, 'modify_pending_order_items')]
}

function cancellations({ order_id }: Order): readonly Call[] {
  const reasons = inputs.cancel_pending_order.shape.reason.options
  return reasons.map((reason) => ({ name: 'cancel_pending_order', arguments: { order_id, reason } }))
}

/** To another address that the customer has given: that of the profile, or of another order. */
function orderMoves(shop: Snapshot, order: Order): readonly Call[] {
  const addresses = [customerOf(shop, order).address, ...addressesOfOrders(shop, order.user_id)]
  return othersThan(order.address, addresses).map((address) => ({
    name: 'modify_pending_order_address',
    arguments: { order_id: order.order_id, ...address },
  }))
}

function profileMoves(shop: Snapshot, user_id: string): readonly Call[] {
  const profile = shop.user(user_id)
  if (!profile) return []
  return othersThan(profile.address, addressesOfOrders(shop, user_id)).map((address) => ({
    name: 'modify_user_address',
    arguments: { user_id, ...address },
  }))
}

function addressesOfOrders(shop: Snapshot, userId: string): readonly Address[] {
  const orders = shop.user(userId)?.orders ?? []
  return orders.flatMap((id) => shop.order(id)?.address ?? [])
}

function othersThan(present: Address, addresses: readonly Address[]): readonly Address[] {
  const texts = new Map(addresses.map((address) => [JSON.stringify(plainAddress(address)), plainAddress(address)]))
  texts.delete(JSON.stringify(plainAddress(present)))
  return [...texts.values()]
}

function plainAddress({ address1, address2, city, state, country, zip }: Address): Address {
  return { address1, address2, city, state, country, zip }
}

function paymentChanges(shop: Snapshot, order: Order): readonly Call[] {
  return methodsOf(shop, order).map((payment_method_id) => ({
    name: 'modify_pending_order_payment',
    arguments: { order_id: order.order_id, payment_method_id },
  }))
}

type SwapName = 'modify_pending_order_items' | 'exchange_delivered_order_items'

/** One item for another variant. An item that the order holds twice is the same write both times. */
export function swaps(shop: Snapshot, order: Order, name: SwapName): readonly Call[] {
  const items = new Map(order.items.map((item) => [item.item_id, item])).values()
  return [...items].flatMap((item) =>
    variantsFor(shop, item).flatMap((variant) =>
      methodsOf(shop, order).map((payment_method_id): Call => {
        const [item_ids, new_item_ids] = [[item.item_id], [variant.item_id]]
        return { name, arguments: { order_id: order.order_id, item_ids, new_item_ids, payment_method_id } }
      }),
    ),
  )
}

/** The variants that the item may be swapped for. */
function variantsFor(shop: Snapshot, item: Item): readonly Variant[] {
  const variants = Object.values(shop.product(item.product_id)?.variants ?? {})
  return variants.filter(({ available, item_id }) => available && item_id !== item.item_id)
}

export function methodsOf(shop: Snapshot, order: Order): readonly string[] {
  return Object.keys(customerOf(shop, order).payment_methods)
}

/** Each set of the items, as a sorted list, with each method that may be refunded. */
function returns(shop: Snapshot, order: Order): readonly Call[] {
  const original = order.payment_history[0]?.payment_method_id
  const methods = methodsOf(shop, order).filter((id) => id === original || isGiftCard(id))
  return subsets(order.items.map(({ item_id }) => item_id)).flatMap((item_ids) =>
    methods.map(
      (payment_method_id): Call => ({
        name: 'return_delivered_order_items',
        arguments: { order_id: order.order_id, item_ids, payment_method_id },
      }),
    ),
  )
}

/** Each choice of at least one of the ids, sorted; ids that stand twice may be chosen twice. */
export function subsets(ids: readonly string[]): readonly (readonly string[])[] {
  const distinct = new Map<string, readonly string[]>()
  for (let chosen = 1; chosen < 1 << ids.length; chosen++) {
    const subset = ids.filter((_, place) => chosen & (1 << place)).sort()
    distinct.set(subset.join(), subset)
  }
  return [...distinct.values()]
}
