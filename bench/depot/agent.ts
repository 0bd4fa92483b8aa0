/** The agent of the depot: it writes what its order says, one write a turn, each of another kind of recovery. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as think } from 'node:timers/promises'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { z } from 'zod'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import type { WrittenTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import type { ScriptedRequest } from '../../src/models/scripted-request.ts'
import { defineTool } from '../../src/tools/define-tool.ts'
import { type Execution, NotCommitted } from '../../src/tools/tool.ts'
import type { ToolName } from './order.ts'

const model = 'openai/gpt-4.1-mini'
const mostTurns = 50
const settlesMs = 500
/** More often than this nobody is killed while sending one and the same write. */
const manyAttempts = 100

const page = `charter: 1
agent:
  name: depot
  owner: depot@acme.example
  purpose: Carry out orders.
  stage: auto
  per_step: { retries: ${mostTurns} }
models: { default: ${model} }
tools:
  book: { allowed: true }
  ship: { allowed: true }
  mail: { allowed: true }
  pay: { allowed: true, approval: [{ from: finance, count: 1, expires_in: 4h }] }
`

export interface DepotPlace {
  readonly folder: string
  readonly vendorUrl: string
}

/** `engine` is the number under which this process is known to the vendor; the model takes up to so long to think. */
export function depotAgent({ folder, vendorUrl }: DepotPlace, engine: number, thinksMs: number): Agent {
  const charter = path.join(folder, 'depot.charter.yaml')
  writeFileSync(charter, page)
  const played = scriptedModel({ id: model, conversations: { order: Array(mostTurns).fill(writeNext) } })
  return defineAgent({ charter, tools: tools(vendorUrl, engine), models: { [model]: thinking(played, thinksMs) } })
}

/** The last word of a run is what its model was told of each write. */
function writeNext({ opening, turn, toolResults }: ScriptedRequest): WrittenTurn {
  const { writes }: { writes: readonly { tool: ToolName; business: string }[] } = JSON.parse(opening)
  const next = writes[turn - 1]
  if (next) return { calls: [{ tool: next.tool, input: { business: next.business } }] }
  return { say: JSON.stringify(toolResults.map(({ tool, output }) => ({ tool, output }))) }
}

const thinking = (model: LanguageModelV4, thinksMs: number): LanguageModelV4 => ({
  ...model,
  doGenerate: async (options) => {
    await think(Math.random() * thinksMs)
    return model.doGenerate(options)
  },
})

function tools(vendorUrl: string, engine: number) {
  const input = z.strictObject({ business: z.string() })
  const written = z.object({ receipt: z.string() })
  const send = (tool: ToolName, business: string, { key, attempt, deadline, signal }: Execution) =>
    sendWrite(`${vendorUrl}/writes`, JSON.stringify({ tool, business }), signal, {
      'idempotency-key': key,
      'x-attempt': String(attempt),
      'x-engine': String(engine),
      'x-act-by': String(deadline + settlesMs),
    })
  const common = (name: ToolName) => ({
    name,
    description: `Does \`${name}\` for a position of the order.`,
    kind: 'write' as const,
    inputSchema: input,
    outputSchema: written,
    subjects: ({ business }: z.infer<typeof input>) => ({ position: business }),
    // So long that even on a busy machine no write times out: that is not the story here.
    deadline: '20s' as const,
    settlesWithin: `${settlesMs}ms` as const,
    breaker: { failures: 100_000, coolDown: '1s' as const },
    execute: ({ business }: z.infer<typeof input>, execution: Execution) => send(name, business, execution),
  })
  const again = { attempts: manyAttempts, backoff: '5ms' as const, max: '50ms' as const }
  return [
    defineTool({ ...common('book'), idempotency: { honoured: '24h' }, retry: again }),
    defineTool({ ...common('pay'), idempotency: { honoured: '24h' }, retry: again }),
    defineTool({
      ...common('ship'),
      // Short, as whoever looks a lost write up waits for the end of it.
      deadline: '2s',
      retry: again,
      verify: async ({ key, signal }) => lookUp(`${vendorUrl}/writes/${key}`, signal),
    }),
    defineTool({ ...common('mail'), atMostOnce: true }),
  ]
}

async function sendWrite(url: string, body: string, signal: AbortSignal, headers: Record<string, string>) {
  const answered = await fetch(url, { method: 'POST', headers, body, signal })
  const { receipt } = (await answered.json()) as { receipt: string }
  if (answered.status === 410) throw new NotCommitted('it came too late and was not carried out', { retryable: true })
  if (!answered.ok) throw new Error(`the vendor answered ${answered.status}`)
  return { receipt }
}

interface Found {
  readonly answer: 'committed' | 'pending' | 'absent'
  readonly receipt: string | null
}

async function lookUp(url: string, signal: AbortSignal) {
  const answered = await fetch(url, { signal })
  const { answer, receipt } = (await answered.json()) as Found
  return answer === 'committed' ? { answer, output: { receipt: String(receipt) } } : { answer }
}
