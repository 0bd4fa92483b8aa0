import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataFolder, skip } from '../../examples/retail/data-folder.ts'
import { operations } from '../../examples/retail/operations.ts'
import { openStore } from '../../examples/retail/store.ts'
import { makeCases } from './cases.ts'
import { readBase, readTasks } from './data.ts'
import { legalVariations } from './legal-variations.ts'
import { writtenOrder } from './run-script.ts'

test('as many legal variations can be made as the policy read strictly allows', { skip }, () => {
  const variations = legalVariations(readBase(), readTasks())
  const counts = Map.groupBy(variations, ({ call }) => call.name)
  assert.deepEqual(Object.fromEntries([...counts].map(([name, { length }]) => [name, length])), {
    cancel_pending_order: 667,
    exchange_delivered_order_items: 11_579,
    modify_pending_order_address: 250,
    modify_pending_order_items: 13_906,
    modify_pending_order_payment: 96,
    modify_user_address: 195,
    return_delivered_order_items: 4_612,
  })
  assert.equal(variations.length, 31_305)
})

test('a seed draws at least 2,000 of them over at least 600 orders, none twice and none a truth', { skip }, () => {
  const { variations } = makeCases(11)
  const tasks = readTasks()
  const texts = new Set(variations.map(({ call }) => JSON.stringify(call)))
  const orders = new Set(variations.map(({ call }) => writtenOrder(call)).filter((order) => order !== undefined))

  assert.ok(variations.length >= 2_000)
  assert.ok(orders.size >= 600, `${orders.size} orders`)
  assert.equal(texts.size, variations.length)
  const truths = tasks.flatMap(({ actions }) => actions).filter(({ name }) => operations[name].effect === 'write')
  for (const { name, arguments: input } of truths) assert.ok(!texts.has(JSON.stringify({ name, arguments: input })))
})

test('the shop accepts each drawn variation and is changed by it, in a state that no truth leaves', { skip }, () => {
  using store = openStore({ data: dataFolder })
  const base = readBase()
  const truths = new Set(readTasks().flatMap(({ actions }) => actions.map(effectOn)))
  function effectOn(call: { name: keyof typeof operations; arguments: unknown }): string {
    const outcome = operations[call.name].perform(base, call.arguments)
    return outcome.ok && outcome.changes.length > 0 ? JSON.stringify(outcome.changes) : ''
  }

  for (const { call, reads, customer } of makeCases(12).variations) {
    for (const read of reads) assert.ok(store.perform(read.name, read.arguments).ok)
    const outcome = store.perform(call.name, call.arguments)
    assert.ok(outcome.ok && store.writeCount() > 0, JSON.stringify(call))
    assert.ok(outcome.changes.every(({ record, id }) => ('user_id' in record ? record.user_id : id) === customer))
    assert.ok(!truths.has(effectOn(call)), `${JSON.stringify(call)} has the effect of a truth`)
    store.reset()
  }
})
