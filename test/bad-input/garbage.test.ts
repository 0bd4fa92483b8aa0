/** A model that answers garbage costs what it costs, does nothing, and its run goes to a person with the reason. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { WrittenTurn } from '../../src/testing.ts'
import { freshProject, page, start, verifies } from './project.ts'
import { bodiesOf, returnedIn } from './read-run.ts'
import { refund } from './turns.ts'

const patient = page.replace('retries: 2', 'retries: 9').replace('max_steps: 12', 'max_steps: 20')
const calling = (inputText: string, tool = 'request_refund'): WrittenTurn => ({ calls: [{ tool, inputText }] })
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

/** Each is another kind of nonsense, and each would move money if it were read kindly. */
const nonsense: readonly WrittenTurn[] = [
  { ...refund('20.00'), misbehave: { mode: 'bad_json' } },
  { ...refund('20.00'), misbehave: { mode: 'unknown_tool' } },
  { ...refund('20.00'), misbehave: { mode: 'unknown_keys' } },
  { ...refund('20.00'), misbehave: { mode: 'oversized_arguments', megabytes: 0.5 } },
  { misbehave: { mode: 'empty' } },
  calling('{"invoice": "in_93K2", "invoice": "in_94A1", "amount": "20.00", "reason": "twice"}'),
  calling('{"invoice": "in_93K2", "amount": 1e999, "reason": "endless"}'),
  calling('["in_93K2", "20.00", "a list"]'),
  calling(`{"invoice": ${deep}, "amount": "20.00", "reason": "deep"}`),
  calling('{"invoice": "in_93K2", "amount": "-20.00", "reason": "the other way"}'),
]

test('a model that answers garbage ten times is handed to a person: why, at what cost, and nothing was done', async (t) => {
  const usage = { promptTokens: 1_000, completionTokens: 100 }
  const project = await freshProject(t, { page: patient, turns: nonsense.map((turn) => ({ ...turn, usage })) })
  const runtime = await project.runtime()

  const run = await start(runtime)
  const result = await run.settled()

  assert.equal(result.status, 'handed_off')
  assert.equal(result.code, 'arguments_invalid')
  const asked = await bodiesOf(runtime, run.id, 'turn.answered')
  assert.equal(asked.length, nonsense.length)
  // Ten times 1,000 tokens at 0.40 and 100 at 1.60 for a million.
  assert.equal(result.costUsd, 0.0056)
  assert.deepEqual(project.desk.arrivals(), [])
  const returned = await returnedIn(runtime, run.id)
  assert.ok(returned.every(({ outcome }) => outcome === 'refused'))
  await verifies(project)
})

test('garbage is borne as often as the page says, and no longer', async (t) => {
  const project = await freshProject(t, { turns: nonsense })
  const runtime = await project.runtime()

  const run = await start(runtime)

  assert.equal((await run.settled()).status, 'handed_off')
  assert.equal((await bodiesOf(runtime, run.id, 'turn.answered')).length, 3)
})

test('words without sense and without a call are an answer: the run ends with them, and nothing was done', async (t) => {
  const project = await freshProject(t, { turns: [{ misbehave: { mode: 'garbage', times: 10 } }] })
  const runtime = await project.runtime()

  const run = await start(runtime)
  const result = await run.settled()

  assert.equal(result.status, 'done')
  assert.match(String('output' in result && result.output), /lorem/)
  assert.equal((await bodiesOf(runtime, run.id, 'turn.started')).length, 1)
  assert.deepEqual(project.desk.arrivals(), [])
})

const bodies = [
  '',
  '<html>bad gateway</html>',
  'null',
  '42',
  '{}',
  '{"choices": []}',
  '{"choices": [{"message": null}]}',
  '{"choices": [{"message": {"role": "assistant", "tool_calls": "request_refund"}}]}',
  '{"choices": [{"message": {"role": "assistant", "content": 42}}]}',
  '{"choices": [{"message": {"role": "assistant", "tool_calls": [{"id": "c", "type": "function"',
]

test('D14 an endpoint that answers ten times with what no model says is given up, and each call is charged as it was reserved', async (t) => {
  const { url, asked } = await endpoint(t, bodies)
  const project = await freshProject(t, { page: patient })
  const runtime = await project.runtime({ agents: [project.agent({})], endpoint: { baseUrl: url } })

  const run = await start(runtime)
  const result = await run.settled()

  assert.deepEqual([result.status, result.code, asked()], ['handed_off', 'model_failed', bodies.length])
  const failed = await bodiesOf(runtime, run.id, 'turn.failed')
  const reserved = (await bodiesOf(runtime, run.id, 'turn.started')).map(({ reserved }) => reserved)
  assert.deepEqual(
    failed.map(({ usage, estimated }) => ({ usage, estimated })),
    reserved.map((usage) => ({ usage, estimated: true })),
  )
  assert.deepEqual(project.desk.arrivals(), [])
  await verifies(project)
})

/** Answers each request with the next of these bodies, and with status 200. */
async function endpoint(t: TestContext, answers: readonly string[]) {
  let asked = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answers[asked++] ?? ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}/v1`, asked: () => asked }
}
