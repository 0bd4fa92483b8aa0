import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedBudgets } from './shared-budget.ts'

const limits = { dayMicroUsd: 40_000_000, sessionMicroUsd: 2_000_000 }
const run = { agent: 'billing', environment: 'dev', session: 'chat-1' }

test('D13 a run draws on its agent’s day and on its conversation, each under a key of its own', () => {
  assert.deepEqual(sharedBudgets(limits, run), [
    { key: 'budget:day:billing:dev', withinMs: 86_400_000, max: 40_000_000, bound: 'budgets.day' },
    {
      key: 'budget:session:billing:dev:chat-1',
      withinMs: 36_500 * 86_400_000,
      max: 2_000_000,
      bound: 'budgets.session',
    },
  ])
})

test('a budget that the page does not set, or a run outside any conversation, is not bounded', () => {
  assert.deepEqual(sharedBudgets({}, run), [])
  const { session: _session, ...alone } = run
  assert.deepEqual(
    sharedBudgets(limits, alone).map(({ bound }) => bound),
    ['budgets.day'],
  )
  assert.deepEqual(
    sharedBudgets({ sessionMicroUsd: 0 }, run).map(({ max }) => max),
    [0],
  )
})

test('the day of another agent or environment, and another conversation, are other budgets', () => {
  const keys = (of: Partial<typeof run>) => sharedBudgets(limits, { ...run, ...of }).map(({ key }) => key)
  const [day, session] = keys({})
  assert.ok(!keys({ agent: 'clerk' }).includes(day ?? ''))
  assert.ok(!keys({ environment: 'prod' }).includes(day ?? ''))
  assert.ok(!keys({ session: 'chat-2' }).includes(session ?? ''))
})

test('a run that has not started spends nothing', () => {
  assert.throws(() => sharedBudgets(limits, { environment: 'dev' }), { code: 'internal' })
})
