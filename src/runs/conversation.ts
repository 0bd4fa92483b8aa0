/** The request of a model call, made again from the ledger at every turn: what was said is in payloads. */
import type { Page } from '../charter/page.ts'
import type { Json, JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { assistantMessage, type ModelMessage, type ModelRequest } from '../models/model-request.ts'
import { modelSchema } from '../tools/model-schema.ts'
import type { Tool } from '../tools/tool.ts'
import { spokenIn } from './payload-content.ts'
import type { Payloads } from './payloads.ts'
import type { Run, Said } from './run.ts'

const emptyAnswerNote = 'Your answer held no text and no tool call. Answer, or call one of the tools.'

export async function buildRequest(
  run: Run,
  page: Page,
  tools: ReadonlyMap<string, Tool>,
  payloads: Payloads,
): Promise<ModelRequest> {
  const input = run.started ? await payloads.open(run.started.input) : null
  const said = await payloads.openAll(run.said.map(refOf))
  return {
    ...(page.prompt && { system: fillPrompt(page.prompt.text, input) }),
    messages: [{ role: 'user', text: textOf(input) }, ...toMessages(run.said, said)],
    tools: shownTools(page, tools),
    temperature: 0,
  }
}

const refOf = (said: Said): PayloadRef =>
  said.by === 'model' ? said.answer : said.by === 'tool' ? said.result : said.message

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** `{{ticket}}` stands for that property of the run's input. */
function fillPrompt(text: string, input: Json): string {
  const values = input !== null && typeof input === 'object' && !Array.isArray(input) ? (input as JsonObject) : {}
  return text.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : textOf(value)
  })
}

/** Results of one answer's calls go back together, as providers want them. */
function toMessages(said: readonly Said[], contents: readonly Json[]): ModelMessage[] {
  const messages: ModelMessage[] = []
  said.forEach((entry, index) => {
    const content = contents[index] ?? null
    const last = messages.at(-1)
    if (entry.by === 'person') messages.push({ role: 'user', text: textOf(content) })
    else if (entry.by === 'model') messages.push(...answerMessages(content))
    else {
      const result = { id: entry.call, tool: entry.tool, output: content, isError: entry.isError }
      if (last?.role === 'tool') messages[messages.length - 1] = { role: 'tool', results: [...last.results, result] }
      else messages.push({ role: 'tool', results: [result] })
    }
  })
  return messages
}

function answerMessages(content: Json): ModelMessage[] {
  const message = assistantMessage(spokenIn(content))
  const empty = message.role === 'assistant' && !message.text && message.toolCalls.length === 0
  return empty ? [message, { role: 'user', text: emptyAnswerNote }] : [message]
}

/** A citation stands in the intent, so a page that requires the one requires the other. */
const wantsIntent = (page: Page, { name }: Tool): boolean =>
  page.tools[name]?.requireIntent === true || page.tools[name]?.requireCitation === true

/** Only tools that the page allows are shown: what a model does not know it cannot ask for. */
export function shownTools(page: Page, tools: ReadonlyMap<string, Tool>) {
  return [...tools.values()]
    .filter((tool) => page.tools[tool.name]?.allowed && page.tools[tool.name]?.notEnforced.length === 0)
    .map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: modelSchema(tool, { requireIntent: wantsIntent(page, tool) }),
    }))
}
