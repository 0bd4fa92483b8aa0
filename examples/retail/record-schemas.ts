/** The shop's records as schemas: what its read tools answer, and what a write is judged on. */
import * as z from 'zod'
import { pii } from '../../src/index.ts'
import type { Order, Product, User } from './records.ts'

const address = z.object({
  address1: pii(z.string()),
  address2: pii(z.string()),
  city: z.string(),
  state: z.string(),
  country: z.string(),
  zip: pii(z.string()),
})
const options = z.record(z.string(), z.string())
const payment = z.object({
  transaction_type: z.enum(['payment', 'refund']),
  amount: z.number(),
  payment_method_id: z.string(),
})

export const order: z.ZodType<Order, Order> = z.object({
  order_id: z.string(),
  user_id: z.string(),
  address,
  items: z.array(
    z.object({ name: z.string(), product_id: z.string(), item_id: z.string(), price: z.number(), options }),
  ),
  fulfillments: z.array(z.object({ tracking_id: z.array(z.string()), item_ids: z.array(z.string()) })).exactOptional(),
  status: z.string(),
  payment_history: z.array(payment),
  cancel_reason: z.string().exactOptional(),
  return_items: z.array(z.string()).exactOptional(),
  return_payment_method_id: z.string().exactOptional(),
  exchange_items: z.array(z.string()).exactOptional(),
  exchange_new_items: z.array(z.string()).exactOptional(),
  exchange_payment_method_id: z.string().exactOptional(),
  exchange_price_difference: z.number().exactOptional(),
})

const paymentMethod = z.object({
  id: z.string(),
  source: z.string(),
  balance: z.number().exactOptional(),
  brand: z.string().exactOptional(),
  last_four: pii(z.string()).exactOptional(),
})

export const user: z.ZodType<User, User> = z.object({
  name: z.object({ first_name: pii(z.string()), last_name: pii(z.string()) }),
  address,
  email: pii(z.string()),
  payment_methods: z.record(z.string(), paymentMethod),
  orders: z.array(z.string()),
})

const variant = z.object({ item_id: z.string(), options, available: z.boolean(), price: z.number() })

export const product: z.ZodType<Product, Product> = z.object({
  name: z.string(),
  product_id: z.string(),
  variants: z.record(z.string(), variant),
})

export const productTypes = z.array(z.object({ name: z.string(), product_id: z.string() }))
