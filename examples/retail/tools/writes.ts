/**
 * The seven writes. Each is idempotent by its key, because the shop keeps a receipt of what it accepted, and each is
 * rehearsed on the facts before it is sent. None declares an undo, so all are of high risk: the page has them asked.
 */
import type * as z from 'zod'
import { defineTool, type VerifyAnswer } from '../../../src/index.ts'
import { inputs } from '../inputs.ts'
import type { OperationName } from '../operations.ts'
import { order, user } from '../record-schemas.ts'
import type { Store } from '../store.ts'
import { type Desk, orderFacts, rehearsable, userFacts } from './facts.ts'
import { perform } from './perform.ts'
import { rehearse } from './rehearse.ts'

/** The shop never forgets a receipt; a key is not sent again after this long all the same. */
const honoured = '30d'

export function writes(desk: Desk) {
  return [
    orderWrite(
      desk,
      'cancel_pending_order',
      'Cancel a pending order. Everything that was paid is refunded to where it came from: to a gift card at once, otherwise in 5 to 7 business days.',
      inputs.cancel_pending_order,
    ),
    orderWrite(
      desk,
      'modify_pending_order_address',
      'Change the shipping address of a pending order.',
      inputs.modify_pending_order_address,
    ),
    orderWrite(
      desk,
      'modify_pending_order_payment',
      'Pay a pending order with another payment method; the first one is refunded.',
      inputs.modify_pending_order_payment,
    ),
    orderWrite(
      desk,
      'modify_pending_order_items',
      'Change items of a pending order to other variants of the same products. Possible once for an order, and nothing else can be changed after it.',
      inputs.modify_pending_order_items,
    ),
    orderWrite(
      desk,
      'return_delivered_order_items',
      'Ask for the return of items of a delivered order. The customer is told by e-mail how to send them back.',
      inputs.return_delivered_order_items,
    ),
    orderWrite(
      desk,
      'exchange_delivered_order_items',
      'Ask for the exchange of items of a delivered order for other variants of the same products. A delivered order can be returned or exchanged once.',
      inputs.exchange_delivered_order_items,
    ),
    profileWrite(desk),
  ]
}

type OrderInput = { order_id: string; item_ids?: string[] }

function orderWrite<Input extends OrderInput>(
  desk: Desk,
  name: OperationName,
  description: string,
  inputSchema: z.ZodType<Input, Input>,
) {
  return defineTool({
    name,
    description: `${description} The customer has to confirm it.`,
    kind: 'write',
    inputSchema,
    outputSchema: order,
    factsSchema: rehearsable,
    subjects: ({ order_id }) => ({ order: order_id, ...ownerOf(desk.shop, order_id) }),
    facts: (input, gathering) => orderFacts(desk, input, gathering),
    check: (input, facts) => rehearse(name, input, facts),
    idempotency: { honoured },
    execute: (input, { key }) => perform(desk.shop, name, input, key),
    verify: ({ key }) => lookUp(desk.shop, key),
  })
}

/** The customer whose order it is, and who is asked: nobody for an order that the shop does not have. */
function ownerOf(shop: Store, orderId: string): { customer?: string } {
  const owner = shop.order(orderId)?.user_id
  return owner === undefined ? {} : { customer: owner }
}

function profileWrite(desk: Desk) {
  return defineTool({
    name: 'modify_user_address',
    description: 'Change the default address of a user. The customer has to confirm it.',
    kind: 'write',
    inputSchema: inputs.modify_user_address,
    outputSchema: user,
    factsSchema: rehearsable,
    subjects: ({ user_id }) => ({ customer: user_id }),
    facts: (input, gathering) => userFacts(desk, input, gathering),
    check: (input, facts) => rehearse('modify_user_address', input, facts),
    idempotency: { honoured },
    execute: (input, { key }) => perform(desk.shop, 'modify_user_address', input, key),
    verify: ({ key }) => lookUp(desk.shop, key),
  })
}

/** The shop answers at once and forgets nothing, so without a receipt nothing happened. */
function lookUp<Value>(shop: Store, key: string): VerifyAnswer<Value> {
  const receipt = shop.receipt(key)
  return receipt ? { answer: 'committed', output: receipt.value as Value } : { answer: 'absent' }
}
