/** What a scripted turn sees of the prompt it answers. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider'
import type { Json } from '../json.ts'
import type { ModelToolResult } from './model-request.ts'

export interface ScriptedRequest {
  /** The first user message. */
  opening: string
  system: string | undefined
  /** Which turn is asked for, from 1: one more than the assistant messages that the prompt holds. */
  turn: number
  /** The names of the tools offered. */
  tools: readonly string[]
  /** Every tool result so far, oldest first. */
  toolResults: readonly ModelToolResult[]
  lastToolResult: ModelToolResult | undefined
  /** The latest output of that tool, undefined when it has not answered. */
  outputOf(tool: string): Json | undefined
}

export function readScriptedRequest({ prompt, tools }: LanguageModelV4CallOptions): ScriptedRequest {
  const toolResults = prompt.flatMap(resultsOf)
  return {
    opening: textOf(prompt.find(({ role }) => role === 'user')),
    system: prompt.flatMap((message) => (message.role === 'system' ? [message.content] : [])).join('\n') || undefined,
    turn: prompt.filter(({ role }) => role === 'assistant').length + 1,
    tools: (tools ?? []).map(({ name }) => name),
    toolResults,
    lastToolResult: toolResults.at(-1),
    outputOf: (tool) => toolResults.findLast((result) => result.tool === tool)?.output,
  }
}

function textOf(message: LanguageModelV4Message | undefined): string {
  if (message?.role !== 'user') return ''
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

function resultsOf(message: LanguageModelV4Message): ModelToolResult[] {
  if (message.role !== 'tool') return []
  return message.content
    .filter((part) => part.type === 'tool-result')
    .map(({ toolCallId, toolName, output }) => ({
      id: toolCallId,
      tool: toolName,
      output: outputJson(output),
      isError: output.type.startsWith('error') || output.type === 'execution-denied',
    }))
}

function outputJson(output: LanguageModelV4ToolResultOutput): Json {
  if (output.type === 'execution-denied') return output.reason ?? null
  const plain: Json = JSON.parse(JSON.stringify(output.value))
  return plain
}
