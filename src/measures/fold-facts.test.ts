/** What must be noticed in a run, written as events: the engine does not do these things, and that is what is measured. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCharter } from '../charter/load.ts'
import type { Page } from '../charter/page.ts'
import { answered, happened } from '../runs/run-events-for-tests.ts'
import { factsFrom } from './facts-for-tests.ts'

const pageOf = (rest: string): Page =>
  loadCharter({ file: 'p.yaml', text: `charter: 1\nagent: { name: refunds, stage: auto${rest}`, readFile: () => '' })
    .page
const plain = pageOf(' }\ntools: { request_refund: { allowed: true } }')
const citing = pageOf(' }\ntools: { request_refund: { allowed: true, require_citation: true } }')

const sent = happened('effect.dispatched')
const done = [happened('effect.committed'), happened('action.returned'), happened('run.ended')]
const faults = (events: Parameters<typeof factsFrom>[0], page = plain) => factsFrom(events, { page }).faults

test('a write after a no, or without any judgement, is a bypassed denial', () => {
  const judged = (decision: 'allow' | 'deny' | 'ask' | 'invalid') => happened('action.judged', { decision })
  assert.deepEqual(faults([...answered({}), judged('allow'), sent, ...done]), [])
  for (const decision of ['deny', 'invalid', 'ask'] as const)
    assert.deepEqual(faults([...answered({}), judged(decision), sent, ...done]), ['denial_bypassed'], decision)
  assert.deepEqual(faults([...answered({}), sent, ...done]), ['denial_bypassed'])
  assert.deepEqual(faults([...answered({}), judged('allow'), judged('deny'), sent, ...done]), ['denial_bypassed'])
})

test('a question is no yes until people have said it', () => {
  const asked = [...answered({}), happened('action.judged', { decision: 'ask' }), happened('run.waiting')]
  const withApproval = happened('effect.dispatched', { approval: 'apr_1' })
  assert.deepEqual(faults([...asked, happened('run.woken'), withApproval, ...done]), [])
  assert.deepEqual(faults([...asked, withApproval, ...done]), ['denial_bypassed'])
  const expired = happened('run.woken', { outcome: 'expired' })
  assert.deepEqual(faults([...asked, expired, withApproval, ...done]), ['denial_bypassed'])
})

test('a write that must cite, sent before any document was read, lacks its evidence', () => {
  const read = happened('action.returned', { action: '1.1', read: [{ kind: 'document', id: 'd' }], called: true })
  const write = [happened('action.judged', { action: '1.2' }), happened('effect.dispatched', { action: '1.2' })]
  const end = [happened('effect.committed'), happened('action.returned', { action: '1.2' }), happened('run.ended')]
  const calls = answered({ kind: 'read', tool: 'search_policy' }, {})
  assert.deepEqual(faults([...calls, happened('action.judged'), read, ...write, ...end], citing), [])
  assert.deepEqual(faults([...calls, ...write, ...end], citing), ['evidence_missing'])
  assert.deepEqual(faults([...calls, ...write, ...end], plain), [])
})

test('a run over its budget is found, unless people added to it', () => {
  const tight = pageOf(', max_cost_usd: 0.00001 }\ntools: { request_refund: { allowed: true } }')
  const end = happened('run.ended')
  assert.deepEqual(faults([...answered(), end], tight), ['over_budget'])
  const waiting = happened('run.waiting', { awaits: 'handoff', id: 'hand_1' })
  const more = { awaits: 'handoff', id: 'hand_1', outcome: 'returned', extends: { cost_micro_usd: 100 } } as const
  assert.deepEqual(faults([...answered(), waiting, happened('run.woken', more), end], tight), [])
})

test('an unknown write is a fault of a run that has ended, and no more once it is settled', () => {
  const open = [...answered({}), happened('action.judged'), sent, happened('effect.unknown')]
  assert.deepEqual(faults(open), [])
  const given = [...open, happened('effect.given_up'), happened('action.returned', { outcome: 'failed' })]
  const ended = [...given, happened('run.ended')]
  assert.deepEqual(faults(ended), ['unknown_effect'])
  assert.deepEqual(faults([...ended, happened('effect.committed', { by: 'settlement' })]), [])
})

test('an action without its judgement, its end or the outcome of its write is a gap in the trace', () => {
  const told = (events: Parameters<typeof factsFrom>[0]) => {
    const { told, ofEnded } = Object.values(factsFrom(events).tools)[0] ?? {}
    return [told, ofEnded]
  }
  assert.deepEqual(told([...answered({}), happened('action.judged'), sent, ...done]), [1, 1])
  assert.deepEqual(told([...answered({}), sent, ...done]), [0, 1])
  assert.deepEqual(told([...answered({}), happened('action.judged'), happened('run.ended')]), [0, 1])
  const lost = [...answered({}), happened('action.judged'), sent, happened('action.returned'), happened('run.ended')]
  assert.deepEqual(told(lost), [0, 1])
  const stopped = happened('run.ended', { status: 'stopped' })
  assert.deepEqual(told([...answered({}), happened('action.judged'), stopped]), [1, 1])
})

test('facts of a run that has not ended say so, and its waits are no active time', () => {
  const waiting = happened('run.waiting', {}, 2_000)
  const facts = factsFrom([...answered({}), happened('action.judged'), waiting])
  assert.equal(facts.endedAt, undefined)
  assert.equal(facts.people.approvals, 1)
  const woken = [happened('run.woken', {}, 90_000), happened('run.ended', {}, 90_500)]
  const after = factsFrom([...answered({}), happened('action.judged'), waiting, ...woken])
  assert.deepEqual([after.endedAt, after.activeMs], [90_500, 1_500])
})
