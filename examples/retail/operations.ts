/** The sixteen operations of the shop by name: what each takes, whether it writes, and what it does. */
import type * as z from 'zod'
import { inputs } from './inputs.ts'
import { calculate } from './operations/calculate.ts'
import { cancelPendingOrder } from './operations/cancel-pending-order.ts'
import { exchangeDeliveredOrderItems } from './operations/exchange-delivered-order-items.ts'
import { findUserIdByEmail } from './operations/find-user-id-by-email.ts'
import { findUserIdByNameZip } from './operations/find-user-id-by-name-zip.ts'
import { getOrderDetails } from './operations/get-order-details.ts'
import { getProductDetails } from './operations/get-product-details.ts'
import { getUserDetails } from './operations/get-user-details.ts'
import { listAllProductTypes } from './operations/list-all-product-types.ts'
import { modifyPendingOrderAddress } from './operations/modify-pending-order-address.ts'
import { modifyPendingOrderItems } from './operations/modify-pending-order-items.ts'
import { modifyPendingOrderPayment } from './operations/modify-pending-order-payment.ts'
import { modifyUserAddress } from './operations/modify-user-address.ts'
import { returnDeliveredOrderItems } from './operations/return-delivered-order-items.ts'
import { think } from './operations/think.ts'
import { transferToHumanAgents } from './operations/transfer-to-human-agents.ts'
import { type Outcome, refuse } from './outcome.ts'
import type { Directory, Records } from './records.ts'

/** `terminate` ends the run that calls it; like `none` it touches nothing. */
export type Effect = 'none' | 'read' | 'write' | 'terminate'

export interface Operation {
  readonly effect: Effect
  /** Arguments that do not fit the input schema are refused like any other. */
  perform(records: Records & Directory, input: unknown): Outcome<unknown>
}

function operation<Input, Value>(
  effect: Effect,
  schema: z.ZodType<Input>,
  run: (records: Records & Directory, input: Input) => Outcome<Value>,
): Operation {
  return {
    effect,
    perform(records, input) {
      const parsed = schema.safeParse(input)
      return parsed.success ? run(records, parsed.data) : refuse(parsed.error.issues[0]?.message ?? 'invalid arguments')
    },
  }
}

export type OperationName = keyof typeof inputs

export const operations: Readonly<Record<OperationName, Operation>> = {
  calculate: operation('none', inputs.calculate, (_, input) => calculate(input)),
  cancel_pending_order: operation('write', inputs.cancel_pending_order, cancelPendingOrder),
  exchange_delivered_order_items: operation(
    'write',
    inputs.exchange_delivered_order_items,
    exchangeDeliveredOrderItems,
  ),
  find_user_id_by_email: operation('read', inputs.find_user_id_by_email, findUserIdByEmail),
  find_user_id_by_name_zip: operation('read', inputs.find_user_id_by_name_zip, findUserIdByNameZip),
  get_order_details: operation('read', inputs.get_order_details, getOrderDetails),
  get_product_details: operation('read', inputs.get_product_details, getProductDetails),
  get_user_details: operation('read', inputs.get_user_details, getUserDetails),
  list_all_product_types: operation('read', inputs.list_all_product_types, listAllProductTypes),
  modify_pending_order_address: operation('write', inputs.modify_pending_order_address, modifyPendingOrderAddress),
  modify_pending_order_items: operation('write', inputs.modify_pending_order_items, modifyPendingOrderItems),
  modify_pending_order_payment: operation('write', inputs.modify_pending_order_payment, modifyPendingOrderPayment),
  modify_user_address: operation('write', inputs.modify_user_address, modifyUserAddress),
  return_delivered_order_items: operation('write', inputs.return_delivered_order_items, returnDeliveredOrderItems),
  think: operation('none', inputs.think, think),
  transfer_to_human_agents: operation('terminate', inputs.transfer_to_human_agents, transferToHumanAgents),
}

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name)
}
