/** A page and tools for tests of the page that a security review reads. */
import { z } from 'zod'
import type { Json } from '../json.ts'
import { pii, secret } from '../tools/classification.ts'
import { defineTool } from '../tools/define-tool.ts'
import { money } from '../tools/money.ts'
import { loadCharter } from './load.ts'
import { type TrustHouse, type TrustPage, trustPage } from './trust.ts'

export interface TrustParts {
  readonly purpose?: string
  readonly stage?: string
  readonly refund?: Json
  readonly approvals?: Json
  readonly logging?: Json
  readonly inForce?: TrustHouse['inForce']
  /** What the tool that writes says of itself. */
  readonly describes?: string
  readonly withoutTools?: boolean
}

const toolsThatSay = (description: string) => [
  defineTool({
    name: 'get_invoice',
    description: 'Shows an invoice.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.object({ email: pii(z.string()) }),
    execute: () => ({ email: '' }),
  }),
  defineTool({
    name: 'request_refund',
    description,
    kind: 'write',
    inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd'), card: secret(z.string()) }),
    outputSchema: z.object({ refund: z.string() }),
    idempotency: { honoured: '24h' },
    execute: () => ({ refund: '' }),
  }),
]

const inForce = { isThisPage: true, since: Date.UTC(2026, 10, 21, 10) }

export function trustOf(parts: TrustParts = {}): TrustPage {
  const { purpose = 'Refund.', stage = 'gated', refund = { allowed: true } } = parts
  const { approvals = { high: [{ from: 'finance', count: 1, expires_in: '4h' }] }, logging = {} } = parts
  const lines = {
    agent: { name: 'refunds', owner: 'owner@acme.example', stage, purpose },
    models: { default: 'scripted/refunds' },
    approvals,
    logging,
    tools: { get_invoice: { allowed: true }, request_refund: refund, close_account: { allowed: false } },
  }
  const text = ['charter: 1', ...Object.entries(lines).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)]
  const { page } = loadCharter({ file: 'a.yaml', text: `${text.join('\n')}\n`, readFile: () => undefined })
  return trustPage(page, parts.withoutTools ? undefined : toolsThatSay(parts.describes ?? 'Refunds.'), {
    environment: 'dev',
    ledger: 'one SQLite file',
    keyring: 'beside it',
    inForce: 'inForce' in parts ? parts.inForce : inForce,
    at: Date.UTC(2026, 10, 21, 12),
  })
}
