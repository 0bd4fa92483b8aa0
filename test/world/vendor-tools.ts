/** The vendor's operations as tools, one of each kind that the product treats in its own way. */
import { z } from 'zod'
import { defineTool } from '../../src/tools/define-tool.ts'
import { money } from '../../src/tools/money.ts'
import { type Execution, NotCommitted, type Tool } from '../../src/tools/tool.ts'
import type { Message, Reply } from './vendor.ts'

/** The wire from one process to the vendor. */
export interface Wire {
  write(message: Message, sending: Execution): Promise<Reply>
  show(order: string, sending: { signal: AbortSignal }): Promise<Reply>
  find(key: string, sending: { signal: AbortSignal }): Promise<Reply>
}

const times = { deadline: '300ms', settlesWithin: '200ms', breaker: { failures: 6, coolDown: '400ms' } } as const
const retry = { attempts: 4, backoff: '20ms', max: '80ms' } as const

/** `honouredMs` is what the vendor promises of its keys. */
export function vendorTools(wire: Wire, honouredMs: number): readonly Tool[] {
  const idempotency = { honoured: `${honouredMs}ms` } as const
  const orderAndAmount = z.strictObject({ order: z.string(), amount: money('usd') })
  const done = z.object({ id: z.string() })

  const showOrder = defineTool({
    ...times,
    name: 'show_order',
    description: 'Shows an order.',
    kind: 'read',
    inputSchema: z.strictObject({ order: z.string() }),
    outputSchema: z.object({ customer: z.string(), paid: money('usd'), refunded: money('usd') }),
    subjects: ({ order }) => ({ order }),
    execute: async ({ order }, sending) => {
      const reply = await wire.show(order, sending)
      if (reply.said !== 'order') throw new NotCommitted('no such order', { retryable: false })
      const { customer, paidMinor, refundedMinor } = reply.order
      return { customer, paid: usd(paidMinor), refunded: usd(refundedMinor) }
    },
  })

  const onOrder = {
    ...times,
    kind: 'write' as const,
    inputSchema: orderAndAmount,
    outputSchema: done,
    factsSchema: z.object({ customer: z.string(), paid: money('usd'), refunded: money('usd') }),
  }
  type OnOrder = z.output<typeof orderAndAmount>
  const write = (tool: string) => async (input: OnOrder, sending: Execution) => {
    const { order, amount } = input
    const { key, attempt } = sending
    const message = { tool, key, attempt, order, amountMinor: amount.minor, input: { order, amount: { ...amount } } }
    return doneOf(await wire.write(message, sending))
  }
  const leaves = ({ amount }: OnOrder, { paid, refunded }: z.output<typeof onOrder.factsSchema>) =>
    amount.minor <= paid.minor - refunded.minor || 'more than is left'
  const verify = async ({ key, signal }: Execution) => {
    const reply = await wire.find(key, { signal })
    if (reply.said !== 'found') throw new Error('no answer')
    return reply.id === undefined
      ? { answer: 'absent' as const }
      : { answer: 'committed' as const, output: { id: reply.id } }
  }

  const refund = defineTool({
    ...onOrder,
    name: 'refund',
    description: 'Refunds a part of an order; sent again under its key, and looked up when that is no longer honoured.',
    subjects: async ({ order }, { read }) => ({ order, customer: (await read(showOrder, { order })).customer }),
    facts: ({ order }, { read }) => read(showOrder, { order }),
    check: leaves,
    idempotency,
    retry,
    execute: write('refund'),
    verify,
  })

  const credit = defineTool({
    ...onOrder,
    name: 'credit',
    description: 'Credits an order, once; sent again under its key, and never looked up.',
    subjects: async ({ order }, { read }) => ({ order, customer: (await read(showOrder, { order })).customer }),
    facts: ({ order }, { read }) => read(showOrder, { order }),
    once: { per: 'order', within: '30d' },
    idempotency,
    retry,
    execute: write('credit'),
  })

  const transfer = defineTool({
    ...onOrder,
    name: 'transfer',
    description: 'Transfers money at a vendor that honours no key and can be asked what it did.',
    subjects: async ({ order }, { read }) => ({ order, customer: (await read(showOrder, { order })).customer }),
    facts: ({ order }, { read }) => read(showOrder, { order }),
    check: leaves,
    retry,
    execute: write('transfer'),
    verify,
  })

  const message = defineTool({
    ...times,
    name: 'message',
    description: 'Writes to the customer of an order.',
    kind: 'write',
    inputSchema: z.strictObject({ order: z.string(), text: z.string() }),
    outputSchema: done,
    subjects: ({ order }) => ({ order }),
    atMostOnce: true,
    execute: async ({ order, text }, sending) =>
      doneOf(await wire.write(plain('message', { order, text }, sending), sending)),
  })

  const quote = defineTool({
    ...times,
    name: 'quote',
    description: 'Asks a broker outside for a price: a read that sends data out.',
    kind: 'read',
    egress: true,
    inputSchema: z.strictObject({ order: z.string() }),
    outputSchema: done,
    subjects: ({ order }) => ({ order }),
    execute: async ({ order }, sending) => doneOf(await wire.write(plain('quote', { order }, sending), sending)),
  })

  return [showOrder, refund, credit, transfer, message, quote]
}

const usd = (minor: number) => ({ minor, currency: 'usd' as const })

const plain = (tool: string, input: { order: string; text?: string }, { key, attempt }: Execution): Message => ({
  tool,
  key,
  attempt,
  order: input.order,
  amountMinor: 0,
  input,
})

/** A refusal says that this sending was not committed; a rate limit, that another may be. */
function doneOf(reply: Reply): { id: string } {
  if (reply.said === 'done') return { id: reply.id }
  const status = reply.said === 'refused' ? reply.status : 422
  throw new NotCommitted(`the vendor says ${status}`, { retryable: status === 429 })
}
