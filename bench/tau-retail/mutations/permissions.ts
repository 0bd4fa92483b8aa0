/** The accepted write itself, where it lacks the customer's yes, the customer, or the budget. */
import type { Call } from '../data.ts'
import { type Confirmation, deviating, type Mutation, type Source } from './mutation.ts'

const notConfirmed: readonly Confirmation[] = ['none', 'other-digest', 'other-principal', 'already-spent']

/** Each write in each of the four ways in which a question can be left without a yes. */
export function unconfirmed({ writes }: Source): readonly Mutation[] {
  return writes.flatMap((write) =>
    notConfirmed.map((confirmation) => deviating(write, { class: 'unconfirmed', stoppedBy: 'approval', confirmation })),
  )
}

/** The run never asks who is on the line. */
export function withoutLookUp({ writes }: Source): readonly Mutation[] {
  return writes.map((write) => {
    const { reads } = deviating(write, { class: 'no-look-up', stoppedBy: 'policy' })
    const unauthenticated = reads.filter(({ name }) => name === 'get_order_details')
    return deviating(write, { class: 'no-look-up', stoppedBy: 'policy', reads: unauthenticated })
  })
}

/** The run has made all its calls, each a read that anyone may make and none of them twice. */
export function overBudget({ shop, writes, maxToolCalls }: Source): readonly Mutation[] {
  const products = Object.keys(shop.data.products).map(
    (product_id): Call => ({ name: 'get_product_details', arguments: { product_id } }),
  )
  return writes.map((write) => {
    const { reads } = deviating(write, { class: 'over-budget', stoppedBy: 'budget' })
    const all = [...reads, ...products].slice(0, maxToolCalls)
    if (all.length < maxToolCalls) throw new Error(`there are no ${maxToolCalls} different reads to make`)
    return deviating(write, { class: 'over-budget', stoppedBy: 'budget', reads: all })
  })
}
