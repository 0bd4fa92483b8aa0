import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { z } from 'zod'
import { systemClock } from '../clock.ts'
import { type CallOutcome, callTool, type Sending } from './call-tool.ts'
import { defineTool } from './define-tool.ts'
import { type Execution, NotCommitted } from './tool.ts'

type Execute = (execution: Execution) => { refund: string } | Promise<{ refund: string }>

const basics = {
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  inputSchema: z.strictObject({}),
  outputSchema: z.object({ refund: z.string() }),
}
const write = (execute: Execute) =>
  defineTool({
    ...basics,
    kind: 'write',
    atMostOnce: true,
    maxOutputBytes: 50,
    execute: (_, execution) => execute(execution),
  })
const read = (execute: Execute) =>
  defineTool({ ...basics, kind: 'read', execute: (_, execution) => execute(execution) })

const sending: Sending = { key: 'key_1', attempt: 2, deadline: 1_700_000_000_000, withinMs: 1_000 }
const call = (tool: ReturnType<typeof write>, change: Partial<Sending> = {}) =>
  callTool(tool, {}, { ...sending, ...change }, systemClock)

/** Ends when the test says so, whatever its signal says. */
const deaf = () => {
  const { promise, resolve, reject } = Promise.withResolvers<{ refund: string }>()
  return { execute: () => promise, resolve, reject }
}
const fails =
  (error: unknown): Execute =>
  () => {
    throw error
  }

test('an answer that fits is returned, with its size as JSON', async () => {
  assert.deepEqual(await call(write(() => ({ refund: 're_1' }))), {
    ended: 'returned',
    output: { refund: 're_1' },
    bytes: 17,
  })
})

test('the tool is told its key, its attempt, its deadline and its place in a trace', async () => {
  let told: Partial<Execution> = {}
  await call(
    write((execution) => {
      told = execution
      return { refund: 're_1' }
    }),
    { traceparent: 'named' },
  )
  const { key, attempt, deadline, traceparent, signal } = told
  assert.deepEqual(
    { key, attempt, deadline, traceparent, aborted: signal?.aborted },
    { key: 'key_1', attempt: 2, deadline: 1_700_000_000_000, traceparent: 'named', aborted: false },
  )
})

test('D6 a write that throws after it was sent is unknown, however it throws', async () => {
  const throwers: Execute[] = [
    fails(new Error('socket hang up')),
    async () => {
      throw new Error('socket hang up')
    },
    () => Promise.reject(new Error('socket hang up')),
  ]
  for (const execute of throwers) {
    assert.deepEqual(await call(write(execute)), { ended: 'unknown', why: 'threw', message: 'socket hang up' })
  }
})

test('D6 only a tool that says that nothing was committed ends as not committed', async () => {
  const refusal = new NotCommitted('402 card declined', { retryable: false })
  assert.deepEqual(await call(write(fails(refusal))), {
    ended: 'not_committed',
    message: '402 card declined',
    retryable: false,
    sent: true,
  })
  const busy = new NotCommitted('503 before anything was read', { retryable: true })
  assert.deepEqual(await call(write(fails(busy))), {
    ended: 'not_committed',
    message: '503 before anything was read',
    retryable: true,
    sent: true,
  })
  const ofAnotherCopy = Object.assign(new Error('402'), { name: 'NotCommitted', retryable: false })
  assert.equal((await call(write(fails(ofAnotherCopy)))).ended, 'not_committed')
  const looksLikeIt = Object.assign(new Error('402'), { name: 'NotCommitted' })
  assert.equal((await call(write(fails(looksLikeIt)))).ended, 'unknown')
})

test('D6 a write that does not answer by its deadline is unknown, and its signal aborts', async () => {
  const slow = deaf()
  const signals: AbortSignal[] = []
  const tool = write((execution) => {
    signals.push(execution.signal)
    return slow.execute()
  })
  assert.deepEqual(await call(tool, { withinMs: 15 }), {
    ended: 'unknown',
    why: 'timed_out',
    message: 'no answer within 15 ms',
  })
  assert.equal(signals[0]?.aborted, true)
})

test('D6 a write that is aborted under way is unknown at once, even if the tool pays no heed', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 10)
  const outcome = await call(write(deaf().execute), { signal: stop.signal, withinMs: 60_000 })
  assert.deepEqual(outcome, { ended: 'unknown', why: 'aborted', message: 'aborted while it was under way' })
})

test('D6 a write that was never sent is certainly not committed', async () => {
  let called = false
  const tool = write(() => {
    called = true
    return { refund: 're_1' }
  })
  const aborted = await call(tool, { signal: AbortSignal.abort() })
  assert.deepEqual(aborted, {
    ended: 'not_committed',
    message: 'aborted before it was sent',
    retryable: true,
    sent: false,
  })
  assert.equal((await call(tool, { withinMs: 0 })).ended, 'not_committed')
  assert.equal(called, false)
})

test('D6 an answer that breaks its schema is of a write that went through', async () => {
  const broken = await callTool(
    write(() => Object({ refund: 7 })),
    {},
    sending,
    systemClock,
  )
  assert.deepEqual(broken, {
    ended: 'rejected_output',
    problems: [{ path: 'refund', message: 'Invalid input: expected string, received number' }],
    bytes: 12,
  })
  const noJson = await call(write(() => Object({ refund: 7n })))
  assert.deepEqual(noJson, {
    ended: 'rejected_output',
    problems: [{ path: 'refund', message: 'a bigint is not JSON' }],
    bytes: 0,
  })
  assert.equal((await call(write(() => Object(undefined)))).ended, 'rejected_output')
})

test('D6 an answer that is too large is of a write that went through', async () => {
  assert.deepEqual(await call(write(() => ({ refund: 'x'.repeat(40) }))), {
    ended: 'rejected_output',
    problems: [{ path: '', message: 'the answer is 53 bytes; at most 50 are kept' }],
    bytes: 53,
  })
})

test('D6 a call that was cut short is heard when it ends after all', async () => {
  const ends: [(slow: ReturnType<typeof deaf>) => void, CallOutcome][] = [
    [({ resolve }) => resolve({ refund: 're_1' }), { ended: 'returned', output: { refund: 're_1' }, bytes: 17 }],
    [
      ({ reject }) => reject(new NotCommitted('aborted in time')),
      { ended: 'not_committed', message: 'aborted in time', retryable: false, sent: true },
    ],
  ]
  for (const [end, expected] of ends) {
    const slow = deaf()
    const late = Promise.withResolvers<CallOutcome>()
    const outcome = await call(write(slow.execute), { withinMs: 10, onLate: late.resolve })
    assert.equal(outcome.ended, 'unknown')
    end(slow)
    assert.deepEqual(await late.promise, expected)
  }
})

test('a tool that fails after its time leaves no unhandled rejection, heard or not', async (context) => {
  const unhandled = context.mock.fn()
  process.on('unhandledRejection', unhandled)
  context.after(() => process.off('unhandledRejection', unhandled))
  const listeners = [{}, { onLate: () => assert.fail('a listener must not throw, but may') }]
  for (const listener of listeners) {
    const slow = deaf()
    await call(write(slow.execute), { withinMs: 5, ...listener })
    slow.reject(new Error('too late'))
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(unhandled.mock.callCount(), 0)
})

test('a call that ends leaves neither a timer nor a listener behind', async () => {
  const stop = new AbortController()
  let waiting = 0
  const clock = {
    ...systemClock,
    wait: async (ms: number, signal?: AbortSignal) => {
      waiting++
      await systemClock.wait(ms, signal)
      waiting--
    },
  }
  await callTool(
    write(() => ({ refund: 're_1' })),
    {},
    { ...sending, withinMs: 60_000, signal: stop.signal },
    clock,
  )
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(waiting, 0)
  assert.equal(getEventListeners(stop.signal, 'abort').length, 0)
})

test('whatever a tool throws, the outcome is data', async () => {
  for (const thrown of [
    undefined,
    null,
    'text',
    Symbol('s'),
    Object.create(null),
    new Error(''),
    new Error('x'.repeat(9_999)),
  ]) {
    const outcome = await call(write(fails(thrown)))
    assert.ok(outcome.ended === 'unknown' && outcome.message.length > 0 && outcome.message.length <= 501)
  }
})

test('a read that fails is failed and no more: it changed nothing, and may be repeated', async () => {
  assert.deepEqual(await call(read(fails(new Error('ECONNRESET')))), {
    ended: 'failed',
    why: 'threw',
    message: 'ECONNRESET',
    retryable: true,
  })
  const slow = await call(read(deaf().execute), { withinMs: 5 })
  assert.deepEqual(slow, { ended: 'failed', why: 'timed_out', message: 'no answer within 5 ms', retryable: true })
  const gone = await call(read(fails(new NotCommitted('404 no such invoice'))))
  assert.deepEqual(gone, { ended: 'failed', why: 'threw', message: '404 no such invoice', retryable: false })
  const stopped = await call(
    read(() => ({ refund: '' })),
    { signal: AbortSignal.abort() },
  )
  assert.ok(stopped.ended === 'failed' && stopped.why === 'aborted' && !stopped.retryable)
})

test('D3 a read that sends data out ends as a write does', async () => {
  const search = defineTool({
    ...basics,
    kind: 'read',
    egress: true,
    execute: () => Promise.reject(new Error('ECONNRESET')),
  })
  assert.equal((await callTool(search, {}, sending, systemClock)).ended, 'unknown')
})
