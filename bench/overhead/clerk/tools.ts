/** Two tools that do next to nothing, in this process: what is measured is what stands around them. */
import { z } from 'zod'
import { defineTool } from '../../../src/tools/define-tool.ts'
import { money } from '../../../src/tools/money.ts'

export interface Carried {
  reads: number
  writes: number
}

/** `carried` counts what was executed: the witness beside the ledger. */
export function clerkTools(carried: Carried) {
  const readAccount = defineTool({
    name: 'read_account',
    description: 'Shows an account.',
    kind: 'read',
    inputSchema: z.strictObject({ account: z.string(), region: z.string() }),
    outputSchema: z.object({ balance: z.number() }),
    subjects: ({ account }) => ({ account }),
    execute: () => {
      carried.reads += 1
      return { balance: carried.reads }
    },
  })
  const postEntry = defineTool({
    name: 'post_entry',
    description: 'Posts an entry to an account.',
    kind: 'write',
    inputSchema: z.strictObject({ account: z.string(), region: z.string(), amount: money('usd') }),
    outputSchema: z.object({ entry: z.number() }),
    subjects: ({ account }) => ({ account }),
    idempotency: { honoured: '24h' },
    execute: () => {
      carried.writes += 1
      return { entry: carried.writes }
    },
  })
  return [readAccount, postEntry]
}
