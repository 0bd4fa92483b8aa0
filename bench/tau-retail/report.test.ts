import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classes } from './mutations/draw.ts'
import type { Options } from './options.ts'
import { addUp, emptyTally, type Tally } from './play/tally.ts'
import { reportOf } from './report.ts'

const options: Options = { database: 'sqlite', short: false, lanes: 2, cases: undefined, out: '' }
const failuresOf = (tally: Tally, short = false) =>
  reportOf(tally, { options: { ...options, short }, seconds: 1, rebuilt: { same: true, findsEdit: true } }).failures

const names = (count: number, make: (n: number) => string) => Array.from({ length: count }, (_, n) => make(n))

/** Everything that is required, and nothing that must not be. */
const complete: Tally = {
  ...emptyTally(),
  tasks: 635,
  finalStateEqual: 635,
  truthWrites: 971,
  truthCommitted: 947,
  truthRefused: [...names(23, (n) => `t${n}[0]`), 't0[1]'],
  legalVariations: 2_000,
  legalOrders: names(600, (n) => `#${n}`),
  mutations: Object.fromEntries(Object.keys(classes).map((name) => [name, { tried: 500, reachedStore: 0 }])),
  policyOnly: 4_000,
  policyOnlyControlReached: 4_000,
}

test('a complete bench without a violation passes', () => {
  assert.deepEqual(failuresOf(complete), [])
})

test('each required zero that is not zero fails, also in a short run', () => {
  const [name = ''] = Object.keys(classes)
  const violations: Partial<Tally>[] = [
    { statesDifferent: ['t1'] },
    { truthUnexpected: ['t1[0]'] },
    { legalInTruth: ['v1'] },
    { legalNotCommitted: ['v1'] },
    { mutations: { ...complete.mutations, [name]: { tried: 500, reachedStore: 1 } } },
    { controlMissed: ['m1'] },
    { errors: ['internal'] },
    { wrongAnswers: { accepted: 1 } },
    { readsRefused: 1 },
    { questionsLeft: 1 },
    { touchedWhileEnding: 1 },
  ]
  for (const violation of violations)
    assert.equal(failuresOf({ ...complete, ...violation }, true).length, 1, JSON.stringify(violation))
})

test('each count that was not reached fails, but for a short run', () => {
  const [name = ''] = Object.keys(classes)
  const lacks: Partial<Tally>[] = [
    { tasks: 634 },
    { finalStateEqual: 634 },
    { truthWrites: 970 },
    { truthCommitted: 946 },
    { legalVariations: 1_999 },
    { legalOrders: names(599, (n) => `#${n}`) },
    { policyOnly: 3_999 },
    { mutations: { ...complete.mutations, [name]: { tried: 299, reachedStore: 0 } } },
    { mutations: { ...complete.mutations, 'no-look-up': { tried: 499, reachedStore: 0 } } },
  ]
  for (const lack of lacks) {
    assert.equal(failuresOf({ ...complete, ...lack }).length, 1, JSON.stringify(lack))
    assert.deepEqual(failuresOf({ ...complete, ...lack }, true), [])
  }
})

test('a ledger that is rebuilt differently, or in which an edit is not found, fails', () => {
  for (const rebuilt of [
    { same: false, findsEdit: true },
    { same: true, findsEdit: false },
  ])
    assert.equal(reportOf(complete, { options, seconds: 1, rebuilt }).failures.length, 1)
})

test('what the lanes counted is added up', () => {
  const one = { ...complete, mutations: { a: { tried: 1, reachedStore: 0 } }, stoppedByLayer: { policy: 2 } }
  const other = { ...complete, mutations: { a: { tried: 2, reachedStore: 1 }, b: { tried: 1, reachedStore: 0 } } }
  const sum = addUp([one, other])
  assert.deepEqual(sum.mutations, { a: { tried: 3, reachedStore: 1 }, b: { tried: 1, reachedStore: 0 } })
  assert.deepEqual([sum.tasks, sum.stoppedByLayer, sum.truthRefused.length], [1_270, { policy: 2 }, 48])
})
