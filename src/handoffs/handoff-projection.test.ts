import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsAfter } from '../../test/projected-ledger.ts'
import { humanMinutes } from './handoff.ts'
import type { HandoffEvent } from './handoff-events.ts'
import { handoffProjection } from './handoff-projection.ts'

const body = { handoff: 'hand_1', run: 'run_1', agent: 'billing', group: 'on-call', code: 'budget_exceeded' } as const
const assigned: HandoffEvent = { type: 'handoff.assigned', body: { ...body, bound: 'max_cost_usd' } }
const claimed: HandoffEvent = { type: 'handoff.claimed', body: { handoff: 'hand_1', by: 'kim@acme.example' } }

async function rowAfter(...events: HandoffEvent[]) {
  const happenings = events.map((event, index) => ({
    at: 60_000 * (index + 1),
    stream: 'handoff/hand_1',
    actor: 'run:run_1',
    events: [event],
  }))
  const { handoffs } = await rowsAfter(handoffProjection, happenings, { handoffs: { read: 'handoffs', run: 'run_1' } })
  return handoffs[0]
}

const row = {
  handoff: 'hand_1',
  run: 'run_1',
  agent: 'billing',
  group: 'on-call',
  reason: 'budget_exceeded',
  status: 'assigned',
  assigned_at: 60_000,
  claimed_by: null,
  claimed_at: null,
  settled_at: null,
}

test('a handoff is a row that says to whom the run was handed, why, and who works on it', async () => {
  assert.deepEqual(await rowAfter(assigned), row)
  const inHand = { ...row, status: 'claimed', claimed_by: 'kim@acme.example', claimed_at: 120_000 }
  assert.deepEqual(await rowAfter(assigned, claimed), inHand)
})

test('a closed handoff keeps who claimed it, so that its human time can be told', async () => {
  const by = 'kim@acme.example'
  const endings: readonly [HandoffEvent, string][] = [
    [{ type: 'handoff.resolved', body: { handoff: 'hand_1', by, outcome: null } }, 'resolved'],
    [{ type: 'handoff.returned', body: { handoff: 'hand_1', by, note: null } }, 'returned'],
  ]
  for (const [ending, status] of endings) {
    const closed = await rowAfter(assigned, claimed, ending)
    assert.deepEqual([closed?.status, closed?.claimed_by, closed?.settled_at], [status, by, 180_000])
    assert.equal(closed && humanMinutes(closed), 1)
  }
})
