/**
 * What each operation takes, in the words of the benchmark's `tools.json`. Closed: a field that is not listed is
 * refused, where the benchmark's own schemas let it pass.
 */
import * as z from 'zod'

const orderId = z
  .string()
  .describe("The order id, such as '#W0000000'. Be careful there is a '#' symbol at the beginning of the order id.")
const userId = z.string().describe("The user id, such as 'sara_doe_496'.")
const paymentMethodId = z
  .string()
  .describe(
    "The payment method id to pay or receive refund for the item price difference, such as 'gift_card_0000000' or 'credit_card_0000000'. These can be looked up from the user or order details.",
  )

const address = {
  address1: z.string().describe("The first line of the address, such as '123 Main St'."),
  address2: z.string().describe("The second line of the address, such as 'Apt 1' or ''."),
  city: z.string().describe("The city, such as 'San Francisco'."),
  state: z.string().describe("The state, such as 'CA'."),
  country: z.string().describe("The country, such as 'USA'."),
  zip: z.string().describe("The zip code, such as '12345'."),
}

const swap = (deed: 'exchanged' | 'modified') =>
  z.strictObject({
    order_id: orderId,
    item_ids: itemIds(deed),
    new_item_ids: z
      .array(z.string())
      .describe(
        `The item ids to be ${deed} for, each such as '1008292230'. There could be duplicate items in the list. Each new item id should match the item id in the same position and be of the same product.`,
      ),
    payment_method_id: paymentMethodId,
  })

const itemIds = (deed: 'exchanged' | 'modified' | 'returned') =>
  z
    .array(z.string())
    .describe(`The item ids to be ${deed}, each such as '1008292230'. There could be duplicate items in the list.`)

export const inputs = {
  calculate: z.strictObject({
    expression: z
      .string()
      .describe(
        "The mathematical expression to calculate, such as '2 + 2'. The expression can contain numbers, operators (+, -, *, /), parentheses, and spaces.",
      ),
  }),
  cancel_pending_order: z.strictObject({
    order_id: orderId,
    reason: z
      .enum(['no longer needed', 'ordered by mistake'])
      .describe("The reason for cancellation, which should be either 'no longer needed' or 'ordered by mistake'."),
  }),
  exchange_delivered_order_items: swap('exchanged'),
  find_user_id_by_email: z.strictObject({
    email: z.string().describe("The email of the user, such as 'something@example.com'."),
  }),
  find_user_id_by_name_zip: z.strictObject({
    first_name: z.string().describe("The first name of the customer, such as 'John'."),
    last_name: z.string().describe("The last name of the customer, such as 'Doe'."),
    zip: z.string().describe("The zip code of the customer, such as '12345'."),
  }),
  get_order_details: z.strictObject({ order_id: orderId }),
  get_product_details: z.strictObject({
    product_id: z
      .string()
      .describe("The product id, such as '6086499569'. Be careful the product id is different from the item id."),
  }),
  get_user_details: z.strictObject({ user_id: userId }),
  list_all_product_types: z.strictObject({}),
  modify_pending_order_address: z.strictObject({ order_id: orderId, ...address }),
  modify_pending_order_items: swap('modified'),
  modify_pending_order_payment: z.strictObject({ order_id: orderId, payment_method_id: paymentMethodId }),
  modify_user_address: z.strictObject({ user_id: userId, ...address }),
  return_delivered_order_items: z.strictObject({
    order_id: orderId,
    item_ids: itemIds('returned'),
    payment_method_id: paymentMethodId,
  }),
  think: z.strictObject({ thought: z.string().describe('A thought to think about.') }),
  transfer_to_human_agents: z.strictObject({ summary: z.string().describe("A summary of the user's issue.") }),
}
