import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../clock.ts'
import { isCharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import { callModel } from './call-model.ts'
import { modelFailureOf } from './model-failure.ts'
import { compareModelIdentity } from './model-identity.ts'
import { assistantMessage, type ModelAnswer, type ModelMessage } from './model-request.ts'
import type { Misbehaviour, ScriptedTurn } from './script.ts'
import { type ScriptedModel, scriptedModel } from './scripted-model.ts'

const opening: ModelMessage[] = [{ role: 'user', text: 'Refund in_93K2' }]

const ask = (model: ScriptedModel, messages: readonly ModelMessage[] = opening, signal?: AbortSignal) =>
  callModel(model, { messages, tools: [] }, { clock: systemClock, signal })

/** What an engine does: the answer goes back, and with it a result for every call. */
const goOn = (
  messages: readonly ModelMessage[],
  answer: ModelAnswer,
  output: Json = { paid: '100.00' },
  isError = false,
) => {
  const results = answer.toolCalls.map(({ id, tool }) => ({ id, tool, output, isError }))
  const told: ModelMessage[] = results.length > 0 ? [{ role: 'tool', results }] : []
  return [...messages, assistantMessage(answer), ...told]
}

const playing = (...turns: ScriptedTurn[]) => scriptedModel({ conversations: { refund: turns } })

const read: ScriptedTurn = { say: 'Looking.', calls: [{ tool: 'get_invoice', input: { invoice: 'in_93K2' } }] }

test('turns are played one after another, with ids that are distinct', async () => {
  const model = playing(
    read,
    { calls: [{ tool: 'a' }, { tool: 'b', inputText: '{"amount": 10.00}' }] },
    { say: 'Done.' },
  )
  const first = await ask(model)
  assert.deepEqual(first.toolCalls, [{ id: 'call_1_1', tool: 'get_invoice', argumentsText: '{"invoice":"in_93K2"}' }])
  assert.deepEqual([first.text, first.finish, first.answeredModel], ['Looking.', 'tool-calls', 'demo'])
  const second = await ask(model, goOn(opening, first))
  assert.deepEqual(second.toolCalls, [
    { id: 'call_2_1', tool: 'a', argumentsText: '{}' },
    { id: 'call_2_2', tool: 'b', argumentsText: '{"amount": 10.00}' },
  ])
  const third = await ask(model, goOn(goOn(opening, first), second))
  assert.deepEqual([third.text, third.finish, third.toolCalls], ['Done.', 'stop', []])
  model.assertPlayedToEnd()
})

test('a process that begins anew goes on at the turn that the prompt has come to', async () => {
  const turns = [read, { say: 'Done.' }]
  const messages = goOn(opening, await ask(playing(...turns)))
  const afterCrash = playing(...turns)
  assert.equal((await ask(afterCrash, messages)).text, 'Done.')
  afterCrash.assertPlayedToEnd()
})

test('asking twice for one turn gives the same answer twice', async () => {
  const model = playing(read, { say: 'Done.' })
  const clock = { ...systemClock, monotonic: () => 0 }
  const once = await callModel(model, { messages: opening, tools: [] }, { clock })
  assert.deepEqual(await callModel(model, { messages: opening, tools: [] }, { clock }), once)
})

test('a conversation that stopped early is named with its turn', async () => {
  const model = playing(read, { say: 'Done.' })
  const unfinished = (message: RegExp) => ({ code: 'script_unfinished', message })
  assert.throws(() => model.assertPlayedToEnd(), unfinished(/`refund` was played up to turn 0 of 2/))
  await ask(model)
  assert.throws(() => model.assertPlayedToEnd(), unfinished(/`refund` was played up to turn 1 of 2/))
})

test('every run of a conversation must come to its end, not only one', async () => {
  const model = playing(read, { say: 'Done.' })
  await ask(model, goOn(opening, await ask(model)))
  model.assertPlayedToEnd()
  await ask(model, [{ role: 'user', text: 'Refund in_2' }])
  assert.throws(() => model.assertPlayedToEnd(), { code: 'script_unfinished' })
})

test('asked for more than was written, the model says which turn is missing', async () => {
  const model = playing({ say: 'Done.' })
  const messages = goOn(opening, await ask(model))
  await assert.rejects(ask(model, messages), {
    code: 'script_diverged',
    message: 'conversation `refund` has no turn 2',
  })
})

test('several conversations are told apart by the first user message', async () => {
  const model = scriptedModel({
    id: 'scripted/two',
    conversations: { refund: [{ say: 'refund' }], greeting: [{ say: 'hello' }] },
    pick: (text) => (text.startsWith('Refund') ? 'refund' : 'greting'),
  })
  assert.equal((await ask(model)).text, 'refund')
  await assert.rejects(ask(model, [{ role: 'user', text: 'Hi' }]), { code: 'script_diverged', hint: /`greeting`/ })
  model.assertPlayedToEnd('refund')
  assert.throws(() => model.assertPlayedToEnd(), { code: 'script_unfinished', message: /`greeting`/ })
  const unpicked = scriptedModel({ conversations: { a: [{ say: 'a' }], b: [{ say: 'b' }] } })
  await assert.rejects(ask(unpicked), { code: 'script_diverged' })
})

test('a turn may be reckoned from what a tool answered', async () => {
  const model = playing(
    { calls: [{ tool: 'search', input: { q: 'refunds' } }] },
    ({ outputOf, lastToolResult, tools, turn }) => ({
      say: JSON.stringify([outputOf('search'), outputOf('other') ?? null, lastToolResult?.tool, tools, turn]),
    }),
  )
  const messages = goOn(opening, await ask(model), { documents: [{ id: 'doc_4' }] })
  assert.equal((await ask(model, messages)).text, '[{"documents":[{"id":"doc_4"}]},null,"search",[],2]')
})

const expecting = async (expect: ScriptedTurn & { expect?: unknown }, output: Json, isError = false) => {
  const model = playing(read, expect)
  return ask(model, goOn(opening, await ask(model), output, isError))
}

test('a turn that expects a tool result is played when it came', async () => {
  const lastToolResult = { tool: 'get_invoice', isError: false, output: { invoice: { paid: '5.00' } } }
  const played = await expecting(
    { say: 'ok', expect: { lastToolResult } },
    { invoice: { paid: '5.00', id: 1 }, more: [] },
  )
  assert.equal(played.text, 'ok')
  assert.equal(
    (await expecting({ say: 'ok', expect: { lastToolResult: { output: /denied_by_/g } } }, 'denied_by_policy', true))
      .text,
    'ok',
  )
})

test('a turn that expects another tool result diverges, and says what came', async () => {
  const diverged = (message: RegExp) => ({ code: 'script_diverged', message })
  const mismatches: [object, RegExp][] = [
    [{ tool: 'refund' }, /turn 2: expected a result of `refund`, and `get_invoice` answered/],
    [{ isError: true }, /expected an error of `get_invoice`, and it answered \{"paid":"5\.00"/],
    [{ output: { paid: '6.00' } }, /expected \{"paid":"6\.00"\} of `get_invoice`/],
    [{ output: { list: [1] } }, /expected/],
    [{ output: { toString: null } }, /expected/],
    [{ output: /nothing/ }, /expected \/nothing\//],
  ]
  for (const [lastToolResult, message] of mismatches) {
    await assert.rejects(
      expecting({ say: 'ok', expect: { lastToolResult } }, { paid: '5.00', list: [1, 2] }),
      diverged(message),
    )
  }
  await assert.rejects(ask(playing({ expect: { lastToolResult: {} } })), diverged(/there is none/))
  const thrown = { expect: () => assert.fail('no system prompt') }
  await assert.rejects(ask(playing(thrown)), diverged(/turn 1: no system prompt/))
})

test('usage is what the turn says, and otherwise follows from the length of the text, always the same', async () => {
  const said = await ask(
    playing({
      say: 'x',
      usage: { promptTokens: 900, cachedPromptTokens: 300, completionTokens: 50, reasoningTokens: 20 },
    }),
  )
  assert.deepEqual(said.usage, {
    promptTokens: 900,
    cachedPromptTokens: 300,
    completionTokens: 50,
    reasoningTokens: 20,
  })
  const short = await ask(playing({ say: 'x' }))
  const long = await ask(playing({ say: 'x'.repeat(401) }))
  assert.equal(long.usage.completionTokens - short.usage.completionTokens, 100)
  assert.deepEqual(short.usage, (await ask(playing({ say: 'x' }))).usage)
  assert.equal(short.usage.estimated, undefined)
})

const misbehaving = (misbehave: Misbehaviour) =>
  playing({ say: 'Refunding.', calls: [{ tool: 'refund', input: { invoice: 'in_1' } }], misbehave })

test('misbehaving: arguments that are no JSON', async () => {
  const { toolCalls } = await ask(misbehaving({ mode: 'bad_json' }))
  assert.throws(() => JSON.parse(toolCalls[0]?.argumentsText ?? '{}'), SyntaxError)
})

test('misbehaving: keys that no schema lists', async () => {
  const { toolCalls } = await ask(misbehaving({ mode: 'unknown_keys' }))
  assert.deepEqual(Object.keys(JSON.parse(toolCalls[0]?.argumentsText ?? '')), ['invoice', '__entity', 'approved'])
})

test('misbehaving: arguments of half a megabyte come through, of two megabytes are refused as too large', async () => {
  const half = await ask(misbehaving({ mode: 'oversized_arguments', megabytes: 0.5 }))
  assert.ok((half.toolCalls[0]?.argumentsText.length ?? 0) > 500_000)
  await assert.rejects(ask(misbehaving({ mode: 'oversized_arguments', megabytes: 2 })), {
    code: 'model_failed',
    message: /too large/,
  })
})

test('misbehaving: two calls at once, and a tool that nobody offered', async () => {
  const twice = await ask(misbehaving({ mode: 'two_calls' }))
  assert.deepEqual(
    twice.toolCalls.map(({ id, tool }) => [id, tool]),
    [
      ['call_1_1', 'refund'],
      ['call_1_2', 'refund'],
    ],
  )
  assert.equal((await ask(misbehaving({ mode: 'unknown_tool' }))).toolCalls[0]?.tool, 'no_such_refund')
  assert.equal((await ask(playing({ misbehave: { mode: 'unknown_tool' } }))).toolCalls.length, 1)
})

test('misbehaving: the same call for ever counts as played to the end, and nothing can come after it', async () => {
  const model = playing(
    { say: 'first' },
    { calls: [{ tool: 'search', input: { q: 'x' } }], misbehave: { mode: 'loop' } },
  )
  let messages: ModelMessage[] = goOn(opening, await ask(model))
  const seen = new Set<string | undefined>()
  for (let n = 0; n < 5; n++) {
    const answer = await ask(model, messages)
    seen.add(answer.toolCalls[0]?.argumentsText)
    messages = goOn(messages, answer)
  }
  assert.deepEqual([...seen], ['{"q":"x"}'])
  model.assertPlayedToEnd()
  assert.throws(() => playing({ misbehave: { mode: 'loop' } }, { say: 'never' }), { code: 'usage' })
})

test('misbehaving: an empty answer, still counted as a turn', async () => {
  const model = playing({ misbehave: { mode: 'empty' } }, { say: 'Sorry.' })
  const empty = await ask(model)
  assert.deepEqual([empty.text, empty.toolCalls], [undefined, []])
  assert.equal((await ask(model, goOn(opening, empty))).text, 'Sorry.')
})

test('misbehaving: garbage for as many turns as written', async () => {
  const model = playing({ misbehave: { mode: 'garbage', times: 10 } }, { say: 'Sorry.' })
  let messages: ModelMessage[] = opening
  const texts: (string | undefined)[] = []
  for (let n = 0; n < 11; n++) {
    const answer = await ask(model, messages)
    texts.push(answer.text)
    messages = goOn(messages, answer)
  }
  assert.equal(new Set(texts.slice(0, 10)).size, 1)
  assert.deepEqual([texts[9] === texts[10], texts[10]], [false, 'Sorry.'])
  model.assertPlayedToEnd()
})

test('misbehaving: no answer until the call is aborted', async () => {
  await assert.rejects(ask(misbehaving({ mode: 'hang' }), opening, AbortSignal.timeout(20)), { name: 'TimeoutError' })
})

test('misbehaving: the provider fails as often as written and then answers', async () => {
  const model = misbehaving({ mode: 'fail', times: 2, retryable: true, retryAfterMs: 50 })
  for (let n = 0; n < 2; n++) {
    const thrown: unknown = await ask(model).catch((error: unknown) => error)
    assert.deepEqual(modelFailureOf(thrown), { retryable: true, retryAfterMs: 50, status: 503 })
  }
  assert.equal((await ask(model)).text, 'Refunding.')
  const fatal: unknown = await ask(misbehaving({ mode: 'fail', times: 1, retryable: false })).catch(
    (error: unknown) => error,
  )
  assert.equal(modelFailureOf(fatal)?.retryable, false)
})

test('misbehaving: another model answers', async () => {
  const { answeredModel } = await ask(misbehaving({ mode: 'answer_as', model: 'demo-mini' }))
  assert.equal(compareModelIdentity('scripted/demo', answeredModel), 'changed')
  assert.equal(compareModelIdentity('scripted/demo', (await ask(playing(read))).answeredModel), 'same')
})

test('a turn that would spoil calls it does not make is a mistake in the script', async () => {
  const thrown: unknown = await ask(playing({ misbehave: { mode: 'bad_json' } })).catch((error: unknown) => error)
  assert.ok(isCharterError(thrown) && thrown.code === 'script_diverged')
})
