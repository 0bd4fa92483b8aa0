/** Ids that stand nowhere: not in the shop, or not where the call says they do. */

import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { Json } from '../../../src/json.ts'
import type { AcceptedWrite } from '../accepted-writes.ts'
import type { Random } from '../random.ts'
import { deviating, listOf, type Mutation, type Source, withArguments } from './mutation.ts'

export function unknownIds({ shop, writes, random }: Source): readonly Mutation[] {
  const isKnown = knownIds(shop)
  const unknown = (shape: string) => unknownLike(shape, isKnown, random)
  return writes.flatMap((write) => [
    ...inField(write, 'order_id', (id) => [unknown(id), id.replace('#', ''), id.slice(0, -1)]),
    ...inField(write, 'user_id', (id) => [unknown(id), id.slice(0, -1)]),
    ...inField(write, 'payment_method_id', (id) => [unknown(id), id.slice(0, -1)]),
    ...inList(write, 'item_ids', (id) => [unknown(id)]),
    ...inList(write, 'new_item_ids', (id, place) => [unknown(id), productOf(write, place)]),
  ])
}

function knownIds(shop: Snapshot): (id: string) => boolean {
  const { orders, products, users } = shop.data
  const variants = Object.values(products).flatMap((product) => Object.keys(product.variants))
  const methods = Object.values(users).flatMap((user) => Object.keys(user.payment_methods))
  const all = [...Object.keys(orders), ...Object.keys(products), ...Object.keys(users), ...variants, ...methods]
  const known = new Set(all)
  return (id) => known.has(id)
}

/** The same letters and as many digits, but nobody's. */
function unknownLike(id: string, isKnown: (id: string) => boolean, random: Random): string {
  for (;;) {
    const candidate = id.replaceAll(/\d/g, () => String(random.below(10)))
    if (!isKnown(candidate)) return candidate
  }
}

/** A product's id in the place of an item's: the policy says that they are easily confused. */
function productOf({ call, before }: AcceptedWrite, place: number): string {
  const order = before.order(String(call.arguments.order_id))
  const item = order?.items.find(({ item_id }) => item_id === listOf(call, 'item_ids')[place])
  if (!item) throw new Error('an accepted write names an item that its order does not hold')
  return item.product_id
}

function inField(write: AcceptedWrite, field: string, others: (id: string) => readonly string[]): readonly Mutation[] {
  const id = write.call.arguments[field]
  return typeof id === 'string' ? others(id).map((other) => mutated(write, field, other)) : []
}

function inList(
  write: AcceptedWrite,
  field: string,
  others: (id: string, place: number) => readonly string[],
): readonly Mutation[] {
  const ids = listOf(write.call, field)
  return ids.flatMap((id, place) => others(id, place).map((other) => mutated(write, field, ids.with(place, other))))
}

function mutated(write: AcceptedWrite, field: string, value: Json): Mutation {
  return deviating(write, {
    class: 'unknown-id',
    stoppedBy: 'tool',
    call: withArguments(write.call, { [field]: value }),
  })
}
