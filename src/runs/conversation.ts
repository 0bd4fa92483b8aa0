/** What was said between a model and a run, as a request holds it: made from the ledger, where its parts are payloads. */
import type { Page } from '../charter/page.ts'
import type { Json, JsonObject } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { promptTokensOf } from '../models/estimate-tokens.ts'
import {
  assistantMessage,
  type ModelMessage,
  type ModelRequest,
  type ModelToolResult,
} from '../models/model-request.ts'
import { spokenIn } from './payload-content.ts'
import type { Payloads } from './payloads.ts'
import type { Run, Said } from './run.ts'
import type { ShownTools } from './shown-tools.ts'

const emptyAnswerNote = 'Your answer held no text and no tool call. Answer, or call one of the tools.'

/** A request, and about how many tokens of prompt it is. */
export interface Asking {
  readonly request: ModelRequest
  readonly promptTokens: number
}

/** Added to as the run goes on: what was said in a hundred turns is neither made nor measured anew for the next. */
export class Conversation {
  #system: string | undefined
  /** How much of the run's `said` stands in the messages. */
  #told = 0
  readonly #messages: ModelMessage[] = []
  /** Of the JSON of the messages, characters. */
  #length = 0

  async ask({ started, said }: Run, page: Page, shown: ShownTools, payloads: Payloads): Promise<Asking> {
    if (this.#messages.length === 0) this.#open(page, started ? await payloads.open(started.input) : null)
    const fresh = said.slice(this.#told)
    const contents = await payloads.openAll(fresh.map(refOf))
    for (const [index, entry] of fresh.entries()) this.#add(entry, contents[index] ?? null)
    this.#told = said.length
    return { request: this.#request(shown), promptTokens: this.#promptTokens(shown) }
  }

  #open({ prompt }: Page, input: Json): void {
    this.#system = prompt && fillPrompt(prompt.text, input)
    this.#push({ role: 'user', text: textOf(input) })
  }

  #add(entry: Said, content: Json): void {
    if (entry.by === 'person') this.#push({ role: 'user', text: textOf(content) })
    else if (entry.by === 'model') for (const message of answerMessages(content)) this.#push(message)
    else this.#addResult({ id: entry.call, tool: entry.tool, output: content, isError: entry.isError })
  }

  /** Results of one answer's calls go back together, as providers want them. */
  #addResult(result: ModelToolResult): void {
    const last = this.#messages.at(-1)
    if (last?.role === 'tool') {
      // A request that was sent keeps the message as it was.
      this.#messages[this.#messages.length - 1] = { role: 'tool', results: [...last.results, result] }
      this.#length += lengthOf(result) + ','.length
    } else this.#push({ role: 'tool', results: [result] })
  }

  #push(message: ModelMessage): void {
    this.#messages.push(message)
    this.#length += lengthOf(message)
  }

  #request({ tools }: ShownTools): ModelRequest {
    const system = this.#system === undefined ? {} : { system: this.#system }
    return { ...system, messages: [...this.#messages], tools, temperature: 0 }
  }

  #promptTokens({ length }: ShownTools): number {
    const commas = this.#messages.length - 1
    return promptTokensOf(lengthOf(this.#system ?? ''), this.#length + commas, length)
  }
}

/** Of what was said. */
export const refOf = (said: Said): PayloadRef =>
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

function answerMessages(content: Json): ModelMessage[] {
  const message = assistantMessage(spokenIn(content))
  const empty = message.role === 'assistant' && !message.text && message.toolCalls.length === 0
  return empty ? [message, { role: 'user', text: emptyAnswerNote }] : [message]
}

const lengthOf = (value: ModelMessage | ModelToolResult | string): number => JSON.stringify(value).length
