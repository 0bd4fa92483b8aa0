/** Spans of a real run under the names that other tools know. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refundHouse } from '../../test/refund-house.ts'
import { asked, unknownReply } from '../../test/troubled-runs.ts'
import { spansOfRun } from '../traces/run-spans.ts'
import { hasEnded } from '../traces/span.ts'
import { otelSpan } from './otel-span.ts'
import { providerAndModel } from './semantic-conventions.ts'

test('runs, model calls, tool calls and retrievals bear the names of the conventions', async () => {
  await using house = await refundHouse()
  const { run } = await asked(house)
  const spans = spansOfRun(run, await house.events(run), house.runtime.house.sealer).filter(hasEnded)
  const at = (place: string) => {
    const span = spans.find((one) => one.place === place)
    return span ? otelSpan(span, run) : assert.fail(place)
  }
  assert.partialDeepStrictEqual(at('run').attributes, {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'refunds',
    'gen_ai.conversation.id': 'chat_1',
  })
  const [answered] = await house.bodies(run, 'turn.answered')
  assert.partialDeepStrictEqual(at('turn/1/model/1'), {
    name: 'chat refunds',
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'scripted',
      'gen_ai.request.model': 'refunds',
      'gen_ai.usage.input_tokens': answered?.usage.prompt_tokens,
      'gen_ai.usage.output_tokens': answered?.usage.completion_tokens,
      'gen_ai.response.finish_reasons': [answered?.finish],
    },
  })
  assert.partialDeepStrictEqual(at('action/1.2/call').attributes, {
    'gen_ai.operation.name': 'retrieval',
    'gen_ai.tool.name': 'search_policy',
  })
  const [, , refund] = await house.bodies(run, 'action.proposed')
  assert.partialDeepStrictEqual(at('action/2.1/attempt/1').attributes, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'request_refund',
    'gen_ai.tool.call.id': refund?.call,
  })
})

test('what is not known to have gone well is an error, by the code that says why', async () => {
  await using house = await refundHouse()
  const run = await unknownReply(house)
  const spans = spansOfRun(run, await house.events(run), house.runtime.house.sealer).filter(hasEnded)
  const failed = spans.map((span) => otelSpan(span, run)).filter(({ error }) => error !== undefined)
  assert.ok(failed.length > 0)
  for (const { error, attributes } of failed) assert.equal(attributes['error.type'], error)
  assert.ok(failed.some(({ name, error }) => name === 'effect send_reply' && error === 'effect_unknown'))
})

test('a provider is named as the conventions name it', () => {
  assert.deepEqual(providerAndModel('openai/gpt-4.1'), { provider: 'openai', model: 'gpt-4.1' })
  assert.deepEqual(providerAndModel('google/gemini-3/pro'), { provider: 'gcp.gemini', model: 'gemini-3/pro' })
  assert.deepEqual(providerAndModel('local'), { provider: 'unknown', model: 'local' })
})
