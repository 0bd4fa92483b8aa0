import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Happening, rowsAfter } from '../../test/projected-ledger.ts'
import type { ApprovalEvent, ApprovalRequested } from './approval-events.ts'
import { approvalProjection } from './approval-projection.ts'

const question: ApprovalRequested = {
  approval: 'apr_1',
  run: 'run_1',
  action: 'act_1',
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  digest: 'd1',
  steps: [
    { from: 'finance', count: 2 },
    { from: 'leads', count: 1 },
  ],
  expires_at: 100,
  question: null,
}
const by = 'fay@acme.example'
const signature = { approval: 'apr_1', by, group: 'finance', digest: 'd1' }
const content = { n: 16, class: 'approval', sha256: 'ab' }

const requested: ApprovalEvent = { type: 'approval.requested', body: question }
const granted: ApprovalEvent = {
  type: 'approval.granted',
  body: { approval: 'apr_1', by: [by, 'gus@acme.example'], digest: 'd1' },
}

async function rowAfter(...events: ApprovalEvent[]) {
  const happenings: Happening[] = events.map((event, index) => ({
    at: 10 * (index + 1),
    stream: 'approval/apr_1',
    actor: 'engine:eng_1',
    events: [event],
  }))
  const { approval } = await rowsAfter(approvalProjection, happenings, {
    approval: { read: 'approval', approval: 'apr_1' },
  })
  return approval
}

test('an open question is a row that says what is asked of whom until when', async () => {
  const { supersedes: _supersedes, question: _question, steps: _steps, ...columns } = { supersedes: '', ...question }
  const row = {
    ...columns,
    steps: '[{"count":2,"from":"finance"},{"count":1,"from":"leads"}]',
    status: 'pending',
    requested_at: 10,
    settled_at: null,
    settled_by: null,
    consumed_by: null,
  }
  assert.deepEqual(await rowAfter(requested), row)
  assert.deepEqual(await rowAfter(requested, { type: 'approval.signed', body: signature }), row)
})

test('a settled question says how it ended, when, and who ended it', async () => {
  const approval = 'apr_1'
  const endings: readonly [ApprovalEvent, string, string | null][] = [
    [granted, 'granted', 'fay@acme.example, gus@acme.example'],
    [{ type: 'approval.denied', body: { ...signature, reason: content } }, 'denied', by],
    [{ type: 'approval.edited', body: { ...signature, arguments: content } }, 'edited', by],
    [{ type: 'approval.expired', body: { approval } }, 'expired', null],
    [{ type: 'approval.cancelled', body: { approval, code: 'stopped' } }, 'cancelled', 'engine:eng_1'],
    [{ type: 'approval.superseded', body: { approval, code: 'approval_stale' } }, 'superseded', 'engine:eng_1'],
  ]
  for (const [ending, status, settledBy] of endings) {
    const row = await rowAfter(requested, ending)
    assert.deepEqual([row?.status, row?.settled_at, row?.settled_by], [status, 20, settledBy])
  }
})

test('D12 a granted approval says which effect has consumed it', async () => {
  const consumed: ApprovalEvent = { type: 'approval.consumed', body: { approval: 'apr_1', effect: 'eff_1' } }
  const row = await rowAfter(requested, granted, consumed)
  assert.deepEqual([row?.status, row?.settled_at, row?.consumed_by], ['granted', 20, 'eff_1'])
})
