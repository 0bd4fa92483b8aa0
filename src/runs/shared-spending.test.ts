import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SharedBudget } from '../budgets/shared-budget.ts'
import { systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import { openSqliteLedger } from '../ledger/sqlite/sqlite-ledger.ts'
import { runProjection } from './run-projection.ts'
import { createSharedSpending } from './shared-spending.ts'

const day: SharedBudget = { key: 'budget:day:billing:dev', withinMs: 86_400_000, max: 1_000, bound: 'budgets.day' }

async function engines(count: number) {
  const clock = systemClock
  const ledger = await openSqliteLedger({
    file: ':memory:',
    projections: [runProjection],
    clock,
    random: systemRandomness,
  })
  const parts = { ledger, clock, random: systemRandomness, tenant: 'default' }
  const spendings = Array.from({ length: count }, (_, n) => createSharedSpending({ ...parts, engine: `eng_${n}` }))
  const moved = async () => (await ledger.find('default', { moved: { read: 'moved', ...day } })).moved.amount
  return { spendings, moved, ledger }
}

test('D13 engines that spend one day’s budget in slices never spend more than it together', async () => {
  const { spendings, moved } = await engines(3)
  const asked = spendings.flatMap((spending) => Array.from({ length: 200 }, () => spending.reserve([day], 7)))
  const granted = (await Promise.all(asked)).filter((bound) => bound === undefined).length
  assert.ok(granted > 0 && granted * 7 <= day.max, `${granted} turns of 7 were granted out of ${day.max}`)
  assert.ok((await moved()) <= day.max)
})

test('D13 a slice is taken synced, and further turns of the engine need no lock until it is spent', async () => {
  const { spendings, ledger } = await engines(1)
  const [spending] = spendings
  for (let n = 0; n < 10; n++) assert.equal(await spending?.reserve([day], 2), undefined)
  assert.equal((await ledger.read('default', 'engine/eng_0')).length, 1)
})

test('D13 what a turn did not spend is there for the next, and what an engine did not spend for the others', async () => {
  const { spendings, moved } = await engines(2)
  const [one, other] = spendings
  assert.equal(await one?.reserve([day], 1_000), undefined)
  assert.equal(await other?.reserve([day], 1), 'budgets.day')
  one?.settle([day], 1_000, 400)
  await one?.close()
  assert.equal(await moved(), 400)
  assert.equal(await other?.reserve([day], 600), undefined)
  assert.equal(await other?.reserve([day], 1), 'budgets.day')
})

test('D13 where one of two budgets forbids a turn the other keeps nothing of it', async () => {
  const { spendings } = await engines(1)
  const [spending] = spendings
  const session: SharedBudget = { ...day, key: 'budget:session:billing:dev:chat', max: 5, bound: 'budgets.session' }
  assert.equal(await spending?.reserve([day, session], 6), 'budgets.session')
  assert.equal(await spending?.reserve([day], 1_000), undefined)
})
