import { accept, type Outcome, refuse } from './outcome.ts'
import { find, type Order, type Records, type Variant } from './records.ts'

/** Items of an order against variants of the same products, pair by pair. */
export interface Swap {
  readonly pairs: readonly { readonly itemId: string; readonly variant: Variant }[]
  /** Dollars to pay, or to receive when negative. Summed pair by pair in binary floats and not rounded. */
  readonly difference: number
}

export function planSwap(
  records: Records,
  order: Order,
  itemIds: readonly string[],
  newItemIds: readonly string[],
): Outcome<Swap> {
  const missing = missingItem(order, itemIds)
  if (missing !== undefined) return refuse(`${missing} not found`)
  if (itemIds.length !== newItemIds.length) return refuse('the number of items to be exchanged should match')

  const pairs: { itemId: string; variant: Variant }[] = []
  let difference = 0
  for (const [index, itemId] of itemIds.entries()) {
    const newItemId = newItemIds[index] ?? ''
    const item = order.items.find((candidate) => candidate.item_id === itemId)
    const variant = item && variantOf(records, item.product_id, newItemId)
    if (!item || !variant?.available) return refuse(`new item ${newItemId} not found or available`)
    difference += variant.price - item.price
    pairs.push({ itemId, variant })
  }
  return accept({ pairs, difference })
}

/** The first id that is named more often than the order holds it. */
export function missingItem(order: Order, itemIds: readonly string[]): string | undefined {
  return itemIds.find((id) => count(itemIds, id) > order.items.filter((item) => item.item_id === id).length)
}

function variantOf(records: Records, productId: string, itemId: string): Variant | undefined {
  const product = records.product(productId)
  if (!product) throw new Error(`product \`${productId}\` of an order is not in the store`)
  return find(product.variants, itemId)
}

function count(ids: readonly string[], wanted: string): number {
  return ids.filter((id) => id === wanted).length
}
