import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CharterError } from '../errors.ts'
import { type ApprovalCommand, decideApproval, evolveApproval, noApproval } from './approval.ts'
import type { ApprovalEvent, ApprovalRequested, AskedStep } from './approval-events.ts'

const people = ['ada@acme.example', 'Ada@acme.example', 'fay@acme.example', 'gus@acme.example', 'agent:billing']
const groups = ['finance', 'leads', 'subject:customer']
const reason = { n: 1, class: 'approval', sha256: 'aa' }

const person = fc.constantFrom(...people)
const now = fc.integer({ min: 0, max: 12 })
const signer = { by: person, groups: fc.subarray(groups), digest: fc.constantFrom('d1', 'd1', 'd1', 'd2'), now }
const answer: fc.Arbitrary<ApprovalCommand> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('sign' as const), ...signer }), weight: 6 },
  { arbitrary: fc.record({ type: fc.constant('deny' as const), reason: fc.constant(reason), ...signer }), weight: 1 },
  {
    arbitrary: fc.record({ type: fc.constant('edit' as const), arguments: fc.constant(reason), ...signer }),
    weight: 1,
  },
)
const other: fc.Arbitrary<ApprovalCommand> = fc.oneof(
  fc.record({ type: fc.constant('expire' as const), now }),
  fc.record({
    type: fc.constantFrom('cancel' as const, 'supersede' as const),
    code: fc.constant('stopped' as const),
    now,
  }),
  fc.record({
    type: fc.constant('consume' as const),
    effect: fc.constantFrom('e1', 'e2'),
    digest: fc.constant('d1'),
    now,
  }),
)
const commands = fc.array(fc.oneof({ arbitrary: answer, weight: 8 }, { arbitrary: other, weight: 1 }), {
  maxLength: 12,
})

const steps: fc.Arbitrary<readonly AskedStep[]> = fc.array(
  fc.record({ from: fc.constantFrom(...groups), count: fc.integer({ min: 1, max: 2 }) }),
  { minLength: 1, maxLength: 3 },
)
const question: fc.Arbitrary<ApprovalRequested> = fc
  .record({
    steps,
    signatures: fc.array(fc.record({ by: person, group: fc.constantFrom(...groups) }), { maxLength: 3 }),
    requester: fc.constantFrom('ada@acme.example', 'gus@acme.example'),
  })
  .map((drawn) => ({
    ...drawn,
    approval: 'apr_1',
    run: 'run_1',
    action: 'act_1',
    agent: 'billing',
    tool: 'request_refund',
    risk: 'high',
    digest: 'd1',
    expires_at: 10,
    question: null,
  }))

/** Every command in turn on what the ones before it left; a refusal leaves nothing. */
function play(asked: ApprovalRequested, commands: readonly ApprovalCommand[]): readonly ApprovalEvent[] {
  const events: ApprovalEvent[] = []
  for (const command of [{ type: 'request' as const, now: 0, ...asked }, ...commands]) {
    try {
      events.push(...decideApproval(events.reduce(evolveApproval, noApproval), command))
    } catch (error) {
      assert.ok(error instanceof CharterError && error.code !== 'internal', String(error))
    }
  }
  return events
}

const settlings = ['approval.granted', 'approval.denied', 'approval.edited', 'approval.expired']

test('no sequence of commands grants with fewer distinct people than were asked', () => {
  let grants = 0
  const property = fc.property(question, commands, (asked, commands) => {
    const events = play(asked, commands)
    const grant = events.find((event) => event.type === 'approval.granted')
    if (grant === undefined) return
    grants += 1
    const needed = asked.steps.reduce((sum, { count }) => sum + count, 0)
    assert.ok(new Set(grant.body.by.map((by) => by.toLowerCase())).size >= needed)
  })
  fc.assert(property, { numRuns: 2000 })
  assert.ok(grants > 50, `only ${grants} of the sequences granted: the property looked at too little`)
})

test('no sequence of commands lets a maker, or somebody outside the groups, count for a group', () => {
  const property = fc.property(question, commands, (asked, commands) => {
    const events = play({ ...asked, signatures: [] }, commands)
    for (const event of events) {
      if (event.type !== 'approval.signed') continue
      const { by, group } = event.body
      assert.notEqual(by, 'agent:billing')
      if (by.toLowerCase() === asked.requester) assert.ok(group.startsWith('subject:'))
      const said = commands.some(
        (command) => 'groups' in command && command.by === by && command.groups.includes(group),
      )
      assert.ok(said && asked.steps.some(({ from }) => from === group))
    }
  })
  fc.assert(property, { numRuns: 2000 })
})

test('of racing answers at most one settles the question, and nothing is signed after', () => {
  const property = fc.property(question, commands, (asked, commands) => {
    const events = play(asked, commands)
    const settled = events.findIndex(({ type }) => settlings.includes(type))
    if (settled === -1) return
    const later = events.slice(settled + 1).map(({ type }) => type)
    assert.deepEqual(
      later.filter((type) => settlings.includes(type) || type === 'approval.signed'),
      [],
    )
  })
  fc.assert(property, { numRuns: 2000 })
})

test('of answers that each would settle the question alone, exactly one does, in any order', () => {
  const asked = { steps: [{ from: 'finance', count: 1 }], signatures: [] }
  const settling = answer.map((command) => ({ ...command, by: 'fay@acme.example', groups: ['finance'], digest: 'd1' }))
  const property = fc.property(question, fc.array(settling, { minLength: 1, maxLength: 6 }), (drawn, answers) => {
    const events = play({ ...drawn, ...asked }, answers as ApprovalCommand[])
    assert.equal(events.filter(({ type }) => settlings.includes(type)).length, 1)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('an approval is used by one effect at most', () => {
  const property = fc.property(question, commands, (asked, commands) => {
    const events = play(asked, [...commands, ...commands])
    assert.ok(events.filter(({ type }) => type === 'approval.consumed').length <= 1)
  })
  fc.assert(property, { numRuns: 1000 })
})
