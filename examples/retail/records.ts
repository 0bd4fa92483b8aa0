/**
 * The records of the shop as the benchmark's data spells them, and what an operation may see of them. Records are
 * never changed in place: an operation returns changed copies, so it can be rehearsed on facts as well as performed.
 */

export interface Address {
  readonly address1: string
  readonly address2: string
  readonly city: string
  readonly state: string
  readonly country: string
  readonly zip: string
}

export interface Item {
  readonly name: string
  readonly product_id: string
  readonly item_id: string
  readonly price: number
  readonly options: Readonly<Record<string, string>>
}

/** One row of an order's payments. The amount is in dollars, as a binary float, never negative. */
export interface Payment {
  readonly transaction_type: 'payment' | 'refund'
  readonly amount: number
  readonly payment_method_id: string
}

export interface Order {
  readonly order_id: string
  readonly user_id: string
  readonly address: Address
  readonly items: readonly Item[]
  readonly status: string
  readonly payment_history: readonly Payment[]
  readonly cancel_reason?: string
  readonly return_items?: readonly string[]
  readonly return_payment_method_id?: string
  readonly exchange_items?: readonly string[]
  readonly exchange_new_items?: readonly string[]
  readonly exchange_payment_method_id?: string
  readonly exchange_price_difference?: number
}

export interface PaymentMethod {
  readonly id: string
  readonly source: string
  /** Of a gift card only, in dollars. */
  readonly balance?: number
}

export interface User {
  readonly name: { readonly first_name: string; readonly last_name: string }
  readonly address: Address
  readonly email: string
  readonly payment_methods: Readonly<Record<string, PaymentMethod>>
  readonly orders: readonly string[]
}

export interface Variant {
  readonly item_id: string
  readonly options: Readonly<Record<string, string>>
  readonly available: boolean
  readonly price: number
}

export interface Product {
  readonly name: string
  readonly product_id: string
  readonly variants: Readonly<Record<string, Variant>>
}

/** What a write has to see: single records by their ids. */
export interface Records {
  order(id: string): Order | undefined
  user(id: string): User | undefined
  product(id: string): Product | undefined
}

/** What the look-ups have to see besides. */
export interface Directory {
  /** Compared without regard to case. */
  userIdByEmail(email: string): string | undefined
  /** Names are compared without regard to case, the zip code exactly. */
  userIdByNameAndZip(firstName: string, lastName: string, zip: string): string | undefined
  productTypes(): readonly { readonly name: string; readonly product_id: string }[]
}

export type Change =
  | { readonly collection: 'orders'; readonly id: string; readonly record: Order }
  | { readonly collection: 'users'; readonly id: string; readonly record: User }

/** An id comes from a model: `constructor` must not find what every object inherits. */
export function find<T>(table: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(table, id) ? table[id] : undefined
}

/** The customer of an order. An order of nobody is a broken store, not a refusal. */
export function customerOf(records: Records, order: Order): User {
  const user = records.user(order.user_id)
  if (!user) throw new Error(`order \`${order.order_id}\` belongs to \`${order.user_id}\`, who is not in the store`)
  return user
}

export function changedOrder(order: Order): Change {
  return { collection: 'orders', id: order.order_id, record: order }
}

export function changedUser(id: string, user: User): Change {
  return { collection: 'users', id, record: user }
}
