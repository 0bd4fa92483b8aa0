import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ApprovalAnswer,
  type ApprovalCommand,
  decideApproval,
  evolveApproval,
  foldApproval,
  lateAnswer,
  noApproval,
  signatureCounts,
} from './approval.ts'
import { type ApprovalEvent, type ApprovalRequested, readApprovalEvent } from './approval-events.ts'

const question: ApprovalRequested = {
  approval: 'apr_1',
  run: 'run_1',
  action: 'act_1',
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  digest: 'd1',
  steps: [{ from: 'finance', count: 2 }],
  expires_at: 100,
  question: { n: 16, class: 'approval', sha256: 'ab' },
  requester: 'ada@acme.example',
}
const reason = { n: 32, class: 'approval', sha256: 'cd' }
const edited = { n: 33, class: 'arguments', sha256: 'ef' }

const requested = (body: Partial<ApprovalRequested> = {}): ApprovalEvent => ({
  type: 'approval.requested',
  body: { ...question, ...body },
})
const signed = (by: string, group = 'finance'): ApprovalEvent => ({
  type: 'approval.signed',
  body: { approval: 'apr_1', by, group, digest: 'd1' },
})
const granted: ApprovalEvent = {
  type: 'approval.granted',
  body: { approval: 'apr_1', by: ['fay@acme.example'], digest: 'd1' },
}
const ended = (how: string): ApprovalEvent => readApprovalEvent({ type: `approval.${how}`, body: granted.body })
const sign = (by: string, groups: readonly string[] = ['finance'], now = 50): ApprovalAnswer & { type: 'sign' } => ({
  type: 'sign',
  by,
  groups,
  digest: 'd1',
  now,
})

const after = (events: readonly ApprovalEvent[]) => events.reduce(evolveApproval, noApproval)
const given = (...events: ApprovalEvent[]) => ({
  when: (command: ApprovalCommand) => decideApproval(after(events), command),
})
const types = (events: readonly ApprovalEvent[]) => events.map(({ type }) => type)

test('a question is put once, however often it is asked', () => {
  const request = { type: 'request' as const, now: 0, ...question }
  assert.deepEqual(given().when(request), [requested()])
  assert.deepEqual(given(requested()).when(request), [])
  assert.throws(() => given(requested()).when({ ...request, digest: 'd2' }), { code: 'internal' })
})

test('a question that asks nobody is refused', () => {
  for (const steps of [[], [{ from: 'finance', count: 0 }], [{ from: 'finance', count: 0.5 }]]) {
    assert.throws(() => given().when({ type: 'request', now: 0, ...question, steps }), { code: 'no_approver' })
  }
})

test('two people of the group are asked: the first signs, the second grants', () => {
  assert.deepEqual(given(requested()).when(sign('fay@acme.example')), [signed('fay@acme.example')])
  assert.deepEqual(given(requested(), signed('fay@acme.example')).when(sign('gus@acme.example')), [
    signed('gus@acme.example'),
    {
      type: 'approval.granted',
      body: { approval: 'apr_1', by: ['fay@acme.example', 'gus@acme.example'], digest: 'd1' },
    },
  ])
})

test('one person counts once, however their name is written', () => {
  for (const again of ['fay@acme.example', 'Fay@Acme.example']) {
    const twice = () => given(requested(), signed('fay@acme.example')).when(sign(again))
    assert.throws(twice, { code: 'approver_not_allowed', message: /has signed already/ })
  }
})

test('a person in two asked groups signs for the first step that still needs somebody', () => {
  const both = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'leads', count: 1 },
    ],
  })
  const [first] = given(both).when(sign('fay@acme.example', ['leads', 'finance']))
  assert.deepEqual(first, signed('fay@acme.example', 'finance'))
  const [second] = given(both, signed('fay@acme.example')).when(sign('gus@acme.example', ['finance', 'leads']))
  assert.deepEqual(second, signed('gus@acme.example', 'leads'))
})

test('steps of one group add up', () => {
  const twice = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'finance', count: 1 },
    ],
  })
  assert.deepEqual(types(given(twice).when(sign('fay@acme.example'))), ['approval.signed'])
  const both = given(twice, signed('fay@acme.example')).when(sign('gus@acme.example'))
  assert.deepEqual(types(both), ['approval.signed', 'approval.granted'])
})

test('a group that has its signatures takes no more, and the refusal says whose are missing', () => {
  const both = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'leads', count: 1 },
    ],
  })
  assert.throws(() => given(both, signed('fay@acme.example')).when(sign('gus@acme.example')), {
    code: 'approver_not_allowed',
    hint: 'signatures are missing of `leads`',
  })
})

test('only members of a group that was asked may answer', () => {
  const answers: ApprovalAnswer[] = [
    sign('bob@acme.example', ['support']),
    { ...sign('bob@acme.example', []), type: 'deny', reason },
    { ...sign('bob@acme.example', ['leads']), type: 'edit', arguments: edited },
  ]
  for (const answer of answers) {
    assert.throws(() => given(requested()).when(answer), {
      code: 'approver_not_allowed',
      message: '`bob@acme.example` is in no group that was asked',
      hint: 'asked are `finance`',
    })
  }
})

test('nobody approves their own action: neither whoever asked for it nor the agent', () => {
  for (const maker of ['ada@acme.example', 'Ada@acme.example', 'agent:billing']) {
    assert.throws(() => given(requested()).when(sign(maker)), { code: 'approver_not_allowed', message: /of their own/ })
    const edit = { ...sign(maker), type: 'edit', arguments: edited } as const
    assert.throws(() => given(requested()).when(edit), { code: 'approver_not_allowed' })
  }
})

test('a person who is asked as the subject of the action may approve it though they asked for it', () => {
  const subject = requested({ steps: [{ from: 'subject:customer', count: 1 }] })
  const events = given(subject).when(sign('ada@acme.example', ['subject:customer']))
  assert.deepEqual(types(events), ['approval.signed', 'approval.granted'])
  const both = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'subject:customer', count: 1 },
    ],
  })
  const [signature] = given(both).when(sign('ada@acme.example', ['finance', 'subject:customer']))
  assert.deepEqual(signature, signed('ada@acme.example', 'subject:customer'))
})

test('whoever asked for the action may still say no to it', () => {
  const events = given(requested()).when({ ...sign('ada@acme.example'), type: 'deny', reason })
  assert.deepEqual(types(events), ['approval.denied'])
})

test('one no is enough, and says why', () => {
  const deny = { ...sign('gus@acme.example'), type: 'deny', reason } as const
  assert.deepEqual(given(requested(), signed('fay@acme.example')).when(deny), [
    {
      type: 'approval.denied',
      body: { approval: 'apr_1', by: 'gus@acme.example', group: 'finance', reason, digest: 'd1' },
    },
  ])
  assert.throws(() => given(requested()).when({ ...deny, reason: null }), { code: 'usage', param: 'reason' })
})

test('a person who has signed, or whose group has its signatures, may still say no', () => {
  const one = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'leads', count: 1 },
    ],
  })
  for (const by of ['fay@acme.example', 'gus@acme.example']) {
    const events = given(one, signed('fay@acme.example')).when({ ...sign(by), type: 'deny', reason })
    assert.deepEqual(types(events), ['approval.denied'])
  }
})

test('an answer that comes too late expires the question instead, and whoever answered is told', () => {
  const late = sign('fay@acme.example', ['finance'], 100)
  const events = given(requested()).when(late)
  assert.deepEqual(events, [{ type: 'approval.expired', body: { approval: 'apr_1' } }])
  assert.equal(lateAnswer(late, events)?.code, 'approval_expired')
  assert.throws(() => given(requested(), ...events).when(sign('fay@acme.example')), { code: 'approval_expired' })

  const inTime = sign('fay@acme.example', ['finance'], 99)
  assert.equal(lateAnswer(inTime, given(requested()).when(inTime)), undefined)
})

test('a question expires when its time is over, once, and never before', () => {
  assert.deepEqual(given(requested()).when({ type: 'expire', now: 99 }), [])
  assert.deepEqual(types(given(requested()).when({ type: 'expire', now: 100 })), ['approval.expired'])
  assert.deepEqual(given(requested(), granted).when({ type: 'expire', now: 100 }), [])
})

test('nobody answers a question that is settled', () => {
  for (const settled of ['granted', 'denied', 'edited', 'cancelled', 'superseded'] as const) {
    const event = ended(settled)
    for (const answer of [sign('gus@acme.example'), { ...sign('gus@acme.example'), type: 'deny', reason } as const]) {
      assert.throws(() => given(requested(), event).when(answer), {
        code: 'approval_already_settled',
        message: `approval \`apr_1\` is already ${settled}`,
      })
    }
  }
})

test('an approval that was never asked cannot be answered', () => {
  assert.throws(() => given().when(sign('fay@acme.example')), { code: 'approval_not_found' })
})

test('D12 an answer to a question that has changed since it was shown is refused', () => {
  assert.throws(() => given(requested()).when({ ...sign('fay@acme.example'), digest: 'd0' }), {
    code: 'approval_stale',
  })
})

test('D12 an edit ends the question; whoever edited signs first for the new one, and the others sign again', () => {
  const edit = { ...sign('fay@acme.example'), type: 'edit', arguments: edited } as const
  const ended = given(requested(), signed('gus@acme.example')).when(edit)
  assert.deepEqual(ended, [
    {
      type: 'approval.edited',
      body: { approval: 'apr_1', by: 'fay@acme.example', group: 'finance', arguments: edited, digest: 'd1' },
    },
  ])
  const signatures = [{ by: 'fay@acme.example', group: 'finance' }]
  const next = { type: 'request', now: 50, ...question, approval: 'apr_2', digest: 'd2', signatures } as const
  assert.deepEqual(given().when(next), [requested({ approval: 'apr_2', digest: 'd2', signatures })])
  assert.throws(() => decideApproval(after(given().when(next)), { ...sign('fay@acme.example'), digest: 'd2' }), {
    code: 'approver_not_allowed',
  })
})

test('D12 whoever has signed may edit, and so may a member of a group that has its signatures', () => {
  const both = requested({
    steps: [
      { from: 'finance', count: 1 },
      { from: 'leads', count: 1 },
    ],
  })
  for (const by of ['fay@acme.example', 'gus@acme.example']) {
    const edit = { ...sign(by), type: 'edit', arguments: edited } as const
    assert.deepEqual(types(given(both, signed('fay@acme.example')).when(edit)), ['approval.edited'])
  }
})

test('an edited action that one signature suffices for is granted as it is asked', () => {
  const signatures = [{ by: 'fay@acme.example', group: 'finance' }]
  const steps = [{ from: 'finance', count: 1 }]
  const next = { type: 'request', now: 50, ...question, steps, signatures } as const
  assert.deepEqual(types(given().when(next)), ['approval.requested', 'approval.granted'])
  assert.deepEqual(types(given().when({ ...next, now: 100 })), ['approval.requested'])
})

test('signatures to begin with count only where they would count if given now', () => {
  const carried = [
    { by: 'fay@acme.example', group: 'finance' },
    { by: 'FAY@acme.example', group: 'finance' },
    { by: 'ada@acme.example', group: 'finance' },
    { by: 'bob@acme.example', group: 'support' },
  ]
  const events = given().when({ type: 'request', now: 0, ...question, signatures: carried })
  assert.deepEqual(types(events), ['approval.requested'])
  assert.deepEqual(signatureCounts(after(events)), { finance: 1 })
})

test('D12 a question, and a granted approval that nothing has used, can be cancelled or superseded', () => {
  for (const before of [[requested()], [requested(), granted]]) {
    assert.deepEqual(given(...before).when({ type: 'cancel', code: 'limit_exceeded', now: 60 }), [
      { type: 'approval.cancelled', body: { approval: 'apr_1', code: 'limit_exceeded' } },
    ])
    const superseded = given(...before).when({ type: 'supersede', code: 'approval_required', now: 60 })
    assert.deepEqual(types(superseded), ['approval.superseded'])
    assert.deepEqual(given(...before, ...superseded).when({ type: 'cancel', code: 'stopped', now: 61 }), [])
  }
})

test('D12 an approval is consumed by one effect: its re-send needs no other, another effect does', () => {
  const consume = (effect: string, digest = 'd1') => ({ type: 'consume', effect, digest, now: 60 }) as const
  const consumed = given(requested(), granted).when(consume('eff_1'))
  assert.deepEqual(consumed, [{ type: 'approval.consumed', body: { approval: 'apr_1', effect: 'eff_1' } }])
  const used = given(requested(), granted, ...consumed)
  assert.deepEqual(used.when(consume('eff_1')), [])
  assert.throws(() => used.when(consume('eff_2')), { code: 'approval_already_settled' })
  assert.deepEqual(used.when({ type: 'cancel', code: 'stopped', now: 61 }), [])
  assert.throws(() => given(requested(), granted).when(consume('eff_1', 'd2')), { code: 'approval_stale' })
})

test('nothing consumes an approval that is not granted, and the refusal says how it stands', () => {
  const consume = { type: 'consume', effect: 'eff_1', digest: 'd1', now: 60 } as const
  assert.throws(() => given(requested()).when(consume), { code: 'approval_required' })
  const superseded = ended('superseded')
  assert.throws(() => given(requested(), granted, superseded).when(consume), { code: 'approval_superseded' })
})

test('policy is shown signatures by group, and none of an approval that was not granted', () => {
  const both = requested({
    steps: [
      { from: 'finance', count: 2 },
      { from: 'leads', count: 1 },
    ],
  })
  const signatures = [signed('fay@acme.example'), signed('gus@acme.example'), signed('liv@acme.example', 'leads')]
  assert.deepEqual(signatureCounts(after([both, ...signatures])), { finance: 2, leads: 1 })
  assert.deepEqual(signatureCounts(after([both, ...signatures, granted])), { finance: 2, leads: 1 })
  const denied = ended('denied')
  assert.deepEqual(signatureCounts(after([both, ...signatures, denied])), {})
  assert.deepEqual(signatureCounts(noApproval), {})
})

test('an approval is the fold of its stored events', () => {
  const stored = [requested(), signed('fay@acme.example')].map(({ type, body }) => ({ type, body }))
  assert.deepEqual(foldApproval(stored), after([requested(), signed('fay@acme.example')]))
  assert.deepEqual(foldApproval([...stored, { type: 'approval.reminded', body: {} }]), foldApproval(stored))
})
