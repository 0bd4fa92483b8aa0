/**
 * The system of record: a book in the bench's own process, so that no socket's noise hides what grows. It is the
 * witness too: when a write arrived, by its own clock, and how many it took.
 */
import { z } from 'zod'
import { defineTool } from '../../src/tools/define-tool.ts'
import { money } from '../../src/tools/money.ts'
import type { Tool } from '../../src/tools/tool.ts'

export interface CreditBook {
  readonly tools: readonly Tool[]
  /** Keys under which something was written: each counts once. */
  readonly written: number
  /** When each call of that run arrived since the last look, by `performance.now()`. */
  arrivals(name: string): readonly number[]
}

export function creditBook(): CreditBook {
  const keys = new Set<string>()
  const arrived = new Map<string, number[]>()

  const getBalance = defineTool({
    name: 'get_balance',
    description: 'What a customer has.',
    kind: 'read',
    inputSchema: z.strictObject({ customer: z.string() }),
    outputSchema: z.object({ customer: z.string(), blocked: z.boolean() }),
    subjects: ({ customer }) => ({ customer }),
    execute: async ({ customer }) => ({ customer, blocked: false }),
  })

  const addCredit = defineTool({
    name: 'add_credit',
    description: 'Credits a customer.',
    kind: 'write',
    inputSchema: z.strictObject({
      customer: z.string(),
      amount: money('usd'),
      memo: z.number().int(),
      run: z.string(),
    }),
    outputSchema: z.object({ receipt: z.string() }),
    factsSchema: z.object({ blocked: z.boolean() }),
    subjects: ({ customer }) => ({ customer }),
    facts: ({ customer }, { read }) => read(getBalance, { customer }),
    check: (_, { blocked }) => !blocked || 'the customer is blocked',
    idempotency: { honoured: '24h' },
    execute: async ({ run }, { key }) => {
      const times = arrived.get(run)
      if (times) times.push(performance.now())
      else arrived.set(run, [performance.now()])
      keys.add(key)
      return { receipt: key }
    },
  })

  return {
    tools: [getBalance, addCredit],
    get written() {
      return keys.size
    },
    arrivals(name) {
      const times = arrived.get(name) ?? []
      arrived.delete(name)
      return times
    },
  }
}
