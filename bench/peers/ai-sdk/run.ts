/** The AI SDK's own loop of five tool calls, with a model in this process and nothing persisted: the machine's measure. */
import { generateText, isStepCount, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { z } from 'zod'
import { measurePeer, readOrders } from '../measure.ts'

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: 20, reasoning: 0 },
}

const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const turn = prompt.filter(({ role }) => role === 'assistant').length + 1
    const isLast = turn > 5
    return {
      content: isLast
        ? [{ type: 'text', text: 'done' }]
        : [{ type: 'tool-call', toolCallId: `call_${turn}`, toolName: 'add', input: `{"n":${turn}}` }],
      finishReason: { unified: isLast ? 'stop' : 'tool-calls', raw: undefined },
      usage,
      warnings: [],
    }
  },
})

let added = 0
const tools = {
  add: tool({
    description: 'Adds.',
    inputSchema: z.object({ n: z.number() }),
    execute: async ({ n }) => {
      added += n
      return { added }
    },
  }),
}

await measurePeer(readOrders().loads, async () => {
  const { text, steps } = await generateText({ model, tools, prompt: 'Add five times.', stopWhen: isStepCount(6) })
  if (text !== 'done' || steps.length !== 6) throw new Error(`the loop ended after ${steps.length} steps with ${text}`)
})
process.exit()
