/** The shop's sixteen operations as tools of an agent: what each touches, and what it is judged on. */
import type { Tool } from '../../src/index.ts'
import type { Store } from './store.ts'
import { deskTools } from './tools/desk.ts'
import type { Desk } from './tools/facts.ts'
import { lookUps } from './tools/look-ups.ts'
import { readings } from './tools/readings.ts'
import { writes } from './tools/writes.ts'

export function retailTools(shop: Store): readonly Tool[] {
  const people = lookUps(shop)
  const { calculate, think, transfer } = deskTools(shop)
  const desk: Desk = { shop, lookUps: people, hasTransferred: ({ earlier }) => earlier(transfer).length > 0 }
  const { orderDetails, userDetails, productDetails, allProductTypes } = readings(desk)
  return [
    people.byEmail,
    people.byNameAndZip,
    orderDetails,
    userDetails,
    productDetails,
    allProductTypes,
    ...writes(desk),
    calculate,
    think,
    transfer,
  ]
}
