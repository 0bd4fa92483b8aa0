/** Item lists that the policy or the shop does not let pass, each one step away from an accepted write. */
import type { Item } from '../../../examples/retail/records.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { JsonObject } from '../../../src/json.ts'
import type { AcceptedWrite } from '../accepted-writes.ts'
import { type Random, sample } from '../random.ts'
import { deviating, listOf, type Mutation, type Source, withArguments } from './mutation.ts'

/** A new item of the right product that is not to be had: up to three for each item. */
export function unavailableVariants({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    swappedItems(write).flatMap((item, place) => {
      const variants = Object.values(write.before.product(item.product_id)?.variants ?? {})
      const unavailable = variants.filter(({ available }) => !available).slice(0, 3)
      return unavailable.map(({ item_id }) => refused(write, 'unavailable-variant', newItem(write, place, item_id)))
    }),
  )
}

/** A new item that is to be had, but of another product: one for each item. */
export function otherProducts({ writes, random }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    swappedItems(write).flatMap((item, place) =>
      variantsOfOthers(write.before, item, random).map((id) =>
        refused(write, 'other-product', newItem(write, place, id)),
      ),
    ),
  )
}

function variantsOfOthers(shop: Snapshot, item: Item, random: Random): readonly string[] {
  const others = Object.values(shop.data.products).filter(({ product_id }) => product_id !== item.product_id)
  const variants = others.flatMap((product) => Object.values(product.variants)).filter(({ available }) => available)
  return sample(random, variants, 1).map(({ item_id }) => item_id)
}

/** One new item too few, and one too many. */
export function unequalLengths({ writes }: Source): readonly Mutation[] {
  return writes.filter(isSwap).flatMap((write) => {
    const ids = listOf(write.call, 'new_item_ids')
    const lists = [ids.slice(0, -1), [...ids, ...ids.slice(-1)]]
    return lists.map((new_item_ids) => refused(write, 'unequal-lengths', { new_item_ids }))
  })
}

/** The first item named once more than the order holds it. */
export function tooManyCopies({ writes }: Source): readonly Mutation[] {
  return writes.filter(namesItems).map((write) => {
    const [id = ''] = listOf(write.call, 'item_ids')
    const held = itemsOf(write).filter(({ item_id }) => item_id === id).length
    const more = held + 1 - listOf(write.call, 'item_ids').filter((other) => other === id).length
    return refused(write, 'too-many-copies', repeatedFirst(write, more))
  })
}

function repeatedFirst(write: AcceptedWrite, times: number): JsonObject {
  const longer = (ids: readonly string[]) => [...Array<string>(times).fill(ids[0] ?? ''), ...ids]
  const item_ids = longer(listOf(write.call, 'item_ids'))
  return isSwap(write) ? { item_ids, new_item_ids: longer(listOf(write.call, 'new_item_ids')) } : { item_ids }
}

/** The first item replaced by one of another order of the same customer. */
export function itemsOfOtherOrders({ writes }: Source): readonly Mutation[] {
  return writes.filter(namesItems).flatMap((write) => {
    const held = new Set(itemsOf(write).map(({ item_id }) => item_id))
    const elsewhere = otherOrders(write)
      .flatMap((order) => order.items.map(({ item_id }) => item_id))
      .filter((id) => !held.has(id))
    const ids = listOf(write.call, 'item_ids')
    return [...new Set(elsewhere.slice(0, 2))].map((id) =>
      refused(write, 'item-of-other-order', { item_ids: ids.with(0, id) }),
    )
  })
}

/** No items at all: the shop would note an exchange or a return of nothing. */
export function emptyLists({ writes }: Source): readonly Mutation[] {
  return writes.filter(namesItems).map((write) => {
    const none = isSwap(write) ? { item_ids: [], new_item_ids: [] } : { item_ids: [] }
    return deviating(write, { class: 'empty-list', stoppedBy: 'policy', call: withArguments(write.call, none) })
  })
}

/** An order of the same customer in a status that the write is not for. */
export function wrongStatuses({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) => {
    const status = write.before.order(String(write.call.arguments.order_id))?.status
    const others = otherOrders(write).filter((order) => order.status !== status)
    return others.map(({ order_id }) => refused(write, 'own-order-wrong-status', { order_id }))
  })
}

function refused(write: AcceptedWrite, name: string, changed: JsonObject): Mutation {
  const call = withArguments(write.call, changed)
  return deviating(write, { class: name, stoppedBy: 'tool', call })
}

function newItem({ call }: AcceptedWrite, place: number, id: string): JsonObject {
  return { new_item_ids: listOf(call, 'new_item_ids').with(place, id) }
}

function namesItems({ call }: AcceptedWrite): boolean {
  return 'item_ids' in call.arguments
}

function isSwap({ call }: AcceptedWrite): boolean {
  return 'new_item_ids' in call.arguments
}

function itemsOf({ call, before }: AcceptedWrite): readonly Item[] {
  return before.order(String(call.arguments.order_id))?.items ?? []
}

/** What the write would swap, in its order; nothing for other writes. */
function swappedItems(write: AcceptedWrite): readonly Item[] {
  if (!isSwap(write)) return []
  const held = itemsOf(write)
  return listOf(write.call, 'item_ids').flatMap((id) => held.find(({ item_id }) => item_id === id) ?? [])
}

/** The customer's orders but the one that is written; none for a write to the profile. */
function otherOrders({ call, customer, before }: AcceptedWrite) {
  const written = call.arguments.order_id
  if (written === undefined) return []
  const ids = before.user(customer)?.orders ?? []
  return ids.filter((id) => id !== written).flatMap((id) => before.order(id) ?? [])
}
