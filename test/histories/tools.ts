/**
 * The tools of the recorded histories, frozen: a history is replayed with the very tools that it was recorded with, so
 * this file is not changed once a history has been added. New histories that need others bring a file of their own.
 */
import { z } from 'zod'
import { defineTool } from '../../src/tools/define-tool.ts'
import { money } from '../../src/tools/money.ts'
import type { Gathering, Tool, VerifyAnswer } from '../../src/tools/tool.ts'

/** The system of record behind them. */
export interface Shop {
  order(id: string): { id: string; customer: string; paid: Money; refunded: Money }
  refund(key: string, order: string, minor: number): { refund: string }
  found(key: string): VerifyAnswer<{ refund: string }>
  message(order: string, text: string): { message: string }
}

interface Money {
  readonly minor: number
  readonly currency: 'usd'
}

export function historyTools(shop: Shop): readonly Tool[] {
  const getOrder = defineTool({
    name: 'get_order',
    description: 'Shows an order: whose it is, what was paid and what was refunded.',
    kind: 'read',
    inputSchema: z.strictObject({ order: z.string() }),
    outputSchema: z.object({ id: z.string(), customer: z.string(), paid: money('usd'), refunded: money('usd') }),
    subjects: ({ order }) => ({ order }),
    execute: ({ order }) => shop.order(order),
  })
  const searchHelp = defineTool({
    name: 'search_help',
    description: 'Finds pages of the handbook.',
    kind: 'read',
    inputSchema: z.strictObject({ words: z.string() }),
    outputSchema: z.object({ pages: z.array(z.object({ id: z.string(), title: z.string() })) }),
    execute: ({ words }) => ({ pages: [{ id: 'page_1', title: `About ${words}` }] }),
    documents: ({ pages }) => pages,
  })
  const refund = {
    kind: 'write' as const,
    inputSchema: z.strictObject({ order: z.string(), amount: money('usd') }),
    outputSchema: z.object({ refund: z.string() }),
    factsSchema: z.object({ paid: money('usd'), refunded: money('usd') }),
    retry: { attempts: 3, backoff: '1ms' as const, max: '2ms' as const },
  }
  const subjects = async ({ order }: { order: string }, { read }: Reading) => {
    const { customer } = await read(getOrder, { order })
    return { order, customer }
  }
  type Refund = z.output<typeof refund.inputSchema>
  type Facts = z.output<typeof refund.factsSchema>
  const leaves = ({ amount }: Refund, { paid, refunded }: Facts) =>
    amount.minor <= paid.minor - refunded.minor || 'more than was paid'
  const refundOrder = defineTool({
    ...refund,
    name: 'refund_order',
    description: 'Refunds a paid order.',
    subjects,
    facts: ({ order }, { read }) => read(getOrder, { order }),
    check: leaves,
    previewSchema: z.object({ left: money('usd') }),
    preview: async ({ order, amount }, { read }) => {
      const { paid, refunded } = await read(getOrder, { order })
      return {
        fields: { left: { minor: Math.max(0, paid.minor - refunded.minor - amount.minor), currency: 'usd' as const } },
        says: `refunds ${amount.minor} cents`,
      }
    },
    idempotency: { honoured: '24h' },
    execute: ({ order, amount }, { key }) => shop.refund(key, order, amount.minor),
  })
  const refundByLookup = defineTool({
    ...refund,
    name: 'refund_by_lookup',
    description: 'Refunds a paid order, at a desk that can be asked what became of it.',
    subjects,
    facts: ({ order }, { read }) => read(getOrder, { order }),
    check: leaves,
    execute: ({ order, amount }, { key }) => shop.refund(key, order, amount.minor),
    verify: ({ key }) => shop.found(key),
  })
  const sendMessage = defineTool({
    name: 'send_message',
    description: 'Writes to the customer of an order.',
    kind: 'write',
    inputSchema: z.strictObject({ order: z.string(), text: z.string() }),
    outputSchema: z.object({ message: z.string() }),
    subjects: ({ order }) => ({ order }),
    atMostOnce: true,
    execute: ({ order, text }) => shop.message(order, text),
  })
  return [getOrder, searchHelp, refundOrder, refundByLookup, sendMessage]
}

type Reading = Pick<Gathering, 'read'>

/** Nobody is behind the tools of a replay. */
export const nobody: Shop = {
  order: () => unreachable(),
  refund: () => unreachable(),
  found: () => unreachable(),
  message: () => unreachable(),
}

function unreachable(): never {
  throw new Error('a replay has called a tool')
}
