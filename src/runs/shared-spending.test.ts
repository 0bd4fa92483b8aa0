import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SharedBudget } from '../budgets/shared-budget.ts'
import { type Clock, systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import type { Lock, Transaction } from '../ledger/ledger.ts'
import type { Read } from '../ledger/reads.ts'
import { openSqliteLedger } from '../ledger/sqlite/sqlite-ledger.ts'
import { runProjection } from './run-projection.ts'
import { createSharedSpending, type Reservation, type SharedSpending } from './shared-spending.ts'

const dayMs = 86_400_000
const day: SharedBudget = { key: 'budget:day:billing:dev', withinMs: dayMs, max: 1_000, bound: 'budgets.day' }

/** Stands still until it is moved. */
function movedClock(): Clock & { move(ms: number): void } {
  let at = 1_000_000
  return {
    now: () => at,
    monotonic: () => at,
    wait: systemClock.wait,
    move: (ms) => {
      at += ms
    },
  }
}

async function engines(count: number, clock: Clock = systemClock) {
  const ledger = await openSqliteLedger({
    file: ':memory:',
    projections: [runProjection],
    clock,
    random: systemRandomness,
  })
  const parts = { ledger, clock, random: systemRandomness, tenant: 'default' }
  const engine = (name: string) => createSharedSpending({ ...parts, engine: name })
  const spendings = Array.from({ length: count }, (_, n) => engine(`eng_${n}`))
  const moved = async () => (await ledger.find('default', { moved: { read: 'moved', ...day } })).moved.amount
  return { spendings, engine, moved, ledger }
}

const boundOf = (answer: Reservation | { readonly bound: string }): string | undefined =>
  'bound' in answer ? answer.bound : undefined

/** Reserves and spends all of it; the bound that forbids it, where one does. */
const spend = async (spending: SharedSpending | undefined, budgets: readonly SharedBudget[], amount: number) =>
  boundOf((await spending?.reserve(budgets, amount)) ?? assert.fail())

async function reserved(spending: SharedSpending | undefined, amount: number): Promise<Reservation> {
  const answer = await spending?.reserve([day], amount)
  return answer && 'settle' in answer ? answer : assert.fail(`${amount} is not there`)
}

test('D13 engines that spend one day’s budget in slices never spend more than it together', async () => {
  const { spendings, moved } = await engines(3)
  const asked = spendings.flatMap((spending) => Array.from({ length: 200 }, () => spend(spending, [day], 7)))
  const granted = (await Promise.all(asked)).filter((bound) => bound === undefined).length
  assert.ok(granted > 0 && granted * 7 <= day.max, `${granted} turns of 7 were granted out of ${day.max}`)
  assert.ok((await moved()) <= day.max)
})

test('D13 a slice is taken synced, and further turns of the engine need no lock until it is spent', async () => {
  const { spendings, ledger } = await engines(1)
  const [spending] = spendings
  for (let n = 0; n < 10; n++) assert.equal(await spend(spending, [day], 2), undefined)
  assert.equal((await ledger.read('default', 'engine/eng_0')).length, 1)
})

test('D2 a slice is taken and given back under the lock of the stream that says so', async () => {
  const { ledger, engine } = await engines(0)
  const taken: (readonly Lock[])[] = []
  const transact = ledger.transact.bind(ledger)
  ledger.transact = <const Reads extends Readonly<Record<string, Read>>, Answer>(work: Transaction<Reads, Answer>) => {
    taken.push(work.locks)
    return transact(work)
  }
  const spending = engine('eng_1')
  const reservation = await reserved(spending, 10)
  reservation.settle(4)
  await spending.close()
  const stream = { lock: 'stream', stream: 'engine/eng_1' }
  assert.deepEqual(taken, [[stream, { lock: 'key', key: day.key }], [stream]])
})

test('D13 what a turn did not spend is there for the next, and what an engine did not spend for the others', async () => {
  const { spendings, moved } = await engines(2)
  const [one, other] = spendings
  const reservation = await reserved(one, 1_000)
  assert.equal(await spend(other, [day], 1), 'budgets.day')
  reservation.settle(400)
  reservation.settle(0)
  await one?.close()
  assert.equal(await moved(), 400)
  assert.equal(await spend(other, [day], 600), undefined)
  assert.equal(await spend(other, [day], 1), 'budgets.day')
})

test('D13 where one of two budgets forbids a turn the other keeps nothing of it', async () => {
  const { spendings } = await engines(1)
  const [spending] = spendings
  const session: SharedBudget = { ...day, key: 'budget:session:billing:dev:chat', max: 5, bound: 'budgets.session' }
  assert.equal(await spend(spending, [day, session], 6), 'budgets.session')
  assert.equal(await spend(spending, [day], 1_000), undefined)
})

test('D13 what was taken yesterday is not spent today, and is there again for whoever asks', async () => {
  const clock = movedClock()
  const { spendings, ledger } = await engines(2, clock)
  const [one, other] = spendings
  const reservation = await reserved(one, 1_000)
  reservation.settle(1)
  clock.move(dayMs - 1)
  assert.equal(await spend(other, [day], 1_000), 'budgets.day', 'the whole day is taken')
  assert.equal(await spend(one, [day], 999), undefined, 'what was not spent is there, in a slice of today')
  const events = await ledger.read('default', 'engine/eng_0')
  assert.deepEqual(
    events.map(({ type, body }) => [type, body.amount]),
    [
      ['slice.taken', 1_000],
      ['slice.returned', 999],
      ['slice.taken', 999],
    ],
  )
  clock.move(dayMs)
  assert.equal(await spend(other, [day], 1_000), 'budgets.day', 'today’s 999 were spent within a day')
})

test('D13 what is spent at the end of a slice’s life counts for a whole day from then', async () => {
  const clock = movedClock()
  const { spendings } = await engines(2, clock)
  const [one, other] = spendings
  const reservation = await reserved(one, 1_000)
  reservation.settle(0)
  clock.move(dayMs / 100 - 1)
  assert.equal(await spend(one, [day], 1_000), undefined, 'the slice lives')
  clock.move(dayMs - 1)
  assert.equal(await spend(other, [day], 1), 'budgets.day', 'it was spent less than a day ago')
  clock.move(2)
  assert.equal(await spend(other, [day], 1_000), undefined)
})

test('D13 a slice is over at the end of its life: its rest is returned before another is taken', async () => {
  const clock = movedClock()
  const { spendings, ledger } = await engines(1, clock)
  const reservation = await reserved(spendings[0], 1_000)
  reservation.settle(0)
  clock.move(dayMs / 100)
  assert.equal(await spend(spendings[0], [day], 1_000), undefined)
  const events = await ledger.read('default', 'engine/eng_0')
  assert.deepEqual(
    events.map(({ type }) => type),
    ['slice.taken', 'slice.returned', 'slice.taken'],
  )
})

/** The most that was spent within any stretch of so many milliseconds. */
function mostWithin(spent: readonly { at: number; amount: number }[], withinMs: number): number {
  const sums = spent.map(({ at: end }) =>
    spent.filter(({ at }) => at > end - withinMs && at <= end).reduce((sum, { amount }) => sum + amount, 0),
  )
  return Math.max(0, ...sums)
}

test('D13 over any stretch of a window’s length no more than the budget is spent, by whichever engines and however late', async () => {
  const clock = movedClock()
  const { engine } = await engines(0, clock)
  let games = 0
  let fullest = 0
  const step = fc.record({
    engine: fc.nat(2),
    wanted: fc.constantFrom(1, 50, 100, 150, 300),
    /** What is really spent of it, in hundredths, and how many steps later that is known. */
    share: fc.constantFrom(0, 50, 100, 100),
    settledAfter: fc.nat(1),
    // Up to the end of a slice's life, past it, and up to and past the end of the window.
    later: fc.constantFrom(0, 0, 5, 9, 10, 15, 19, 985, 991, 995, 1_000),
  })
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
    games += 1
    const budget: SharedBudget = { key: `budget:day:game:${games}`, withinMs: 1_000, max: 300, bound: 'budgets.day' }
    const spendings = [0, 1, 2].map((n) => engine(`eng_${games}_${n}`))
    const spent: { at: number; amount: number }[] = []
    const open: { due: number; settle: () => void }[] = []
    for (const [index, { engine: who, wanted, share, settledAfter, later }] of steps.entries()) {
      for (const { settle } of open.filter(({ due }) => due === index)) settle()
      const answer = (await spendings[who]?.reserve([budget], wanted)) ?? assert.fail()
      if ('settle' in answer) {
        const amount = Math.floor((wanted * share) / 100)
        spent.push({ at: clock.now(), amount })
        open.push({ due: index + settledAfter + 1, settle: () => answer.settle(amount) })
      }
      clock.move(later)
    }
    const most = mostWithin(spent, budget.withinMs)
    fullest = Math.max(fullest, most)
    assert.ok(most <= budget.max, `${most} of ${budget.max} within one window`)
    clock.move(2 * budget.withinMs)
    assert.equal(await spend(spendings[0], [budget], budget.max), undefined, 'the budget is whole again')
  })
  await fc.assert(property, { numRuns: 400 })
  assert.equal(fullest, 300, 'it was used up now and then')
})
