/** What touches no record: reckoning, a note to oneself, and the hand-over to a person. */
import * as z from 'zod'
import { defineTool } from '../../../src/index.ts'
import { inputs } from '../inputs.ts'
import type { Store } from '../store.ts'
import { perform } from './perform.ts'

export function deskTools(shop: Store) {
  const calculate = defineTool({
    name: 'calculate',
    description: 'Calculate the result of a mathematical expression.',
    kind: 'read',
    inputSchema: inputs.calculate,
    outputSchema: z.string(),
    execute: (input) => perform(shop, 'calculate', input),
  })
  const think = defineTool({
    name: 'think',
    description: 'Write a thought down. Nothing is looked up and nothing changes.',
    kind: 'read',
    inputSchema: inputs.think,
    outputSchema: z.string(),
    execute: (input) => perform(shop, 'think', input),
  })
  /** A read, since it changes no record. That nothing of the customer's is touched after it, the page's Cedar holds. */
  const transfer = defineTool({
    name: 'transfer_to_human_agents',
    description:
      'Transfer the user to a human agent, with a summary of the issue, when the user asks for one or when no tool here can resolve it. It ends the task: call nothing after it.',
    kind: 'read',
    inputSchema: inputs.transfer_to_human_agents,
    outputSchema: z.string(),
    execute: (input) => perform(shop, 'transfer_to_human_agents', input),
  })
  return { calculate, think, transfer }
}
