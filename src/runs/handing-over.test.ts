/** Runs that go to people: what ends them, and what sends them back to work. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refund, refundHouse, say } from '../../test/refund-house.ts'
import { workHandoff } from '../commands/work-handoff.ts'
import type { RunResult } from '../run-handle.ts'

const onePurchase = { agent: { max_tool_calls: 1 }, on_call: 'billing-oncall' }
const person = 'olga@acme.example'

function handoffOf(result: RunResult): string {
  if (result.status !== 'handed_off' || result.handoff === undefined)
    throw new assert.AssertionError({ message: `the run is ${result.status}` })
  return result.handoff
}

for (const database of ['memory', 'postgres'] as const) {
  test(`a run that a person has resolved is over: no turn, no call, no second handoff (${database})`, async () => {
    await using house = await refundHouse({ database, page: onePurchase })
    const turns = [refund('in_1', '5.00'), refund('in_2', '5.00'), refund('in_3', '5.00'), say('Done.')]
    const run = await house.start(turns)
    const handoff = handoffOf(await house.settled(run))
    const { house: open } = house.runtime
    await workHandoff(open, { handoff, by: person, type: 'claim', groups: ['billing-oncall'] })
    await workHandoff(open, { handoff, by: person, type: 'resolve', outcome: 'refunded by hand' })
    await house.until(async () => (await house.bodies(run, 'run.ended')).length > 0)
    const result = await house.settled(run)
    assert.deepEqual(
      [result.status, result.status === 'handed_off' && result.output],
      ['handed_off', 'refunded by hand'],
    )
    assert.equal((await house.bodies(run, 'turn.started')).length, 2)
    assert.equal((await house.bodies(run, 'run.escalated')).length, 1)
    assert.equal(house.desk.commits().length, 1)
  })
}

test('a run that a person returned goes on with what was added, and with the person’s words', async () => {
  await using house = await refundHouse({ page: onePurchase })
  const run = await house.start([refund('in_1', '5.00'), refund('in_2', '5.00'), refund('in_2', '5.00'), say('Done.')])
  const handoff = handoffOf(await house.settled(run))
  const { house: open } = house.runtime
  await workHandoff(open, { handoff, by: person, type: 'claim', groups: ['billing-oncall'] })
  await workHandoff(open, { handoff, by: person, type: 'return', note: 'one more', extends: { tool_calls: 1 } })
  const result = await house.settled(run)
  assert.equal(result.status, 'done')
  assert.equal(house.desk.commits().length, 2)
  assert.ok(house.prompts.at(-1)?.includes('one more'))
})
