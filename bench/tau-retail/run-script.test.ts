import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataFolder, skip } from '../../examples/retail/data-folder.ts'
import { openStore } from '../../examples/retail/store.ts'
import { acceptedWrites } from './accepted-writes.ts'
import { readBase, readTasks } from './data.ts'
import { runScript } from './run-script.ts'

const scriptsOf = () => {
  const base = readBase()
  return readTasks().map((task) => runScript(task, base))
}

test('a look-up is put in where the task has none, and a reading before the first write to an unread order', {
  skip,
}, () => {
  const scripts = scriptsOf()
  const inserted = scripts.map(({ steps }) => steps.filter(({ action }) => action === undefined))
  const withLookUp = inserted.filter(([first]) => first?.call.name === 'find_user_id_by_email')
  const readings = inserted.flat().filter(({ call }) => call.name === 'get_order_details')

  assert.equal(withLookUp.length, 565)
  assert.equal(readings.length, 778)
  assert.equal(inserted.flat().length, 565 + 778, 'nothing else is put in')
  assert.ok(
    inserted.flat().every(({ accepted }) => accepted),
    'what is put in succeeds',
  )
  assert.equal(scripts.filter(({ steps }) => steps.length === 0).length, 3)
  assert.equal(Math.max(...scripts.map(({ steps }) => steps.length)), 14)
})

test('a look-up succeeds before anything else in every run that has a call', { skip }, () => {
  for (const { task, customer, steps } of scriptsOf()) {
    if (steps.length === 0) continue
    const first = steps.findIndex(({ accepted }) => accepted)
    assert.match(steps[first]?.call.name ?? '', /^find_user_id_by_/, task)
    assert.ok(customer, task)
  }
})

test('the customer is whom the look-up found, also where the benchmark means someone else', { skip }, () => {
  const userIds = new Map(readTasks().map(({ id, userId }) => [id, userId]))
  const scripts = scriptsOf()
  const others = scripts.filter(({ task, customer }) => customer !== undefined && customer !== userIds.get(task))
  assert.equal(others.length, 1)
  for (const { steps, customer } of scripts) {
    for (const { call, before, accepted, write } of steps) {
      if (!write || !accepted || call.arguments.order_id === undefined) continue
      assert.equal(
        before.order(String(call.arguments.order_id))?.user_id,
        customer,
        'accepted writes are to own orders',
      )
    }
  }
})

test('without any of its own steps a script is its task', { skip }, () => {
  const tasks = readTasks()
  for (const [place, { steps }] of scriptsOf().entries()) {
    const own = steps.filter(({ action }) => action !== undefined)
    assert.deepEqual(
      own.map(({ call }) => call),
      tasks[place]?.actions,
    )
    assert.deepEqual(
      own.map(({ action }) => action),
      [...own.keys()],
    )
  }
})

test('rehearsed in memory, the truth ends as it does in the store', { skip }, () => {
  using store = openStore({ data: dataFolder })
  const scripts = scriptsOf()
  assert.equal(acceptedWrites(scripts).length, 947)
  for (const { task, steps } of scripts) {
    for (const { call, accepted } of steps) assert.equal(store.perform(call.name, call.arguments).ok, accepted, task)
    const end = steps.at(-1)?.after
    for (const { collection, id } of store.writeLog()) {
      const rehearsed = collection === 'orders' ? end?.order(id) : end?.user(id)
      assert.equal(JSON.stringify(rehearsed), store.recordText(collection, id), `${task} ${id}`)
    }
    store.reset()
  }
})
