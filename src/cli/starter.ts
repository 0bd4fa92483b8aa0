/** The files of a project that works: an agent that refunds orders of a pretend shop, played by a written conversation. */

export interface StarterOptions {
  /** Of the package, as npm takes it. */
  readonly name: string
  /** What `dependencies` says of charter: a version, or `file:…`. */
  readonly charter: string
  readonly zod: string
}

export function starterFiles(options: StarterOptions): Readonly<Record<string, string>> {
  return {
    'package.json': packageJson(options),
    'charter.config.ts': config,
    'support.charter.yaml': page,
    'support.cases.yaml': cases,
    'support.prompt.md': prompt,
    'tools.ts': tools,
    'shop.ts': shop,
    'shop.json': shopData,
    'model.ts': model,
    'charter.groups.yaml': groups,
    '.gitignore': 'node_modules/\n.charter/\n',
    'README.md': readme,
  }
}

const packageJson = ({ name, charter, zod }: StarterOptions): string =>
  `${JSON.stringify(
    {
      name,
      private: true,
      type: 'module',
      engines: { node: '>=24' },
      scripts: { dev: 'charter dev', check: 'charter check', test: 'charter policy test' },
      dependencies: { charter, zod },
    },
    null,
    2,
  )}\n`

const config = `import { defineAgent, defineConfig } from 'charter'
import { model } from './model.ts'
import { getOrder, refundOrder } from './tools.ts'

const support = defineAgent({
  charter: new URL('./support.charter.yaml', import.meta.url),
  tools: [getOrder, refundOrder],
  models: { 'scripted/support': model },
})

export default defineConfig({
  agents: [support],
  // The written conversation costs nothing; the price makes its budget visible.
  prices: { 'scripted/support': { inputPerMillionUsd: '0.40', outputPerMillionUsd: '1.60' } },
})
`

const page = `charter: 1
agent:
  name: support
  owner: sam@example.com
  purpose: Refund orders that arrived broken.
  stage: gated
  max_steps: 6
  max_tool_calls: 4
  max_cost_usd: 0.10
  escalation:
    on_budget_exceeded: handoff_to_human
    on_tool_error_retries_exhausted: handoff_to_human
prompt: ./support.prompt.md
on_call: support-leads
models: { default: scripted/support }
tools:
  get_order: { allowed: true }
  refund_order:
    allowed: true
    max_amount_usd: 50
    require_approval_over_usd: 25
    once: { per: order, within: 30d }
    approval: [ { from: support-leads, count: 1, expires_in: 4h } ]
`

const cases = `# What the page is expected to say. \`charter policy test\` asks the very judge that runs ask.
cases:
  - name: a small refund goes ahead
    tool: refund_order
    arguments: { order: o_1, amount: 12.00, reason: arrived broken }
    subjects: { order: o_1, customer: c_7 }
    facts: { paid: 12.00, refunded: 0.00 }
    expect: allow

  - name: above 25 dollars a support lead is asked
    tool: refund_order
    arguments: { order: o_2, amount: 40.00, reason: arrived broken }
    subjects: { order: o_2, customer: c_8 }
    facts: { paid: 40.00, refunded: 0.00 }
    expect: { decision: ask, rule: refund_order.require_approval_over_usd, asks: { support-leads: 1 } }

  - name: with the signature of a support lead it goes ahead
    tool: refund_order
    arguments: { order: o_2, amount: 40.00, reason: arrived broken }
    subjects: { order: o_2, customer: c_8 }
    facts: { paid: 40.00, refunded: 0.00 }
    signatures: { support-leads: 1 }
    expect: allow

  - name: above 50 dollars nobody can agree
    tool: refund_order
    arguments: { order: o_3, amount: 80.00, reason: arrived broken }
    subjects: { order: o_3, customer: c_9 }
    facts: { paid: 80.00, refunded: 0.00 }
    expect: { decision: deny, rule: refund_order.max_amount_usd }

  - name: an order is refunded once in 30 days
    tool: refund_order
    arguments: { order: o_1, amount: 5.00, reason: arrived broken }
    subjects: { order: o_1, customer: c_7 }
    facts: { paid: 12.00, refunded: 5.00 }
    done_before: true
    expect: { decision: deny, rule: refund_order.once }

  - name: the shop never pays back more than was paid
    tool: refund_order
    arguments: { order: o_1, amount: 20.00, reason: arrived broken }
    subjects: { order: o_1, customer: c_7 }
    facts: { paid: 12.00, refunded: 0.00 }
    expect: { decision: deny, rule: refund_order.check }
`

const prompt = `You help customers of a small shop. The order is {{order}}.

Look the order up. When it arrived broken, refund what was paid, and say what you did.
`

const tools = `import { defineTool, money } from 'charter'
import { z } from 'zod'
import { findOrder, findRefund, refund } from './shop.ts'

const orderId = z.string().describe('the number of an order, such as o_1')

export const getOrder = defineTool({
  name: 'get_order',
  description: 'An order: what was paid, what was refunded, and how it arrived.',
  kind: 'read',
  inputSchema: z.strictObject({ order: orderId }),
  outputSchema: z.object({ customer: z.string(), arrived: z.string(), paid: money('usd'), refunded: money('usd') }),
  subjects: ({ order }) => ({ order }),
  execute: ({ order }) => findOrder(order),
})

export const refundOrder = defineTool({
  name: 'refund_order',
  description: 'Pays back what a customer paid for an order, or a part of it.',
  kind: 'write',
  risk: 'high',
  inputSchema: z.strictObject({
    order: orderId,
    amount: money('usd'),
    reason: z.string().describe('why it is refunded, in a few words'),
  }),
  outputSchema: z.object({ refund: z.string() }),
  factsSchema: z.object({ paid: money('usd'), refunded: money('usd') }),
  subjects: async ({ order }, { read }) => ({ order, customer: (await read(getOrder, { order })).customer }),
  facts: ({ order }, { read }) => read(getOrder, { order }),
  check: ({ amount }, { paid, refunded }) =>
    amount.minor <= paid.minor - refunded.minor || 'more than was paid and not refunded yet',
  // The shop does one refund for one key, however often it is asked.
  idempotency: { honoured: '24h' },
  execute: ({ order, amount }, { key }) => refund(key, order, amount.minor),
  verify: ({ key }) => {
    const found = findRefund(key)
    return found ? { answer: 'committed', output: found } : { answer: 'absent' }
  },
})
`

const shop = `/** A pretend system of record in one file. A real one is an API that honours idempotency keys. */
import { readFileSync, writeFileSync } from 'node:fs'

interface Order {
  customer: string
  arrived: string
  paid: string
  refunded: string
}

interface Shop {
  orders: Record<string, Order>
  refunds: Record<string, { refund: string; order: string; amount: string }>
}

const file = new URL('./shop.json', import.meta.url)
const read = (): Shop => JSON.parse(readFileSync(file, 'utf8'))

export function findOrder(id: string): Order {
  const order = read().orders[id]
  if (!order) throw new Error(\`no order \${id}\`)
  return order
}

export const findRefund = (key: string): { refund: string } | undefined => read().refunds[key]

export function refund(key: string, id: string, cents: number): { refund: string } {
  const shop = read()
  const known = shop.refunds[key]
  if (known) return known
  const order = shop.orders[id]
  if (!order) throw new Error(\`no order \${id}\`)
  const made = { refund: \`re_\${Object.keys(shop.refunds).length + 1}\`, order: id, amount: (cents / 100).toFixed(2) }
  order.refunded = (Number(order.refunded) + cents / 100).toFixed(2)
  shop.refunds[key] = made
  writeFileSync(file, \`\${JSON.stringify(shop, null, 2)}\\n\`)
  return made
}
`

const shopData = `{
  "orders": {
    "o_1": { "customer": "c_7", "arrived": "broken", "paid": "12.00", "refunded": "0.00" },
    "o_2": { "customer": "c_8", "arrived": "broken", "paid": "40.00", "refunded": "0.00" },
    "o_3": { "customer": "c_9", "arrived": "broken", "paid": "80.00", "refunded": "0.00" }
  },
  "refunds": {}
}
`

const model = `/** A written conversation in the place of a model: no key, no network. Name a real one on the page instead when you like. */
import { scriptedModel } from 'charter/testing'

const orderOf = (opening: string): string => JSON.parse(opening).order

type Order = { paid: { minor: number } }

export const model = scriptedModel({
  id: 'scripted/support',
  conversations: {
    refund: [
      ({ opening }) => ({ calls: [{ tool: 'get_order', input: { order: orderOf(opening) } }] }),
      ({ opening, outputOf }) => {
        const { paid } = outputOf('get_order') as Order
        const input = { order: orderOf(opening), amount: (paid.minor / 100).toFixed(2), reason: 'arrived broken' }
        return { calls: [{ tool: 'refund_order', input }] }
      },
      ({ lastToolResult }) => ({ say: lastToolResult?.isError ? 'I may not refund this order.' : 'It is refunded.' }),
    ],
  },
})
`

const groups = `principals:
  - ada@example.com
  - sam@example.com
groups:
  support-leads: [sam@example.com]
`

const readme = `# An agent under a charter

    npm install
    npx charter dev

and in another terminal:

    npx charter run start --input '{"order": "o_1"}' --key o_1    # 12 USD: refunded
    npx charter run start --input '{"order": "o_2"}' --key o_2    # 40 USD: waits for a person
    npx charter run start --input '{"order": "o_3"}' --key o_3    # 80 USD: refused by a rule
    npx charter approval list
    npx charter approval grant APPROVAL --as sam@example.com --yes
    npx charter run list
    npx charter run show RUN
    npx charter ledger verify
    npx charter policy test                                       # the page says what its cases expect

\`support.charter.yaml\` is the page: what the agent may do, and who must agree. Change a number, save, start again, and
see with \`charter policy test\` which case of \`support.cases.yaml\` that changes.
\`tools.ts\` is what it may call, \`charter.groups.yaml\` says who the people are. To use a real model, install a provider
of the AI SDK and name the model on the page (\`default: openai/gpt-4.1-mini\`).
`
