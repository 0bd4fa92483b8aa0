/** An agent that looks, searches, writes and asks, and whose tools pass their place in the trace on to the desk. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import type { WrittenTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import type { ScriptedRequest } from '../../src/models/scripted-request.ts'
import { defineTool } from '../../src/tools/define-tool.ts'
import type { Execution } from '../../src/tools/tool.ts'

const model = 'openai/gpt-4.1-mini'

const page = `charter: 1
agent: { name: traced, owner: owner@acme.example, purpose: Be followed., stage: auto }
models: { default: ${model} }
tools:
  look: { allowed: true }
  search: { allowed: true }
  send: { allowed: true }
  pay: { allowed: true, approval: [{ from: finance, count: 1, expires_in: 4h }] }
`

export type Task = { readonly task: string; readonly asks: boolean }

export function tracedAgent(folder: string, desk: string): Agent {
  const charter = path.join(folder, 'traced.charter.yaml')
  writeFileSync(charter, page)
  const turns = [lookFirst, writeOnce, writeAgain, () => ({ say: 'Done.' })]
  return defineAgent({
    charter,
    tools: tools(desk),
    models: { [model]: scriptedModel({ id: model, conversations: { task: turns } }) },
  })
}

const taskOf = ({ opening }: ScriptedRequest): Task => JSON.parse(opening)

function lookFirst(request: ScriptedRequest): WrittenTurn {
  const { task } = taskOf(request)
  return { calls: ['look', 'search'].map((tool) => ({ tool, input: { thing: task } })) }
}

const writeOnce = (request: ScriptedRequest): WrittenTurn => ({
  calls: [{ tool: 'send', input: { thing: `${taskOf(request).task}/1` } }],
})

function writeAgain(request: ScriptedRequest): WrittenTurn {
  const { task, asks } = taskOf(request)
  return { calls: [{ tool: asks ? 'pay' : 'send', input: { thing: `${task}/2` } }] }
}

function tools(desk: string) {
  const input = z.strictObject({ thing: z.string() })
  type Input = z.infer<typeof input>
  const ask = async (
    tool: string,
    { thing }: Input,
    { key, attempt, traceparent = '', signal }: Execution,
    isWrite: boolean,
  ) => {
    const headers = { traceparent, ...(isWrite && { 'idempotency-key': key, 'x-attempt': String(attempt) }) }
    const answered = await fetch(`${desk}/${tool}/${encodeURIComponent(thing)}`, { headers, signal })
    if (!answered.ok) throw new Error(`the desk answered ${answered.status}`)
    return (await answered.json()) as { id: string; documents: { id: string; title: string }[] }
  }
  const found = z.object({ id: z.string() })
  const subjects = ({ thing }: Input) => ({ thing })
  const read = { kind: 'read' as const, inputSchema: input, subjects }
  const write = {
    kind: 'write' as const,
    inputSchema: input,
    outputSchema: found,
    subjects,
    idempotency: { honoured: '24h' as const },
    retry: { attempts: 6, backoff: '1ms' as const, max: '5ms' as const },
    breaker: { failures: 100_000, coolDown: '1s' as const },
  }
  return [
    defineTool({
      ...read,
      name: 'look',
      description: 'Looks.',
      outputSchema: found,
      execute: (given, execution) => ask('look', given, execution, false),
    }),
    defineTool({
      ...read,
      name: 'search',
      description: 'Finds documents.',
      outputSchema: z.object({ documents: z.array(z.object({ id: z.string(), title: z.string() })) }),
      documents: ({ documents }) => documents,
      execute: (given, execution) => ask('search', given, execution, false),
    }),
    ...['send', 'pay'].map((name) =>
      defineTool({
        ...write,
        name,
        description: `Does \`${name}\`.`,
        execute: (given, execution) => ask(name, given, execution, true),
      }),
    ),
  ]
}
