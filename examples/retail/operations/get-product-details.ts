import { accept, type Outcome, refuse } from '../outcome.ts'
import type { Product, Records } from '../records.ts'

export function getProductDetails(records: Records, { product_id }: { product_id: string }): Outcome<Product> {
  const product = records.product(product_id)
  return product ? accept(product) : refuse('product not found')
}
