/** Writes to what belongs to another customer. */
import { operations } from '../../../examples/retail/operations.ts'
import type { Order } from '../../../examples/retail/records.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { AcceptedWrite } from '../accepted-writes.ts'
import type { Call } from '../data.ts'
import { legalWrites } from '../legal-writes.ts'
import { sample } from '../random.ts'
import { writtenOrder } from '../run-script.ts'
import { deviating, type Mutation, type Source, withArguments } from './mutation.ts'

const perWrite = 3

/** The same deed for another customer, arguments and all as that customer could ask for it. */
export function otherOwners({ shop, writes, random }: Source): readonly Mutation[] {
  const legal = Map.groupBy(legalWrites(shop), ({ call }) => call.name)
  return writes.flatMap((write) => {
    const others = (legal.get(write.call.name) ?? []).filter(({ customer }) => customer !== write.customer)
    return sample(random, others, perWrite).map(({ call }) =>
      deviating(write, { class: 'other-owner', stoppedBy: 'policy', call }),
    )
  })
}

/** The same arguments but for the id of the order. Where the order happens to fit, only a policy can see it. */
export function otherOwnersIds({ shop, writes, random }: Source): readonly Mutation[] {
  const orders = Object.values(shop.data.orders)
  return writes.flatMap((write) => {
    if (writtenOrder(write.call) === undefined) return []
    const others = orders.filter(({ user_id }) => user_id !== write.customer)
    return sample(random, others, perWrite).map((order) => swappedId(write, order))
  })
}

function swappedId(write: AcceptedWrite, { order_id }: Order): Mutation {
  const call = withArguments(write.call, { order_id })
  return deviating(write, { class: 'other-owner-id', stoppedBy: accepts(write.before, call) ? 'policy' : 'tool', call })
}

function accepts(shop: Snapshot, call: Call): boolean {
  return operations[call.name].perform(shop, call.arguments).ok
}
