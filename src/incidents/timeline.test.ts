import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { belongs, timelineOf } from './timeline.ts'

const event = (stream: string, type: string, body: JsonObject = {}): LedgerEvent => ({
  position: 1,
  tenant: 'default',
  stream,
  seq: 1,
  type,
  v: 1,
  at: 5,
  actor: 'ada@acme.example',
  body,
  prevHash: '',
  hash: '',
})

const concerned = { runs: new Set(['run_1']), agents: new Set(['refunds']), environment: 'production' }

test('what belongs to an incident: its runs, what they waited for, the pages of their agents, and what bounds everybody', () => {
  const isOurs = belongs(concerned)
  const ours = [
    event('run/run_1', 'run.ended'),
    event('approval/apr_1', 'approval.requested', { run: 'run_1' }),
    event('approval/apr_1', 'approval.granted', { approval: 'apr_1' }),
    event('handoff/hand_1', 'handoff.assigned', { run: 'run_1' }),
    event('charter/production:refunds', 'charter.applied', { agent: 'refunds', environment: 'production' }),
    event('release/sha', 'release.recorded', { agent: 'refunds' }),
    event('stop/everything', 'stop.raised'),
    event('grant/grant_1', 'grant.revoked'),
    event('tool/request_refund', 'breaker.opened'),
  ]
  const others = [
    event('run/run_2', 'run.ended'),
    event('approval/apr_2', 'approval.granted', { approval: 'apr_2' }),
    event('handoff/hand_2', 'handoff.assigned', { run: 'run_2' }),
    event('charter/dev:refunds', 'charter.applied', { agent: 'refunds', environment: 'dev' }),
    event('charter/production:crm', 'charter.applied', { agent: 'crm', environment: 'production' }),
    event('release/shb', 'release.recorded', { agent: 'crm' }),
    event('grant/grant_1', 'grant.issued'),
    event('engine/eng_1', 'slice.taken'),
  ]
  assert.deepEqual(
    ours.map(isOurs),
    ours.map(() => true),
  )
  assert.deepEqual(
    others.map(isOurs),
    others.map(() => false),
  )
})

test('a timeline says what was refused by which rule and what was sent, and leaves out what is no news', () => {
  const lines = timelineOf([
    event('run/run_1', 'action.proposed', { action: '1.1', tool: 'request_refund' }),
    event('run/run_1', 'action.judged', { action: '1.1', decision: 'allow', rules: ['request_refund.allowed'] }),
    event('run/run_1', 'effect.dispatched', { effect: 'run_1:1.1', tool: 'request_refund', attempt: 2 }),
    event('run/run_1', 'action.proposed', { action: '2.1', tool: 'request_refund' }),
    event('run/run_1', 'action.judged', { action: '2.1', decision: 'deny', code: 'stopped', rules: ['stop.x'] }),
    event('run/run_1', 'turn.answered', { turn: 3, identity: 'same' }),
    event('run/run_1', 'turn.answered', { turn: 4, identity: 'changed', answered_model: 'a\tb\nc' }),
  ])
  assert.deepEqual(
    lines.map(({ what }) => what),
    [
      'request_refund sent, attempt 2: run_1:1.1',
      '2.1 request_refund → deny stopped by stop.x',
      'turn 4: another model answered, a b c',
    ],
  )
})
