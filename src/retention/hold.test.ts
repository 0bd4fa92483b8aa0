import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decideHold, foldHolds, type HoldCommand, holdOn, parseHoldScope } from './hold.ts'
import type { StoredEvent } from './retention-events.ts'

const placed = (hold: string, scope: 'everything' | 'agent' | 'run' | 'subject', value: string): HoldCommand => ({
  type: 'place',
  hold,
  scope,
  value,
  reason: null,
})
const stored = (commands: readonly HoldCommand[]): readonly StoredEvent[] => {
  const events: StoredEvent[] = []
  for (const command of commands)
    for (const { type, body } of decideHold(foldHolds(events), command))
      events.push({
        type,
        body: JSON.parse(JSON.stringify(body)),
        at: events.length,
        actor: 'ada',
        seq: events.length + 1,
      })
  return events
}
const inForce = (...commands: readonly HoldCommand[]) => foldHolds(stored(commands))
const run = { run: 'run_1', agent: 'billing', subjects: new Set(['customer:9f']) }

test('a scope that is held twice is free when both holds are lifted', () => {
  const twice = [placed('hold_1', 'run', 'run_1'), placed('hold_2', 'run', 'run_1')]
  assert.equal(holdOn(inForce(...twice, { type: 'lift', hold: 'hold_1' }), run)?.hold, 'hold_2')
  const both = [...twice, { type: 'lift', hold: 'hold_1' }, { type: 'lift', hold: 'hold_2' }] as const
  assert.equal(holdOn(inForce(...both), run), undefined)
})

test('a hold covers its run, its agent, its subject or everything, and nothing else', () => {
  const covering = [
    placed('a', 'run', 'run_1'),
    placed('b', 'agent', 'billing'),
    placed('c', 'subject', 'customer:9f'),
    placed('d', 'everything', ''),
  ]
  for (const command of covering) assert.ok(holdOn(inForce(command), run))
  const others = [placed('a', 'run', 'run_2'), placed('b', 'agent', 'support'), placed('c', 'subject', 'customer:00')]
  assert.equal(holdOn(inForce(...others), run), undefined)
})

test('a hold that is not in force cannot be lifted, and the nearest is named', () => {
  assert.throws(() => stored([placed('hold_1', 'run', 'run_1'), { type: 'lift', hold: 'hold_2' }]), {
    code: 'hold_not_found',
    hint: 'did you mean `hold_1`?',
  })
})

test('what is written is read as it is meant', () => {
  assert.deepEqual(parseHoldScope('everything'), { scope: 'everything', kind: '', value: '' })
  assert.deepEqual(parseHoldScope('customer:c:17'), { scope: 'subject', kind: 'customer', value: 'c:17' })
  assert.deepEqual(parseHoldScope('run:run_1'), { scope: 'run', kind: 'run', value: 'run_1' })
  for (const wrong of ['', 'customer', 'customer:', ':c_1'])
    assert.throws(() => parseHoldScope(wrong), { code: 'usage' })
})
