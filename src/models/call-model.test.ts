/** The whole way: our request, the AI SDK's OpenAI-compatible provider, real HTTP, and back. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModelV4, LanguageModelV4GenerateResult } from '@ai-sdk/provider'
import { systemClock } from '../clock.ts'
import { isCharterError } from '../errors.ts'
import { callModel } from './call-model.ts'
import { modelFailureOf } from './model-failure.ts'
import { assistantMessage, type ModelRequest } from './model-request.ts'

type Body = { model: string; messages: unknown[]; tools?: unknown[]; [key: string]: unknown }
type Reply = (response: ServerResponse, body: Body, request: IncomingMessage) => void

/** A server that speaks /chat/completions, and the model that calls it. */
async function givenEndpoint(t: TestContext, reply: Reply): Promise<{ model: LanguageModelV4; bodies: Body[] }> {
  const bodies: Body[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body: Body = JSON.parse(Buffer.concat(chunks).toString())
    bodies.push(body)
    reply(response, body, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  const provider = createOpenAICompatible({
    name: 'local',
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    apiKey: 'k',
  })
  return { model: provider.languageModel('demo-1'), bodies }
}

const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

const completion = (message: object, more: object = {}) => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'demo-1-2026-01-31',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null, ...message } }],
  usage: { prompt_tokens: 100, completion_tokens: 40, total_tokens: 140 },
  ...more,
})

const toolCall = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})

const request: ModelRequest = {
  system: 'You resolve refunds.',
  messages: [{ role: 'user', text: 'Refund in_93K2' }],
  tools: [
    {
      name: 'get_invoice',
      description: 'Reads an invoice.',
      inputSchema: { type: 'object', properties: { invoice: { type: 'string' } }, required: ['invoice'] },
    },
  ],
  maxOutputTokens: 300,
  temperature: 0,
  seed: 7,
  headers: { 'x-run': 'run_1' },
}

const call = (model: LanguageModelV4, more: Partial<Parameters<typeof callModel>[2]> = {}) =>
  callModel(model, request, { clock: systemClock, ...more })

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => assert.fail('it answered'),
    (thrown: unknown) => thrown,
  )
  assert.ok(isCharterError(error), String(error))
  assert.equal(error.code, 'model_failed')
  return { error, failure: modelFailureOf(error) }
}

test('the system prompt, messages, tools and settings reach the endpoint', async (t) => {
  const seen: (string | string[] | undefined)[] = []
  const { model, bodies } = await givenEndpoint(t, (response, _, incoming) => {
    seen.push(incoming.headers['x-run'], incoming.headers.authorization)
    send(response, 200, completion({ content: 'Done.' }))
  })
  await call(model)
  const [body] = bodies
  assert.deepEqual(body?.messages, [
    { role: 'system', content: 'You resolve refunds.' },
    { role: 'user', content: 'Refund in_93K2' },
  ])
  assert.deepEqual(body?.tools, [
    {
      type: 'function',
      function: {
        name: 'get_invoice',
        description: 'Reads an invoice.',
        parameters: request.tools[0]?.inputSchema,
      },
    },
  ])
  assert.deepEqual([body?.model, body?.max_tokens, body?.temperature, body?.seed], ['demo-1', 300, 0, 7])
  assert.deepEqual(seen, ['run_1', 'Bearer k'])
})

test('an answer carries text, calls, who answered and how long it took, all of it JSON', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(
      response,
      200,
      completion({ content: 'Looking.', tool_calls: [toolCall('a', 'get_invoice', '{"invoice":"in_93K2"}')] }),
    ),
  )
  const times = [1000, 1234.4]
  const answer = await call(model, { clock: { ...systemClock, monotonic: () => times.shift() ?? 0 } })
  assert.deepEqual(answer.toolCalls, [{ id: 'a', tool: 'get_invoice', argumentsText: '{"invoice":"in_93K2"}' }])
  assert.equal(answer.text, 'Looking.')
  assert.equal(answer.finish, 'stop')
  assert.equal(answer.answeredModel, 'demo-1-2026-01-31')
  assert.equal(answer.latencyMs, 234)
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer)
})

test('P2 arguments are kept as the source text that the model gave, to the last zero and space', async (t) => {
  const source = '{ "amount": 10.00, "fine": 0.755, "big": 12345678901234567890 }'
  const { model } = await givenEndpoint(t, (response) =>
    send(response, 200, completion({ tool_calls: [toolCall('a', 'request_refund', source)] })),
  )
  assert.equal((await call(model)).toolCalls[0]?.argumentsText, source)
})

test('arguments that are no JSON come through as they are, and go back as an empty object with the error beside it', async (t) => {
  const { model, bodies } = await givenEndpoint(t, (response) =>
    send(response, 200, completion({ tool_calls: [toolCall('a', 'get_invoice', '{"invoice": ')] })),
  )
  const answer = await call(model)
  assert.equal(answer.toolCalls[0]?.argumentsText, '{"invoice": ')
  const error = { id: 'a', tool: 'get_invoice', output: { code: 'arguments_invalid' }, isError: true }
  const messages = [...request.messages, assistantMessage(answer), { role: 'tool' as const, results: [error] }]
  await callModel(model, { ...request, messages }, { clock: systemClock })
  assert.deepEqual(bodies[1]?.messages.slice(2), [
    { role: 'assistant', content: null, tool_calls: [toolCall('a', 'get_invoice', '{}')] },
    { role: 'tool', tool_call_id: 'a', content: '{"code":"arguments_invalid"}' },
  ])
})

test('two calls with one id get two, so that each result finds its call', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(
      response,
      200,
      completion({ tool_calls: [toolCall('a', 'x', '{}'), toolCall('a', 'y', '{}'), toolCall('a', 'z', '{}')] }),
    ),
  )
  assert.deepEqual(
    (await call(model)).toolCalls.map(({ id }) => id),
    ['a', 'a-2', 'a-3'],
  )
})

test('cached tokens are part of the prompt and reasoning is part of the completion', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(response, 200, {
      ...completion({ content: 'Yes.', reasoning_content: 'Hm.' }),
      usage: {
        prompt_tokens: 100,
        completion_tokens: 40,
        prompt_tokens_details: { cached_tokens: 64 },
        completion_tokens_details: { reasoning_tokens: 30 },
      },
    }),
  )
  const answer = await call(model)
  assert.deepEqual(answer.usage, {
    promptTokens: 100,
    cachedPromptTokens: 64,
    completionTokens: 40,
    reasoningTokens: 30,
  })
  assert.deepEqual(answer.reasoning, [{ text: 'Hm.' }])
})

test('an endpoint that does not say what was used gives an estimate that says so', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(response, 200, { ...completion({ content: 'Yes.' }), usage: null }),
  )
  const { usage } = await call(model)
  assert.equal(usage.estimated, true)
  assert.ok(usage.promptTokens > 50 && usage.completionTokens > 0, JSON.stringify(usage))
})

test('429 is retryable, after the time that the endpoint asks for', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '7' }),
  )
  const { error, failure } = await failureOf(call(model))
  assert.deepEqual(failure, { retryable: true, retryAfterMs: 7000, status: 429 })
  assert.match(error.message, /`local\.chat\/demo-1` could not be called: slow down/)
  assert.ok(error.cause instanceof Error)
})

test('a wrong key is not retryable', async (t) => {
  const { model } = await givenEndpoint(t, (response) => send(response, 401, { error: { message: 'who are you' } }))
  assert.deepEqual((await failureOf(call(model))).failure, { retryable: false, status: 401 })
})

test('an answer that is no JSON is a failed call', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('<html>gateway'),
  )
  const { failure } = await failureOf(call(model))
  assert.equal(failure?.status, 200)
})

test('an endpoint that nobody listens on is retryable', async () => {
  const provider = createOpenAICompatible({ name: 'local', baseURL: 'http://127.0.0.1:9/v1' })
  assert.equal((await failureOf(call(provider.languageModel('demo-1')))).failure?.retryable, true)
})

test('a connection cut in the middle of the answer is retryable', async (t) => {
  const { model } = await givenEndpoint(t, (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"id":')
    setTimeout(() => response.destroy(), 20)
  })
  assert.equal((await failureOf(call(model))).failure?.retryable, true)
})

test('a hanging call ends with the reason of the signal that aborted it', async (t) => {
  const reason = new Error('the stop was pressed')
  const controller = new AbortController()
  const { model } = await givenEndpoint(t, () => controller.abort(reason))
  await assert.rejects(call(model, { signal: controller.signal }), (thrown) => thrown === reason)
})

test('a deadline stays recognisable as one', async (t) => {
  const { model } = await givenEndpoint(t, () => {})
  await assert.rejects(call(model, { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' })
})

test('nothing is sent once the signal has aborted', async (t) => {
  const { model, bodies } = await givenEndpoint(t, () => {})
  await assert.rejects(call(model, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  assert.equal(bodies.length, 0)
})

test('an answer above the limit is refused, and what was used is told', async (t) => {
  const { model } = await givenEndpoint(t, (response) =>
    send(response, 200, completion({ content: 'x'.repeat(1_000_000) })),
  )
  const { error, failure } = await failureOf(call(model))
  assert.match(error.message, /^answer too large/)
  assert.deepEqual(failure, { retryable: true })
  assert.deepEqual(error.details.usage, {
    promptTokens: 100,
    cachedPromptTokens: 0,
    completionTokens: 40,
    reasoningTokens: 0,
  })
})

test('an answer at the limit passes and one byte more does not', async (t) => {
  const { model } = await givenEndpoint(t, (response) => send(response, 200, completion({ content: 'ü'.repeat(100) })))
  const clock = { ...systemClock, monotonic: () => 0 }
  const bytes = Buffer.byteLength(JSON.stringify(await call(model, { clock })))
  await call(model, { clock, maxAnswerBytes: bytes })
  await failureOf(call(model, { clock, maxAnswerBytes: bytes - 1 }))
})

/** A provider somebody wrote by hand. */
const handwritten = (doGenerate: LanguageModelV4['doGenerate']): LanguageModelV4 => ({
  specificationVersion: 'v4',
  provider: 'own',
  modelId: 'm',
  supportedUrls: {},
  doGenerate,
  doStream: () => assert.fail('nothing is streamed'),
})

const answering = (content: LanguageModelV4GenerateResult['content']) =>
  handwritten(async () => ({
    content,
    finishReason: { unified: 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
      outputTokens: { total: 1, text: undefined, reasoning: undefined },
    },
    warnings: [],
  }))

test('a provider that does not listen to the signal is left behind when it aborts', async () => {
  const model = handwritten(() => new Promise(() => {}))
  await assert.rejects(call(model, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' })
})

test('a tool that the provider ran by itself is refused, since nobody judged it', async () => {
  const input = '{"q":"x"}'
  const executed = {
    type: 'tool-call',
    toolCallId: 'a',
    toolName: 'web_search',
    input,
    providerExecuted: true,
  } as const
  const { error, failure } = await failureOf(call(answering([executed])))
  assert.match(error.message, /runs `web_search` by itself/)
  assert.deepEqual(failure, { retryable: false })
})

test('what Charter does not carry is named, and broken surrogates are made whole', async () => {
  const file = { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } } as const
  const answer = await call(answering([{ type: 'text', text: 'a\ud800' }, file]))
  assert.deepEqual([answer.text, answer.leftOut, answer.answeredModel], ['a\ufffd', ['file'], undefined])
})

test('a signature that a provider attaches to a call or to its reasoning goes back to it', async () => {
  const providerMetadata = { google: { thoughtSignature: 's1' } }
  const prompts: unknown[] = []
  const content = [
    { type: 'reasoning', text: 'Hm.', providerMetadata },
    { type: 'tool-call', toolCallId: 'a', toolName: 'x', input: '{}', providerMetadata },
  ] as const
  const model = handwritten(async (options) => {
    prompts.push(options.prompt.at(-1))
    return answering([...content]).doGenerate(options)
  })
  const answer = await call(model)
  await callModel(
    model,
    { ...request, messages: [...request.messages, assistantMessage(answer)] },
    { clock: systemClock },
  )
  const providerOptions = providerMetadata
  assert.deepEqual(prompts[1], {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Hm.', providerOptions },
      { type: 'tool-call', toolCallId: 'a', toolName: 'x', input: {}, providerOptions },
    ],
  })
})

test('a provider that answers nonsense is a failed call and not a crash', async () => {
  const model = handwritten(async () => JSON.parse('{}'))
  assert.deepEqual((await failureOf(call(model))).failure, { retryable: false })
})
