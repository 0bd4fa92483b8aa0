/** What reached the shop, by the shop's own log of touched rows and the hash of all its records. */
import type { Store } from '../../../examples/retail/store.ts'

export interface Witness {
  /** Whether any statement touched a record since, or any record is another. */
  isTouched(): boolean
}

export function witnessOf(shop: Store): Witness {
  const [writes, state] = [shop.writeCount(), shop.stateHash()]
  return { isTouched: () => shop.writeCount() !== writes || shop.stateHash() !== state }
}
