/** Readings of the shop's records. Those of a customer carry facts, so that policy can hold them to their owner. */
import * as z from 'zod'
import { defineTool } from '../../../src/index.ts'
import { inputs } from '../inputs.ts'
import { order, product, productTypes, user } from '../record-schemas.ts'
import { type Desk, standing, standingOf } from './facts.ts'
import { perform } from './perform.ts'

export function readings(desk: Desk) {
  const { shop } = desk
  const orderDetails = defineTool({
    name: 'get_order_details',
    description: 'Get the status and the details of an order.',
    kind: 'read',
    inputSchema: inputs.get_order_details,
    outputSchema: order,
    factsSchema: z.object(standing),
    subjects: ({ order_id }) => ({ order: order_id }),
    facts: ({ order_id }, gathering) => standingOf(desk, shop.order(order_id)?.user_id, gathering),
    execute: (input) => perform(shop, 'get_order_details', input),
  })
  const userDetails = defineTool({
    name: 'get_user_details',
    description: 'Get the details of a user, with the ids of their orders and payment methods.',
    kind: 'read',
    inputSchema: inputs.get_user_details,
    outputSchema: user,
    factsSchema: z.object(standing),
    subjects: ({ user_id }) => ({ customer: user_id }),
    facts: ({ user_id }, gathering) => standingOf(desk, shop.user(user_id) && user_id, gathering),
    execute: (input) => perform(shop, 'get_user_details', input),
  })
  const productDetails = defineTool({
    name: 'get_product_details',
    description: 'Get the variants of a product: options, price and whether each is available.',
    kind: 'read',
    inputSchema: inputs.get_product_details,
    outputSchema: product,
    subjects: ({ product_id }) => ({ product: product_id }),
    execute: (input) => perform(shop, 'get_product_details', input),
  })
  const allProductTypes = defineTool({
    name: 'list_all_product_types',
    description: 'List the name and the product id of every type of product in the shop.',
    kind: 'read',
    inputSchema: inputs.list_all_product_types,
    outputSchema: productTypes,
    execute: (input) => perform(shop, 'list_all_product_types', input),
  })
  return { orderDetails, userDetails, productDetails, allProductTypes }
}
