/**
 * Two agents that do nothing but write. Between the commit of a dispatch and the socket their tools stand still for a
 * while of their own choosing, which is where a real tool has its pool, its name look-up or its garbage collector: what
 * the runtime let go is not yet at the vendor, and it cannot be seen there that it will come.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { z } from 'zod'
import { connectDesk, DeskRefused } from '../../examples/refunds/desk/client.ts'
import { type Agent, defineAgent } from '../../src/define-agent.ts'
import type { WrittenTurn } from '../../src/models/script.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import { readScriptedRequest, type ScriptedRequest } from '../../src/models/scripted-request.ts'
import { defineTool } from '../../src/tools/define-tool.ts'
import { type Execution, NotCommitted } from '../../src/tools/tool.ts'
import type { PlaceNames } from '../../test/approvals/place.ts'
import { openDiary } from './diary.ts'
import { agentNames, risks } from './tickets.ts'

/** What a run is started with. */
export type Task = { readonly ticket: string; readonly tool: keyof typeof risks }

const model = 'openai/gpt-4.1-mini'
/** Then another run takes its place: a conversation without end would measure its own length. */
const turnsOfRun = 30
const patience = 2_000
/** Milliseconds. */
const times = {
  pause: 500,
  leastLeft: 300,
  thinking: 10,
  thinkingAfterNo: 60,
  deadline: 1_500,
  settlesWithin: 500,
} as const

const pageOf = (agent: string): string => `charter: 1
agent:
  name: ${agent}
  owner: support@acme.example
  purpose: Keep tickets up to date.
  stage: auto
  per_step: { retries: ${patience} }
models: { default: ${model} }
approvals:
  medium: [{ from: support, count: 1, expires_in: 4h }]
  high: [{ from: support, count: 1, expires_in: 4h }]
tools:
  add_note: { allowed: true }
  send_reply: { allowed: true }
`

const pageFile = (folder: string, agent: string): string => path.join(folder, `${agent}.charter.yaml`)

export function writePages(folder: string): void {
  for (const agent of agentNames) writeFileSync(pageFile(folder, agent), pageOf(agent))
}

export function writingAgents({ folder, deskUrl }: PlaceNames): readonly Agent[] {
  const note = openDiary(folder)
  const turns = Array(patience).fill((asked: ScriptedRequest) => nextTurn(asked, note))
  const models = { [model]: thinking(scriptedModel({ id: model, conversations: { writing: turns } })) }
  const tools = writingTools(deskUrl, note)
  return agentNames.map((agent) => defineAgent({ charter: pageFile(folder, agent), tools, models }))
}

type Note = ReturnType<typeof openDiary>

/** The next word, or the end: after enough turns, or where an earlier write on the ticket was never cleared up. */
function nextTurn({ opening, turn, lastToolResult }: ScriptedRequest, note: Note): WrittenTurn {
  const { ticket, tool }: Task = JSON.parse(opening)
  if (turn > turnsOfRun || /effect_(unresolved|unknown)/.test(JSON.stringify(lastToolResult ?? '')))
    return { say: 'enough' }
  const body = `word ${turn} on ${ticket}`
  note({ at: Date.now(), proposed: body })
  return { calls: [{ tool, input: { ticket, body } }] }
}

/** Whoever was refused thinks a little longer before the same is asked in other words. */
const thinking = (model: LanguageModelV4): LanguageModelV4 => ({
  ...model,
  doGenerate: async (options) => {
    const wasRefused = readScriptedRequest(options).lastToolResult?.isError ?? false
    await wait(Math.random() * (wasRefused ? times.thinkingAfterNo : times.thinking))
    return model.doGenerate(options)
  },
})

function writingTools(deskUrl: string, note: Note) {
  const desk = connectDesk(deskUrl)
  const common = {
    kind: 'write' as const,
    inputSchema: z.strictObject({ ticket: z.string(), body: z.string() }),
    outputSchema: z.object({ id: z.string() }),
    subjects: ({ ticket }: { ticket: string }) => ({ ticket }),
    idempotency: { honoured: '24h' as const },
    retry: { attempts: 4, backoff: '20ms' as const, max: '80ms' as const },
    deadline: `${times.deadline}ms` as const,
    settlesWithin: `${times.settlesWithin}ms` as const,
    // The desk fails all the time here, and that is not the story.
    breaker: { failures: patience, coolDown: '1s' as const },
  }
  const found = (written: { id: string } | null) =>
    written ? { answer: 'committed' as const, output: written } : { answer: 'absent' as const }
  type Input = z.output<typeof common.inputSchema>
  const noted = (send: (input: Input, sending: Execution) => Promise<{ id: string }>) => {
    return async (input: Input, sending: Execution) => {
      const { key, attempt } = sending
      note({ at: Date.now(), begun: key, attempt, ticket: input.ticket })
      return send(input, sending)
        .catch(orNotCommitted)
        .finally(() => note({ at: Date.now(), ended: key, attempt }))
    }
  }

  /** Nobody opens a socket for an answer that there is no time for; gives what time there is. */
  const leave = ({ key, attempt, deadline }: Execution): number => {
    const left = deadline - Date.now()
    if (left < times.leastLeft) throw new NotCommitted('it had no time left', { retryable: true })
    note({ at: Date.now(), sent: key, attempt })
    return left
  }

  /** Looks at its signal, in its pause as well. */
  const careful = async ({ ticket, body }: Input, sending: Execution) => {
    const { key, signal } = sending
    await wait(Math.random() * times.pause, undefined, { signal })
    leave(sending)
    return desk.addNote(ticket, body, { key, signal })
  }
  /** Never looks at its signal: what was cut off is sent all the same, though not past its deadline. */
  const careless = async ({ ticket, body }: Input, sending: Execution) => {
    await wait(Math.random() * times.pause)
    const left = leave(sending)
    return desk.sendReply(ticket, body, { key: sending.key, signal: AbortSignal.timeout(left) })
  }

  return [
    defineTool({
      ...common,
      name: 'add_note',
      description: 'Adds a note to a ticket.',
      risk: risks.add_note,
      execute: noted(careful),
      verify: async ({ key, signal }) => found(await desk.findNote(key, { signal })),
      undo: async ({ output, signal }) => void (await desk.removeNote(output.id, { signal })),
    }),
    defineTool({
      ...common,
      name: 'send_reply',
      description: 'Writes to the customer.',
      risk: risks.send_reply,
      execute: noted(careless),
      verify: async ({ key, signal }) => found(await desk.findReply(key, { signal })),
    }),
  ]
}

/** What the desk refuses it certainly did not do. */
function orNotCommitted(error: unknown): never {
  if (error instanceof DeskRefused) throw new NotCommitted(error.message, { retryable: error.status === 429 })
  throw error
}
