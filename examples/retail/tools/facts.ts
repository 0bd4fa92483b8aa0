/**
 * What the shop says about a call before it is judged. Facts are read from the shop itself and not through the agent's
 * own read tools: those refuse another customer's records, and the rule that must refuse the write is the write's own.
 */
import * as z from 'zod'
import type { Gathering } from '../../../src/index.ts'
import { order, product, user } from '../record-schemas.ts'
import type { Order, Product, User } from '../records.ts'
import type { Store } from '../store.ts'
import { customerOnTheLine, type LookUps } from './look-ups.ts'

/** What policy reads of every call about a customer's records. */
export const standing = {
  /** Id of the customer whom this run has found; empty when nobody. */
  customer: z.string(),
  /** Id of the customer whose record it is; empty when there is no such record. */
  owner: z.string(),
  /** Whether the shop has the record. */
  exists: z.boolean(),
  /** Whether this run has handed the customer over to a person. */
  transferred: z.boolean(),
}

/** The records that a write needs, so that it can be rehearsed on them alone. */
export const rehearsable = z.object({
  ...standing,
  order: order.nullable(),
  user: user.nullable(),
  products: z.array(product),
})

export type Standing = z.infer<z.ZodObject<typeof standing>>

export interface Rehearsable extends Standing {
  readonly order: Order | null
  readonly user: User | null
  readonly products: Product[]
}

export interface Desk {
  readonly shop: Store
  readonly lookUps: LookUps
  /** Whether the run has handed the customer over. */
  hasTransferred(gathering: Gathering): boolean
}

export function standingOf(desk: Desk, owner: string | undefined, gathering: Gathering): Standing {
  return {
    customer: customerOnTheLine(desk.lookUps, gathering),
    owner: owner ?? '',
    exists: owner !== undefined,
    transferred: desk.hasTransferred(gathering),
  }
}

/** Of an order: the order, whose it is, and the products of the items that are to be swapped. */
export function orderFacts(
  desk: Desk,
  { order_id, item_ids = [] }: { order_id: string; item_ids?: readonly string[] },
  gathering: Gathering,
): Rehearsable {
  const { shop } = desk
  const found = shop.order(order_id)
  const swapped = (found?.items ?? []).filter(({ item_id }) => item_ids.includes(item_id))
  const products = [...new Set(swapped.map(({ product_id }) => product_id))]
  return {
    ...standingOf(desk, found?.user_id, gathering),
    order: found ?? null,
    user: (found && shop.user(found.user_id)) ?? null,
    products: products.flatMap((id) => shop.product(id) ?? []),
  }
}

export function userFacts(desk: Desk, { user_id }: { user_id: string }, gathering: Gathering): Rehearsable {
  const found = desk.shop.user(user_id)
  return { ...standingOf(desk, found && user_id, gathering), order: null, user: found ?? null, products: [] }
}
