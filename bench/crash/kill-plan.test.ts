import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planKills } from './kill-plan.ts'

const wanted = { seed: 7, kills: 400, serverKills: 9, leaseMs: 500 }

test('the same seed kills at the same moments, another at others', () => {
  assert.deepEqual(planKills(wanted), planKills(wanted))
  assert.notDeepEqual(planKills(wanted), planKills({ ...wanted, seed: 8 }))
})

test('there are as many kills of engines and of servers as were asked for, of each sort plenty', () => {
  const plan = planKills(wanted)
  const engines = plan.filter(({ kill }) => kill === 'engine')
  const recovering = engines.filter((kill) => kill.kill === 'engine' && kill.when === 'recovering')
  assert.deepEqual([engines.length, plan.length - engines.length], [400, 9])
  assert.ok(recovering.length > 35 && recovering.length < 110, `${recovering.length} in recovery`)
  assert.equal(planKills({ ...wanted, kills: 3, serverKills: 0 }).length, 3)
})
