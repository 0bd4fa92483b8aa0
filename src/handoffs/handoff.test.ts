import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CharterError } from '../errors.ts'
import { decideHandoff, evolveHandoff, foldHandoff, type HandoffCommand, humanMinutes, noHandoff } from './handoff.ts'
import type { HandoffEvent } from './handoff-events.ts'

const body = { handoff: 'hand_1', run: 'run_1', agent: 'billing', group: 'on-call', code: 'budget_exceeded' } as const
const assigned: HandoffEvent = { type: 'handoff.assigned', body: { ...body, bound: 'max_cost_usd' } }
const claimed: HandoffEvent = { type: 'handoff.claimed', body: { handoff: 'hand_1', by: 'kim@acme.example' } }
const note = { n: 16, class: 'approval', sha256: 'ab' }
const resolved: HandoffEvent = {
  type: 'handoff.resolved',
  body: { handoff: 'hand_1', by: 'kim@acme.example', outcome: note },
}
const claim = (by: string, groups = ['on-call']): HandoffCommand => ({ type: 'claim', by, groups })
const resolve = (by: string): HandoffCommand => ({ type: 'resolve', by, outcome: note })
const giveBack = (by: string): HandoffCommand & { type: 'return' } => ({ type: 'return', by, note: null })

const given = (...events: HandoffEvent[]) => ({
  when: (command: HandoffCommand) => decideHandoff(events.reduce(evolveHandoff, noHandoff), command),
})

test('a run is handed to a group once', () => {
  const assign = { type: 'assign', ...body, bound: 'max_cost_usd' } as const
  assert.deepEqual(given().when(assign), [assigned])
  assert.throws(() => given(assigned).when(assign), { code: 'internal' })
})

test('a member of the group claims it, and claiming it again changes nothing', () => {
  assert.deepEqual(given(assigned).when(claim('kim@acme.example')), [claimed])
  assert.deepEqual(given(assigned, claimed).when(claim('Kim@acme.example')), [])
  assert.throws(() => given(assigned, claimed).when(claim('lee@acme.example')), {
    code: 'handoff_already_claimed',
    message: 'handoff `hand_1` is claimed by `kim@acme.example`',
  })
})

test('nobody outside the group claims it', () => {
  assert.throws(() => given(assigned).when(claim('bob@acme.example', ['support'])), { code: 'approver_not_allowed' })
  assert.throws(() => given().when(claim('kim@acme.example')), { code: 'handoff_not_found' })
})

test('a run that is handed to one person is claimed by that person alone', () => {
  const toAda: HandoffEvent = { type: 'handoff.assigned', body: { ...body, group: 'ada@acme.example' } }
  assert.equal(given(toAda).when(claim('Ada@acme.example', [])).length, 1)
  assert.throws(() => given(toAda).when(claim('bob@acme.example', ['on-call'])), { code: 'approver_not_allowed' })
})

test('only who has claimed it resolves or returns it', () => {
  assert.deepEqual(given(assigned, claimed).when(resolve('kim@acme.example')), [resolved])
  for (const close of [resolve, giveBack]) {
    assert.throws(() => given(assigned).when(close('kim@acme.example')), { code: 'approver_not_allowed' })
    assert.throws(() => given(assigned, claimed).when(close('lee@acme.example')), { code: 'handoff_already_claimed' })
    assert.throws(() => given(assigned, claimed, resolved).when(close('kim@acme.example')), { code: 'handoff_settled' })
  }
  assert.throws(() => given(assigned, claimed, resolved).when(claim('kim@acme.example')), { code: 'handoff_settled' })
})

test('who hands a run back may add to its budget, and never cut it', () => {
  const more = { turns: 3, cost_micro_usd: 250_000 }
  const [event] = given(assigned, claimed).when({ ...giveBack('kim@acme.example'), extends: more })
  assert.deepEqual(event, {
    type: 'handoff.returned',
    body: { handoff: 'hand_1', by: 'kim@acme.example', note: null, extends: more },
  })
  for (const turns of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const back = { ...giveBack('kim@acme.example'), extends: { turns } }
    assert.throws(() => given(assigned, claimed).when(back), { code: 'usage', param: 'extends.turns' }, String(turns))
  }
})

test('a handoff is the fold of its stored events', () => {
  const stored = [assigned, claimed, { type: 'handoff.seen', body: {} }]
  assert.deepEqual(foldHandoff(stored), { status: 'claimed', assigned: assigned.body, claimedBy: 'kim@acme.example' })
  assert.deepEqual(foldHandoff([claimed]), noHandoff)
})

test('claim to close is human time; an unclaimed or open handoff has none', () => {
  assert.equal(humanMinutes({ claimed_at: 60_000, settled_at: 150_000 }), 1.5)
  assert.equal(humanMinutes({ claimed_at: null, settled_at: 150_000 }), undefined)
  assert.equal(humanMinutes({ claimed_at: 60_000, settled_at: null }), undefined)
  assert.equal(humanMinutes({ claimed_at: 60_000, settled_at: 59_999 }), 0)
})

test('however people race, one claims a handoff and the same one closes it, once', () => {
  const by = fc.constantFrom('kim@acme.example', 'lee@acme.example', 'bob@acme.example')
  const command: fc.Arbitrary<HandoffCommand> = fc.oneof(
    fc.record({ type: fc.constant('claim' as const), by, groups: fc.constantFrom([], ['on-call']) }),
    fc.record({ type: fc.constant('resolve' as const), by, outcome: fc.constant(null) }),
    fc.record({ type: fc.constant('return' as const), by, note: fc.constant(null) }),
  )
  let closed = 0
  const property = fc.property(fc.array(command, { maxLength: 10 }), (commands) => {
    const events: HandoffEvent[] = [assigned]
    for (const one of commands) {
      try {
        events.push(...decideHandoff(events.reduce(evolveHandoff, noHandoff), one))
      } catch (error) {
        assert.ok(error instanceof CharterError && error.code !== 'internal')
      }
    }
    const [claim, close, ...more] = events.slice(1)
    assert.deepEqual(more, [])
    if (claim === undefined || close === undefined) return
    closed += 1
    assert.equal(claim.type, 'handoff.claimed')
    assert.ok('by' in claim.body && 'by' in close.body && claim.body.by === close.body.by)
  })
  fc.assert(property, { numRuns: 1000 })
  assert.ok(closed > 50, `only ${closed} of the races closed the handoff`)
})
