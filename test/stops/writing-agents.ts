/**
 * Two agents that do nothing but write, one write after the other, until they are told to rest: `alpha` and `beta`, each
 * with a tool of medium and one of high risk. What a stop refuses they propose again, in other words.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as think } from 'node:timers/promises'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { z } from 'zod'
import { connectDesk } from '../../examples/refunds/desk/client.ts'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import type { WrittenTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import type { ScriptedRequest } from '../../src/models/scripted-request.ts'
import { defineTool } from '../../src/tools/define-tool.ts'
import type { PlaceNames } from '../approvals/place.ts'

export const agentNames = ['alpha', 'beta'] as const
export type AgentName = (typeof agentNames)[number]

export const risks = { add_note: 'medium', send_reply: 'high' } as const
export type ToolName = keyof typeof risks

/** What a run is started with. */
export type WritingTask = {
  readonly ticket: string
  readonly tool: ToolName
  /** Of all tasks that are told to rest together. */
  readonly round: number
}

const times = { deadline: '1s', settlesWithin: '200ms' } as const
/** Until an attempt can do nothing any more, milliseconds. */
export const settledAfterMs = 1_200

const model = 'openai/gpt-4.1-mini'
const longest = 2_000
/** As long as this at most: each run has a pace of its own. */
const thinksMs = 80

export function writePages({ folder }: PlaceNames): void {
  for (const agent of agentNames) writeFileSync(pageFile(folder, agent), pageOf(agent))
}

const pageFile = (folder: string, agent: AgentName): string => path.join(folder, `${agent}.charter.yaml`)

const pageOf = (agent: AgentName): string => `charter: 1
agent:
  name: ${agent}
  owner: support@acme.example
  purpose: Keep tickets up to date.
  stage: auto
  per_step: { retries: ${longest} }
models: { default: ${model} }
approvals:
  medium: [{ from: support, count: 1, expires_in: 4h }]
  high: [{ from: support, count: 1, expires_in: 4h }]
tools:
  add_note: { allowed: true }
  send_reply: { allowed: true }
`

/** `restedUpTo` says up to which round tasks rest. */
export function writingAgents({ folder, deskUrl }: PlaceNames, restedUpTo: () => number = () => 0): readonly Agent[] {
  const played = thinking(
    scriptedModel({
      id: model,
      conversations: { writing: Array(longest).fill((asked: ScriptedRequest) => write(asked, restedUpTo())) },
    }),
  )
  const tools = writingTools(deskUrl)
  return agentNames.map((agent) =>
    defineAgent({ charter: pageFile(folder, agent), tools, models: { [model]: played } }),
  )
}

function write({ opening, turn }: ScriptedRequest, restedUpTo: number): WrittenTurn {
  const { ticket, tool, round }: WritingTask = JSON.parse(opening)
  if (round <= restedUpTo) return { say: 'enough' }
  return { calls: [{ tool, input: { ticket, body: `word ${turn} on ${ticket}` } }] }
}

const thinking = (model: LanguageModelV4): LanguageModelV4 => ({
  ...model,
  doGenerate: async (options) => {
    await think(Math.random() * thinksMs)
    return model.doGenerate(options)
  },
})

function writingTools(deskUrl: string) {
  const desk = connectDesk(deskUrl)
  const common = {
    kind: 'write' as const,
    inputSchema: z.strictObject({ ticket: z.string(), body: z.string() }),
    outputSchema: z.object({ id: z.string() }),
    subjects: ({ ticket }: { ticket: string }) => ({ ticket }),
    idempotency: { honoured: '24h' as const },
    ...times,
    // On a busy machine writes time out, and that is not the story here.
    breaker: { failures: longest, coolDown: '1s' as const },
  }
  const found = (written: { id: string } | null) =>
    written ? { answer: 'committed' as const, output: written } : { answer: 'absent' as const }
  return [
    defineTool({
      ...common,
      name: 'add_note',
      description: 'Adds a note to a ticket.',
      risk: risks.add_note,
      execute: ({ ticket, body }, { key, signal }) => desk.addNote(ticket, body, { key, signal }),
      verify: async ({ key, signal }) => found(await desk.findNote(key, { signal })),
      undo: async ({ output, signal }) => void (await desk.removeNote(output.id, { signal })),
    }),
    defineTool({
      ...common,
      name: 'send_reply',
      description: 'Writes to the customer.',
      risk: risks.send_reply,
      execute: ({ ticket, body }, { key, signal }) => desk.sendReply(ticket, body, { key, signal }),
      verify: async ({ key, signal }) => found(await desk.findReply(key, { signal })),
    }),
  ]
}
