/** Compiling is the assertion: what the README shows infers, and what must not compile does not. */
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { type Money, money } from './money.ts'
import type { Gathering, Tool, VerifyAnswer } from './tool.ts'

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <Claim extends true>(): Claim | undefined => undefined

const desk = {
  refund: async (_invoice: string, _amount: Money<'usd'>, _how: { key: string; signal: AbortSignal }) => ({
    refund: 're_1',
  }),
  findRefund: async (_key: string): Promise<VerifyAnswer<{ refund: string }>> => ({ answer: 'absent' }),
}

const getInvoice = defineTool({
  name: 'get_invoice',
  description: 'Show an invoice.',
  kind: 'read',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: z.object({ customer: z.string(), paid: money('usd'), refunded: money('usd') }),
  execute: ({ invoice }) => ({ customer: invoice, paid: '49.90', refunded: 0 }),
})

// The example of the README, as it stands there.
const requestRefund = defineTool({
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  risk: 'high',
  inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd'), reason: z.string() }),
  outputSchema: z.object({ refund: z.string() }),
  subjects: async ({ invoice }, { read }) => ({ invoice, customer: (await read(getInvoice, { invoice })).customer }),
  factsSchema: z.object({ paid: money('usd'), refunded: money('usd') }),
  facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
  check: ({ amount }, { paid, refunded }) => amount.minor <= paid.minor - refunded.minor || 'more than was paid',
  idempotency: { honoured: '24h' },
  execute: ({ invoice, amount }, { key, signal }) => desk.refund(invoice, amount, { key, signal }),
  verify: ({ key }) => desk.findRefund(key),
})

// The types of the schemas flow into the tool.
holds<
  Equals<
    typeof requestRefund,
    Tool<
      { invoice: string; amount: Money<'usd'>; reason: string },
      { refund: string },
      { paid: Money<'usd'>; refunded: Money<'usd'> }
    >
  >
>()
holds<
  Equals<
    typeof getInvoice,
    Tool<{ invoice: string }, { customer: string; paid: Money<'usd'>; refunded: Money<'usd'> }, undefined>
  >
>()

// Tools of any types stand in one list, and a tool with facts can be read as well.
export const tools: readonly Tool[] = [getInvoice, requestRefund]
export const reading = (gathering: Gathering): Promise<{ refund: string }> => gathering.read(requestRefund, {})

const writeBasics = {
  name: 'close_ticket',
  description: 'Close a ticket.',
  inputSchema: z.strictObject({ ticket: z.string() }),
  outputSchema: z.object({}),
} as const

// Each of the three ways to deal with a lost answer is enough.
defineTool({ ...writeBasics, kind: 'write', idempotency: { honoured: '24h' }, execute: () => ({}) })
defineTool({ ...writeBasics, kind: 'write', atMostOnce: true, execute: () => ({}) })
defineTool({
  ...writeBasics,
  kind: 'write',
  verify: ({ input }) => ({ answer: input.ticket ? 'absent' : 'pending' }),
  execute: () => ({}),
})

// A write that says none of them does not compile.
// @ts-expect-error a write needs one of: idempotency, verify, atMostOnce
defineTool({ ...writeBasics, kind: 'write', execute: () => ({}) })
// @ts-expect-error `atMostOnce: false` says nothing
defineTool({ ...writeBasics, kind: 'write', atMostOnce: false, execute: () => ({}) })

// @ts-expect-error the schema has no `tickets`
defineTool({ ...writeBasics, kind: 'read', execute: ({ tickets }) => ({ tickets }) })
// @ts-expect-error the output is an object
defineTool({ ...writeBasics, kind: 'read', execute: () => 'closed' })
// @ts-expect-error no time is written like this
defineTool({ ...writeBasics, kind: 'read', execute: () => ({}), deadline: '10 seconds' })
defineTool({
  ...writeBasics,
  kind: 'read',
  factsSchema: z.object({ open: z.boolean() }),
  facts: () => ({ open: true }),
  // @ts-expect-error the facts have no `owner`
  check: (_, { owner }) => owner === 'ada' || 'not hers',
  execute: () => ({}),
})
defineTool({
  ...writeBasics,
  kind: 'read',
  previewSchema: z.object({ closes: z.string() }),
  // @ts-expect-error the preview lacks a field of its schema
  preview: () => ({ says: 'closes it' }),
  execute: () => ({}),
})

// A preview gives the fields of its schema.
defineTool({
  ...writeBasics,
  kind: 'write',
  atMostOnce: true,
  previewSchema: z.object({ closes: z.string() }),
  preview: ({ ticket }) => ({ fields: { closes: ticket }, says: `closes ${ticket}` }),
  undo: async ({ input }) => void input.ticket,
  execute: () => ({}),
})
