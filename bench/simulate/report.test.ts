import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tally } from '../../test/world/tally.ts'
import { plants } from './plants/plants.ts'
import { rarestPair, reportOf } from './report.ts'
import { addTo, emptySum, merge } from './sum.ts'

const options = { short: true, seeds: 1, forMs: 1, plants: 1, lanes: 1, only: undefined }
const [plant] = plants
const quiet = { same: true, findsEdit: true }

const played = (rule?: 'hung' | 'overspent') => ({
  violation: rule && { rule, said: 'so' },
  trace: '',
  lines: undefined,
  steps: 3,
  tally: new Tally(),
  effects: 2,
  commits: 1,
  decisions: 4,
  runs: {},
  complaints: new Map(),
})

test('a violation fails the bench and is counted under its rule', () => {
  const sum = emptySum()
  addTo(sum, '1.0', played())
  addTo(sum, '1.1', played('overspent'))
  const { line, failures } = reportOf({ sum, tried: [], rebuilt: quiet, options, seconds: 1 })
  assert.deepEqual([line.seeds, line.steps, line.overspent, line.hung], [2, 6, 1, 0])
  assert.deepEqual(failures, ['seed 1.1: overspent: so'])
})

test('a fault that no seed finds fails the bench, and so does a seed that is another world the second time', () => {
  assert.ok(plant)
  const sum = { ...emptySum(), nondeterministic: ['1.4'] }
  const tried = [{ plant, found: undefined, seeds: 9 }]
  const { line, failures } = reportOf({ sum, tried, rebuilt: quiet, options, seconds: 1 })
  assert.deepEqual([line.planted, line.found, line.nondeterministic], [1, 0, 1])
  assert.equal(failures.length, 2)
})

test('in a whole run too few seeds, crashes, effects and meetings of faults fail the bench', () => {
  const whole = { ...options, short: false }
  const { failures } = reportOf({ sum: emptySum(), tried: [], rebuilt: quiet, options: whole, seconds: 1 })
  assert.equal(failures.length, 6)
})

test('sums of lanes add up, and a pair that never met is the rarest', () => {
  const sums = [
    { ...emptySum(), pairs: { 'busy+kill': 2 } },
    { ...emptySum(), pairs: { 'busy+kill': 3 } },
  ]
  const whole = merge(sums)
  assert.equal(whole.pairs['busy+kill'], 5)
  assert.equal(rarestPair(whole).seeds, 0)
})
