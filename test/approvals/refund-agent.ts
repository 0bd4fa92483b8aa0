/** The agent of these stories: one tool that moves money, a page that asks people first, and a model that plays its part. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import type { WrittenTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import type { ScriptedRequest } from '../../src/models/scripted-request.ts'
import { refundTools } from '../refund-tools.ts'
import type { PlaceNames } from './place.ts'

/** What a run is started with. */
export type RefundTask = {
  readonly invoice: string
  readonly amount: string
  /** Proposes the same refund once more when it was told no. */
  readonly insists?: boolean
}

export interface Asked {
  readonly count: number
  readonly expiresIn: string
}

/** Where a process may be told to come to a halt for good, so that it is killed there. */
export type Halt = 'before_send' | 'after_answer'

type HaltAt = (halt: Halt) => Promise<void>

const model = 'openai/gpt-4.1-mini'

export function writePage({ folder }: PlaceNames, { count, expiresIn }: Asked): void {
  const text = `charter: 1
agent:
  name: refunds
  owner: billing-ops@acme.example
  purpose: Resolve refund requests on paid invoices.
  stage: gated
  on_behalf_of: required
models: { default: ${model} }
tools:
  get_invoice: { allowed: true }
  request_refund:
    allowed: true
    require_approval_over_usd: 10
    approval: [{ from: finance, count: ${count}, expires_in: ${expiresIn} }]
`
  writeFileSync(path.join(folder, 'refunds.charter.yaml'), text)
}

export function refundAgent({ folder, deskUrl }: PlaceNames, haltAt: HaltAt = async () => {}): Agent {
  const [getInvoice, , , requestRefund] = refundTools(deskUrl)
  const halting: typeof requestRefund = {
    ...requestRefund,
    execute: async (input, execution) => {
      await haltAt('before_send')
      const answer = await requestRefund.execute(input, execution)
      await haltAt('after_answer')
      return answer
    },
  }
  const played = scriptedModel({ id: model, conversations: { refund: [propose, insistOrSay, say] } })
  const charter = path.join(folder, 'refunds.charter.yaml')
  return defineAgent({ charter, tools: [getInvoice, halting], models: { [model]: played } })
}

function propose({ opening }: ScriptedRequest): WrittenTurn {
  const { invoice, amount }: RefundTask = JSON.parse(opening)
  return { calls: [{ tool: 'request_refund', input: { invoice, amount, reason: 'arrived broken' } }] }
}

function insistOrSay(request: ScriptedRequest): WrittenTurn {
  const { insists = false }: RefundTask = JSON.parse(request.opening)
  return insists ? propose(request) : say(request)
}

/** The last word of a run is everything that its model was told of the refund. */
function say({ toolResults }: ScriptedRequest): WrittenTurn {
  return { say: JSON.stringify(toolResults.map(({ output }) => output)) }
}
