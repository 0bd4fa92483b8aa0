/** A model that thinks no time at all: five calls of one tool, one a turn, each with arguments that no other run has. */
import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4Content } from '@ai-sdk/provider'

export const works = ['reads', 'writes'] as const
export type Work = (typeof works)[number]

/** What a run is started with; `run` is a number of its own. */
export type Task = {
  readonly work: Work
  readonly run: string
}

export const actionsOfRun = 5
export const modelId = 'scripted/clerk'

const usage = {
  inputTokens: { total: 100, noCache: undefined, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: undefined, reasoning: 0 },
}

export function plannedModel(): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'clerk',
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const turn = prompt.filter(({ role }) => role === 'assistant').length + 1
      const isLast = turn > actionsOfRun
      return {
        content: isLast ? [{ type: 'text', text: 'done' }] : [callOf(taskIn(prompt), turn)],
        finishReason: { unified: isLast ? 'stop' : 'tool-calls', raw: undefined },
        usage,
        warnings: [],
      }
    },
    doStream() {
      throw new Error('nobody streams here')
    },
  }
}

function taskIn(prompt: LanguageModelV4CallOptions['prompt']): Task {
  const opening = prompt.find(({ role }) => role === 'user')
  const [part] = opening?.role === 'user' ? opening.content : []
  return JSON.parse(part?.type === 'text' ? part.text : '{}')
}

function callOf({ work, run }: Task, turn: number): LanguageModelV4Content {
  const place = { account: `acc-${run}-${turn}`, region: turn % 2 === 0 ? 'north' : 'south' }
  const [toolName, input] =
    work === 'reads' ? ['read_account', place] : ['post_entry', { ...place, amount: `${turn}.50` }]
  return { type: 'tool-call', toolCallId: `call_${turn}`, toolName, input: JSON.stringify(input) }
}
