/** A few cases of each kind through the whole runtime: the full number of them is the bench's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skip } from '../../../examples/retail/data-folder.ts'
import { type Cases, makeCases } from '../cases.ts'
import { truthComparer } from '../compare-truth.ts'
import { readBase } from '../data.ts'
import { classes } from '../mutations/draw.ts'
import type { Layer, Mutation } from '../mutations/mutation.ts'
import { openLane } from './lane.ts'
import { playMutation } from './play-mutation.ts'
import { playTruth } from './play-truth.ts'
import { playVariation, textOf } from './play-variation.ts'
import { emptyTally } from './tally.ts'

let made: Cases | undefined
const cases = (): Cases => {
  made ??= makeCases(1)
  return made
}

const openForTest = () =>
  openLane({ ledger: ':memory:', keyring: ':memory:' }, (error) => {
    throw error
  })

test('tasks end as the benchmark has them, also where its own tools refuse a write', { skip }, async () => {
  await using lane = await openForTest()
  const tally = emptyTally()
  const { scripts } = cases()
  const refused = scripts.filter(({ steps }) => steps.some(({ write, accepted }) => write && !accepted)).slice(0, 3)
  const longest = scripts.toSorted((a, b) => b.steps.length - a.steps.length).slice(0, 2)
  const empty = scripts.filter(({ steps }) => steps.length === 0).slice(0, 1)
  for (const script of [...refused, ...longest, ...empty]) {
    await playTruth(lane, script, truthComparer(), tally)
    lane.shop.reset()
  }
  assert.deepEqual([tally.tasks, tally.finalStateEqual, tally.truthUnexpected], [6, 6, []])
  assert.ok(tally.truthRefused.length >= 3)
})

test('legal writes that no task holds are committed', { skip }, async () => {
  await using lane = await openForTest()
  const tally = emptyTally()
  const firstOfEach = new Map(cases().variations.map((variation) => [variation.call.name, variation]))
  for (const [name, variation] of firstOfEach) {
    await playVariation(lane, name, variation, { base: readBase(), truths: new Set() }, tally)
    lane.shop.reset()
  }
  assert.deepEqual([tally.legalVariations, tally.legalNotCommitted], [7, []])
})

test('a variation that stands in the truth, or was not committed, is found', { skip }, async () => {
  await using lane = await openForTest()
  const tally = emptyTally()
  const [variation] = cases().variations
  assert.ok(variation)
  const background = { base: readBase(), truths: new Set([textOf(variation.call)]) }
  await playVariation(lane, 'a', { ...variation, reads: [] }, background, tally)
  assert.deepEqual([tally.legalInTruth, tally.legalNotCommitted], [['a'], ['a']])
})

/** Another customer's order is kept by the page's own rule before the shop is asked whether it would have taken it. */
const layersOf = ({ class: ofClass, stoppedBy }: Mutation): readonly Layer[] =>
  ofClass === 'other-owner-id' ? ['policy', 'tool'] : [stoppedBy]

for (const ofClass of Object.keys(classes)) {
  test(`a mutation of class ${ofClass} is stopped by the layer that has to hold`, { skip }, async () => {
    await using lane = await openForTest()
    const all = cases().mutations.filter((mutation) => mutation.class === ofClass)
    const oneOfEachKind = new Map(all.map((mutation) => [mutation.confirmation, mutation])).values()
    for (const mutation of oneOfEachKind) {
      const tally = emptyTally()
      await playMutation(lane, `${ofClass} ${mutation.confirmation}`, mutation, tally)
      assert.deepEqual(tally.mutations, { [ofClass]: { tried: 1, reachedStore: 0 } })
      const [layer = ''] = Object.keys(tally.stoppedByLayer)
      assert.ok(
        layersOf(mutation).some((expected) => expected === layer),
        `${layer} stopped it`,
      )
      assert.equal(tally.readsRefused, 0)
      assert.equal(tally.policyOnlyControlReached, tally.policyOnly, 'without the runtime it reaches the shop')
      assert.equal(tally.wrongAnswers.accepted, undefined)
    }
  })
}

test('a mutation that reaches the shop is counted', { skip }, async () => {
  await using lane = await openForTest()
  const tally = emptyTally()
  const mutation = cases().mutations.find(({ confirmation }) => confirmation === 'none')
  assert.ok(mutation)
  await playMutation(lane, 'confirmed after all', { ...mutation, confirmation: 'customer' }, tally)
  assert.equal(tally.mutations[mutation.class]?.reachedStore, 1)
})
