/** A model that says what the bench tells it to, when the bench tells it: between two answers its run stands still. */
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import type { JsonObject } from '../../src/json.ts'

export interface Call {
  readonly tool: string
  readonly input: JsonObject
}

export interface HeldModel extends LanguageModelV4 {
  /** Once the run of that name asks; nothing is told to it yet. */
  asked(name: string): Promise<void>
  /** Answers the run of that name, now or as soon as it asks: with calls, or with its last word where there are none. */
  answer(name: string, calls: readonly Call[]): void
}

interface Line {
  readonly answer: PromiseWithResolvers<readonly Call[]>
  readonly question: PromiseWithResolvers<void>
}

export const modelId = 'scripted/held'

export function heldModel(): HeldModel {
  const lines = new Map<string, Line>()
  const lineOf = (name: string): Line => {
    const line = lines.get(name) ?? { answer: Promise.withResolvers(), question: Promise.withResolvers() }
    lines.set(name, line)
    return line
  }
  const [provider = '', model = ''] = modelId.split('/')
  return {
    specificationVersion: 'v4',
    provider,
    modelId: model,
    supportedUrls: {},
    async doGenerate(options) {
      const line = lineOf(nameIn(options))
      line.question.resolve()
      return said(await unlessAborted(line.answer.promise, options.abortSignal), options.prompt.length)
    },
    doStream: () => Promise.reject(new Error('the held model does not stream')),
    asked: (name) => lineOf(name).question.promise,
    answer(name, calls) {
      const line = lineOf(name)
      lines.delete(name)
      line.answer.resolve(calls)
    },
  }
}

/** The input of the run, which names it. */
function nameIn({ prompt }: LanguageModelV4CallOptions): string {
  const opening = prompt.find(({ role }) => role === 'user')
  const [part] = opening?.role === 'user' ? opening.content : []
  return part?.type === 'text' ? JSON.parse(part.text).name : ''
}

function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([answer, aborted])
}

function said(calls: readonly Call[], place: number): LanguageModelV4GenerateResult {
  const toolCalls = calls.map(({ tool, input }, index) => ({
    type: 'tool-call' as const,
    toolCallId: `call_${place}_${index}`,
    toolName: tool,
    input: JSON.stringify(input),
  }))
  return {
    content: calls.length > 0 ? toolCalls : [{ type: 'text', text: 'done' }],
    finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 100, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 10, text: undefined, reasoning: undefined },
    },
    response: { modelId: model },
    warnings: [],
  }
}

const model = modelId.split('/')[1] ?? ''
