import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { systemClock } from '../clock.ts'
import { callVerify } from './call-verify.ts'
import { defineTool } from './define-tool.ts'
import type { Tool } from './tool.ts'

const basics = {
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: z.object({ refund: z.string() }),
  execute: () => ({ refund: 're_1' }),
} as const

const verifying = (verify: NonNullable<Tool['verify']>): Tool => ({
  ...defineTool({ ...basics, verify: async () => ({ answer: 'absent' }) }),
  verify,
})
const sending = { key: 'key_1', attempt: 1, deadline: 1_700_000_000_000, withinMs: 1_000 }
const ask = (tool: Tool, change = {}) => callVerify(tool, { invoice: 'in_1' }, { ...sending, ...change }, systemClock)

test('D6 verify answers committed, absent or pending', async () => {
  assert.deepEqual(await ask(verifying(() => ({ answer: 'committed' }))), { answer: 'committed' })
  assert.deepEqual(await ask(verifying(async () => ({ answer: 'absent' }))), { answer: 'absent' })
  assert.deepEqual(await ask(verifying(async () => ({ answer: 'pending' }))), { answer: 'pending' })
})

test('D6 verify looks the effect up by its own key and input', async () => {
  let asked: object = {}
  await ask(
    verifying((execution) => {
      asked = execution
      return { answer: 'absent' }
    }),
    { traceparent: 'named' },
  )
  assert.partialDeepStrictEqual(asked, {
    key: 'key_1',
    traceparent: 'named',
    attempt: 1,
    deadline: 1_700_000_000_000,
    input: { invoice: 'in_1' },
  })
})

test('D6 an output that verify found is checked as that of execute is', async () => {
  const found = (output: unknown) => ask(verifying(() => ({ answer: 'committed', output })))
  assert.deepEqual(await found({ refund: 're_1', status: 'done' }), {
    answer: 'committed',
    output: { ended: 'returned', output: { refund: 're_1' }, bytes: 17 },
  })
  assert.partialDeepStrictEqual(await found({ refund: 7 }), {
    answer: 'committed',
    output: { ended: 'rejected_output' },
  })
})

test('D6 a verify that fails, is slow, is cut off or speaks in riddles leaves the effect as unknown as it was', async () => {
  const throwing = verifying(() => {
    throw new Error('ECONNREFUSED')
  })
  assert.deepEqual(await ask(throwing), { answer: 'none', why: 'threw', message: 'ECONNREFUSED' })
  const silent = verifying(() => new Promise(() => undefined))
  assert.deepEqual(await ask(silent, { withinMs: 5 }), {
    answer: 'none',
    why: 'timed_out',
    message: '`verify` timed out',
  })
  assert.partialDeepStrictEqual(await ask(silent, { signal: AbortSignal.abort() }), { answer: 'none', why: 'aborted' })
  for (const said of [undefined, null, 'committed', true, {}, { answer: 'yes' }, { answer: undefined }]) {
    assert.partialDeepStrictEqual(await ask(verifying(() => Object(said))), { answer: 'none', why: 'not_an_answer' })
  }
})

test('a tool without verify has nothing to say', async () => {
  const tool = defineTool({ ...basics, atMostOnce: true })
  assert.partialDeepStrictEqual(await ask(tool), { answer: 'none', why: 'no_verify' })
})
