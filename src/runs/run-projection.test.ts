import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsAfter } from '../../test/projected-ledger.ts'
import type { Read } from '../ledger/reads.ts'
import type { RunEvent } from './events.ts'
import { happened } from './run-events-for-tests.ts'
import { runProjection } from './run-projection.ts'

const rows = <const Reads extends Readonly<Record<string, Read>>>(reads: Reads, ...events: readonly RunEvent[]) =>
  rowsAfter(
    runProjection,
    events.map(({ type, at, body }) => ({
      at,
      stream: 'run/run_1',
      actor: 'engine:eng_1',
      events: [{ type, body: JSON.parse(JSON.stringify(body)) }],
    })),
    reads,
  )

const run = { read: 'run', run: 'run_1' } as const
const effect = { read: 'effect', effect: 'run_1:1.1' } as const
const moved = { read: 'moved', key: 'limit', withinMs: 86_400_000 } as const
const moves = [{ key: 'limit', amount: 500 }]

test('a run is listed with what it has come to and what it has cost', async () => {
  const { row } = await rows(
    { row: run },
    happened('run.started', { start_key: 'ZD-1' }, 1),
    happened('turn.started', {}, 2),
    happened('turn.answered', {}, 3),
    happened('action.returned', { called: true }, 3),
    happened('run.ended', { status: 'failed', code: 'loop' }, 4),
  )
  assert.deepEqual(
    [row?.status, row?.reason, row?.turns, row?.tool_calls, row?.cost_micro_usd, row?.started_at, row?.ended_at],
    ['failed', 'loop', 1, 1, 15, 1, 4],
  )
})

test('a start key finds its run', async () => {
  const { known } = await rows(
    { known: { read: 'start_key', agent: 'refunds', environment: 'dev', key: 'ZD-1' } },
    happened('run.started', { start_key: 'ZD-1' }),
  )
  assert.deepEqual(known, { run: 'run_1', input_digest: 'hmac-sha256:i' })
})

test('a run that waits for people is not ready, and one whose time is over is', async () => {
  const ours = { environment: 'dev', agents: ['refunds'] } as const
  const ready = { read: 'ready_runs', most: 9, ...ours } as const
  const waiting = [happened('run.started', {}, 1), happened('run.waiting', { until: 50 }, 2)]
  assert.deepEqual((await rows({ ready }, ...waiting)).ready, [])
  const later = happened('run.escalated', {}, 60)
  assert.deepEqual((await rows({ ready }, ...waiting, later)).ready, [{ run: 'run_1' }])
  const { timer, ready: woken } = await rows(
    { timer: { read: 'next_timer', ...ours }, ready },
    ...waiting,
    happened('run.woken', {}, 3),
  )
  assert.deepEqual([timer, woken], [null, [{ run: 'run_1' }]])
})

test('a run that was handed to people says so until they close it', async () => {
  const handed = [happened('run.started', {}, 1), happened('run.waiting', { awaits: 'handoff', id: 'hand_1' }, 2)]
  const { row } = await rows({ row: run }, ...handed)
  assert.deepEqual([row?.status, row?.awaits, row?.awaited], ['handed_off', 'handoff', 'hand_1'])
  const closed = await rows({ row: run }, ...handed, happened('run.woken', { awaits: 'handoff', id: 'hand_1' }, 3))
  assert.deepEqual([closed.row?.status, closed.row?.awaits, closed.row?.awaited], ['running', null, null])
})

const dispatched = (attempt: number, at: number) =>
  happened('effect.dispatched', { attempt, moves, first_dispatched_at: 10, deadline: at + 10, settles_by: at + 15 }, at)

test('D8 an effect is open on its subject from its dispatch until something is known of it', async () => {
  const open = { read: 'open_effects', subject: 'invoice:1' } as const
  const began = [happened('run.started', {}, 1), dispatched(1, 10)]
  const unknown = [...began, happened('effect.unknown', {}, 20)]
  assert.deepEqual(
    (await rows({ open }, ...began)).open.map(({ status }) => status),
    ['dispatched'],
  )
  assert.deepEqual(
    (await rows({ open }, ...unknown)).open.map(({ status }) => status),
    ['unknown'],
  )
  assert.deepEqual((await rows({ open }, ...unknown, happened('effect.committed', {}, 30))).open, [])
})

test('D13 an unknown effect holds its money, a committed one spends it, and one that was not gives it back', async () => {
  const began = [happened('run.started', {}, 1), dispatched(1, 10)]
  const amountAfter = async (...more: readonly RunEvent[]) => (await rows({ moved }, ...began, ...more)).moved.amount
  assert.equal(await amountAfter(), 500)
  assert.equal(await amountAfter(happened('effect.unknown', {}, 20)), 500)
  assert.equal(await amountAfter(happened('effect.unknown', {}, 20), happened('effect.given_up', {}, 21)), 500)
  assert.equal(await amountAfter(happened('effect.committed', {}, 20)), 500)
  assert.equal(await amountAfter(happened('effect.not_committed', {}, 20)), 0)
})

test('D6 a refusal of one attempt gives no money back while another is unknown', async () => {
  const { moved: sum, effect: row } = await rows(
    { moved, effect },
    happened('run.started', {}, 1),
    dispatched(1, 10),
    happened('effect.unknown', {}, 20),
    dispatched(2, 30),
    happened('effect.not_committed', { attempt: 2, status: 'unknown' }, 40),
  )
  assert.deepEqual([sum.amount, row?.status, row?.settled_at], [500, 'unknown', null])
})

test('D4 sent again, an effect is one row and moves what it moved before, from when it first did', async () => {
  const {
    moved: sum,
    effect: row,
    run: list,
  } = await rows(
    { moved, effect, run },
    happened('run.started', {}, 1),
    dispatched(1, 10),
    happened('effect.unknown', {}, 20),
    dispatched(2, 30),
  )
  assert.deepEqual([sum, row?.attempt, row?.status, row?.settles_by], [{ amount: 500, count: 1 }, 2, 'dispatched', 45])
  assert.deepEqual([list?.effects, list?.tool_calls], [1, 1])
})

test('D6 a late commit after a refusal takes the money again', async () => {
  const { moved: sum, effect: row } = await rows(
    { moved, effect },
    happened('run.started', {}, 1),
    dispatched(1, 10),
    happened('effect.not_committed', {}, 20),
    happened('effect.committed', { output: 'unseen' }, 30),
  )
  assert.deepEqual([sum.amount, row?.status], [500, 'committed'])
})

test('D4 an attempt is under way until it has an outcome of its own, whatever has become of its effect', async () => {
  const under = { read: 'in_flight', scope: { scope: 'everything' }, since: 0 } as const
  const { under: rows1 } = await rows(
    { under },
    happened('run.started', {}, 1),
    dispatched(1, 10),
    happened('effect.unknown', { why: 'lost' }, 20),
    dispatched(2, 30),
    happened('effect.committed', { attempt: 2, by: 'attempt' }, 40),
  )
  assert.deepEqual(
    rows1.map(({ attempt, status, settles_by }) => [attempt, status, settles_by]),
    [[1, 'unknown', 25]],
  )
  const { under: none } = await rows(
    { under },
    happened('run.started', {}, 1),
    dispatched(1, 10),
    happened('effect.not_committed', { by: 'not_begun' }, 40),
  )
  assert.deepEqual(none, [])
})

test('a run is found by every subject of what was judged in it, refused or not', async () => {
  const of = (kind: string) => ({ read: 'runs_of_subject', kind, subject: `${kind}:1`, most: 9 }) as const
  const { invoice, customer, kinds } = await rows(
    { invoice: of('invoice'), customer: of('customer'), kinds: { read: 'subject_kinds' } },
    happened('run.started', {}),
    happened('action.judged', { subjects: [{ kind: 'invoice', id: 'invoice:1' }] }),
    happened('action.judged', {
      decision: 'deny',
      subjects: ['invoice', 'customer'].map((kind) => ({ kind, id: `${kind}:1` })),
    }),
  )
  assert.deepEqual(
    [invoice, customer].map((found) => found.map(({ run }) => run)),
    [['run_1'], ['run_1']],
  )
  assert.deepEqual(kinds, ['customer', 'invoice'])
})
