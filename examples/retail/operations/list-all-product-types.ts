import { accept, type Outcome } from '../outcome.ts'
import type { Directory } from '../records.ts'

/** Product ids by the name of the product, in alphabetical order. */
export function listAllProductTypes(directory: Directory): Outcome<Readonly<Record<string, string>>> {
  const types = directory.productTypes().map(({ name, product_id }): [string, string] => [name, product_id])
  return accept(Object.fromEntries(types.sort(([a], [b]) => (a < b ? -1 : 1))))
}
