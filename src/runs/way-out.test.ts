import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineTool } from '../tools/define-tool.ts'
import type { Tool } from '../tools/tool.ts'
import type { AttemptOutcome, Effect } from './effect.ts'
import { mostVerifications, wayOut } from './way-out.ts'

const basics = {
  description: 'Refunds.',
  kind: 'write' as const,
  inputSchema: z.strictObject({ invoice: z.string() }),
  outputSchema: z.object({}),
  execute: () => ({}),
}
const verify = () => ({ answer: 'absent' as const })
const keyed = defineTool({ ...basics, name: 'keyed', idempotency: { honoured: '1h' } })
const keyedAndLookedUp = defineTool({ ...basics, name: 'both', idempotency: { honoured: '1h' }, verify })
const lookedUp = defineTool({ ...basics, name: 'looked_up', verify })
const once = defineTool({ ...basics, name: 'once', atMostOnce: true })

const hour = 3_600_000
const settlesBy = 15_000

const after = (tool: Tool, ...attempts: AttemptOutcome[]): Effect => ({
  id: 'run_1:1.1',
  action: '1.1',
  key: 'ck_1',
  digest: 'hmac-sha256:a',
  attempts,
  last: {
    effect: 'run_1:1.1',
    action: '1.1',
    agent: 'refunds',
    tool: tool.name,
    risk: 'high',
    attempt: attempts.length,
    key: 'ck_1',
    first_dispatched_at: 0,
    deadline: 10_000,
    settles_by: settlesBy,
    ...(tool.idempotency && { honoured_until: hour }),
    moves: [],
  },
  retryable: true,
  judged: undefined,
  timedOut: 0,
  givenUp: false,
  lookAt: undefined,
  looks: 0,
})

const now = { now: 1_000, refused: undefined, verified: 0 }

test('D7 a keyed write is sent again under its key', () => {
  assert.deepEqual(wayOut(after(keyed, 'unknown'), keyed, now), { way: 'send_again' })
})

test('D7 a write that can only be looked up is asked about, once all that was sent had time to settle', () => {
  assert.deepEqual(wayOut(after(lookedUp, 'unknown'), lookedUp, now), { way: 'verify', from: settlesBy })
})

test('D7 a write that is sent at most once is left to a person', () => {
  assert.deepEqual(wayOut(after(once, 'unknown'), once, now), { way: 'give_up' })
})

test('D5 past the time that the vendor honours the key nothing is sent again', () => {
  const late = { ...now, now: hour }
  assert.deepEqual(wayOut(after(keyed, 'unknown'), keyed, late), { way: 'give_up' })
  assert.deepEqual(wayOut(after(keyedAndLookedUp, 'unknown'), keyedAndLookedUp, late), {
    way: 'verify',
    from: settlesBy,
  })
})

test('D4 where sending is not allowed, asking still is', () => {
  const stopped = { ...now, refused: { stop: undefined } }
  assert.deepEqual(wayOut(after(keyedAndLookedUp, 'unknown'), keyedAndLookedUp, stopped), {
    way: 'verify',
    from: settlesBy,
  })
  assert.deepEqual(wayOut(after(keyed, 'unknown'), keyed, stopped), { way: 'give_up' })
})

test('a write is sent as often as its tool says, and no more', () => {
  assert.deepEqual(wayOut(after(keyed, 'unknown', 'unknown'), keyed, now), { way: 'send_again' })
  assert.deepEqual(wayOut(after(keyed, 'unknown', 'unknown', 'unknown'), keyed, now), { way: 'give_up' })
})

test('what certainly did not happen may be sent again by any tool that has an attempt left', () => {
  assert.deepEqual(wayOut(after(lookedUp, 'not_committed'), lookedUp, now), { way: 'send_again' })
  assert.deepEqual(wayOut(after(once, 'not_committed'), once, now), { way: 'give_up' })
})

test('an answer that stays unclear is not asked for without end', () => {
  const asked = { ...now, verified: mostVerifications }
  assert.deepEqual(wayOut(after(lookedUp, 'unknown'), lookedUp, asked), { way: 'give_up' })
})
