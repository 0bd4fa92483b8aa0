import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  covers,
  decideStop,
  effectiveStage,
  evolveStop,
  foldStop,
  lower,
  noStop,
  parseScope,
  type Stop,
  type StopCommand,
  scale,
  scopes,
  stopId,
  stopLevels,
} from './stop.ts'
import type { StopEvent } from './stop-events.ts'

const raise: StopCommand & { type: 'raise' } = {
  type: 'raise',
  scope: 'tool',
  value: 'request_refund',
  environment: 'dev',
  level: 'draft',
}
const { type: _type, ...scoped } = raise
const raised = {
  type: 'stop.raised',
  body: { stop: 'dev:tool:request_refund', ...scoped },
} satisfies StopEvent
const lifted: StopEvent = { type: 'stop.lifted', body: { stop: 'dev:tool:request_refund' } }
const quiet: StopEvent = {
  type: 'stop.quiet',
  body: { stop: 'dev:tool:request_refund', finished: 2, given_up: 1, waited_ms: 40 },
}
const lift = { type: 'lift', stop: 'dev:tool:request_refund', inForce: [] } as const
const quieten = { type: 'quieten', finished: 2, given_up: 1, waited_ms: 40 } as const

const given = (...events: StopEvent[]) => ({
  when: (command: StopCommand) => decideStop(events.reduce(evolveStop, noStop), command),
})

test('a stop is raised, and raising it again replaces the level', () => {
  assert.deepEqual(given().when(raise), [raised])
  assert.deepEqual(given(raised).when(raise), [])
  assert.deepEqual(given(raised).when({ ...raise, level: 'abort' }), [
    { type: 'stop.raised', body: { ...raised.body, level: 'abort' } },
  ])
  assert.deepEqual(given(raised, lifted).when(raise), [raised])
})

test('everything and the tenant are stopped in all environments at once', () => {
  const [event] = given().when({ ...raise, scope: 'everything', value: '' })
  assert.deepEqual(event?.body, { stop: 'everything', scope: 'everything', value: '', environment: '', level: 'draft' })
  assert.equal(stopId('dev', 'tenant', ''), stopId('prod', 'tenant', ''))
  assert.notEqual(stopId('dev', 'tool', 'x'), stopId('prod', 'tool', 'x'))
})

test('a stop in force is lifted once', () => {
  assert.deepEqual(given(raised).when(lift), [lifted])
  assert.throws(() => given(raised, lifted).when(lift), { code: 'stop_not_found', hint: 'in force: none' })
})

test('lifting what is not there names the nearest stop in force, or all of them', () => {
  const inForce = ['dev:tool:request_refund', 'everything']
  assert.throws(() => given().when({ ...lift, stop: 'dev:tool:request_refnd', inForce }), {
    code: 'stop_not_found',
    message: 'no stop `dev:tool:request_refnd` is in force',
    hint: 'did you mean `dev:tool:request_refund`?',
  })
  assert.throws(() => given().when({ ...lift, stop: 'tenant', inForce }), {
    hint: 'in force: `dev:tool:request_refund`, `everything`',
  })
})

test('D4 a stop is quiet once for each time it is raised, and not when it was lifted before', () => {
  assert.deepEqual(given(raised).when(quieten), [quiet])
  assert.deepEqual(given(raised, quiet).when(quieten), [])
  assert.deepEqual(given(raised, lifted).when(quieten), [])
  assert.deepEqual(given().when(quieten), [])
  const again: StopEvent = { type: 'stop.raised', body: { ...raised.body, level: 'abort' } }
  assert.deepEqual(given(raised, quiet, again).when(quieten), [quiet])
})

test('a stop is the fold of its stored events', () => {
  assert.deepEqual(foldStop([raised, quiet, { type: 'stop.seen', body: {} }]), {
    status: 'raised',
    raised: raised.body,
    isQuiet: true,
  })
  assert.deepEqual(foldStop([lifted]), noStop)
})

const stop = (scope: string, value = '', level: Stop['level'] = 'observe'): Stop => ({
  stop: `${scope}:${value}`,
  scope,
  value,
  level,
  environment: scope === 'everything' || scope === 'tenant' ? '' : 'dev',
})
const refund = { agent: 'billing', environment: 'dev', tool: 'request_refund', risk: 'high' }

test('a stop covers what its scope names, in its environment alone', () => {
  const covered = [
    stop('everything'),
    stop('tenant'),
    stop('agent', 'billing'),
    stop('tool', 'request_refund'),
    stop('risk', 'high'),
  ]
  const passed = [stop('agent', 'clerk'), stop('tool', 'get_invoice'), stop('risk', 'low')]
  for (const one of covered) assert.ok(covers(one, refund), one.stop)
  for (const one of passed) assert.ok(!covers(one, refund), one.stop)
  const elsewhere = { ...refund, environment: 'prod' }
  assert.deepEqual(
    covered.filter((one) => covers(one, elsewhere)).map(({ scope }) => scope),
    ['everything', 'tenant'],
  )
})

test('a stop for a tool or a risk says nothing of what has neither', () => {
  for (const one of [stop('tool', 'request_refund'), stop('risk', 'high')]) {
    assert.ok(!covers(one, { agent: 'billing', environment: 'dev' }))
  }
})

test('a stop of an unknown scope stops everything in its environment', () => {
  assert.ok(covers(stop('region', 'eu'), refund))
})

test('the strictest stop that covers an action counts, and is named', () => {
  const stops = [
    stop('tool', 'request_refund', 'draft'),
    stop('agent', 'billing', 'observe'),
    stop('agent', 'clerk', 'abort'),
  ]
  assert.deepEqual(effectiveStage('auto', stops, refund), { level: 'observe', stop: 'agent:billing' })
  assert.deepEqual(effectiveStage('observe', stops, refund), { level: 'observe' })
  assert.deepEqual(effectiveStage('gated', [], refund), { level: 'gated' })
})

const drawnStop: fc.Arbitrary<Stop> = fc.record({
  stop: fc.constantFrom('s1', 's2', 's3'),
  scope: fc.constantFrom(...scopes, 'region'),
  value: fc.constantFrom('', 'billing', 'clerk', 'request_refund', 'high'),
  level: fc.constantFrom(...stopLevels),
  environment: fc.constantFrom('dev', 'prod', ''),
})

test('adding a stop never raises the effective stage, and the order of stops does not matter', () => {
  const stages = fc.constantFrom(...scale)
  const property = fc.property(stages, fc.array(drawnStop, { maxLength: 4 }), drawnStop, (stage, stops, one) => {
    const before = effectiveStage(stage, stops, refund)
    const after = effectiveStage(stage, [...stops, one], refund)
    assert.ok(scale.indexOf(after.level) >= scale.indexOf(before.level))
    assert.ok(scale.indexOf(before.level) >= scale.indexOf(stage))
    if (covers(one, refund)) assert.equal(after.level, lower(before.level, one.level))
    assert.equal(effectiveStage(stage, [one, ...stops], refund).level, after.level)
  })
  fc.assert(property, { numRuns: 1000 })
})

test('a scope is written as a word, or as a word and a name', () => {
  assert.deepEqual(parseScope('everything'), { scope: 'everything', value: '' })
  assert.deepEqual(parseScope('tool:request_refund'), { scope: 'tool', value: 'request_refund' })
  assert.deepEqual(parseScope('agent:a:b'), { scope: 'agent', value: 'a:b' })
  for (const text of ['', 'tol:x', 'tool', 'tool:', 'tenant:acme']) {
    assert.throws(() => parseScope(text), { code: 'usage', param: 'scope' }, text)
  }
})
