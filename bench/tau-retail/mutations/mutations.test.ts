import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skip } from '../../../examples/retail/data-folder.ts'
import { inputs } from '../../../examples/retail/inputs.ts'
import { operations } from '../../../examples/retail/operations.ts'
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import { type AcceptedWrite, acceptedWrites } from '../accepted-writes.ts'
import { type Call, readBase, readTasks } from '../data.ts'
import { randomOf } from '../random.ts'
import { runScript } from '../run-script.ts'
import { classes, drawMutations } from './draw.ts'
import type { Mutation } from './mutation.ts'

/** How many of each can be made, where the definition leaves no room for chance. */
const countsByDefinition: Readonly<Record<string, number>> = {
  'unknown-id': 6_251,
  'missing-field': 3_375,
  'extra-field': 2_841,
  'wrong-type': 17_936,
  'reason-outside-enum': 828,
  'own-order-wrong-status': 1_436,
  'unavailable-variant': 1_543,
  'other-product': 587,
  'unequal-lengths': 868,
  'too-many-copies': 627,
  'item-of-other-order': 1_112,
  'empty-list': 627,
  'after-final': 4_268,
  unconfirmed: 4 * 947,
  'no-look-up': 947,
  'over-budget': 947,
}

/** Three different draws for each write: of 947, of the 936 to an order, of the 656 with a payment method. */
const countsDrawn: Readonly<Record<string, number>> = {
  'other-owner': 3 * 947,
  'other-owner-id': 3 * 936,
  'foreign-payment': 3 * 656,
}

const least: Readonly<Record<string, number>> = {
  'gift-card-too-small': 1_000,
  'refund-to-other-method': 1_000,
  'payment-unchanged': 400,
}

const sourceOf = () => {
  const shop = readBase()
  return { shop, writes: acceptedWrites(readTasks().map((task) => runScript(task, shop))), maxToolCalls: 14 }
}

const made = (seed: number) => {
  const source = sourceOf()
  return Object.entries(classes).map(([name, { make }]) => {
    return { name, mutations: make({ ...source, random: randomOf(seed, name) }), source }
  })
}

test('of each class there are as many mutations as its definition gives', { skip }, () => {
  for (const { name, mutations } of made(1)) {
    const exact = countsByDefinition[name] ?? countsDrawn[name]
    if (exact !== undefined) assert.equal(mutations.length, exact, name)
    else assert.ok(mutations.length >= (least[name] ?? Number.POSITIVE_INFINITY), `${name}: ${mutations.length}`)
  }
})

test('each mutation is stopped by the layer that it names, and by none below it', { skip }, () => {
  for (const { name, mutations, source } of made(2)) {
    for (const mutation of mutations) {
      assert.equal(mutation.class, name)
      assert.equal(lowestRefusal(source.shop, mutation), mutation.stoppedBy, JSON.stringify(mutation))
    }
  }
})

/** Plays it on the shop alone: what the shop accepts is left to policy, approval or budget. */
function lowestRefusal(shop: Snapshot, { setUp, call, stoppedBy }: Mutation): string {
  if (!inputs[call.name].safeParse(call.arguments).success) return 'schema'
  if (!operations[call.name].perform(stateAfter(shop, setUp), call.arguments).ok) return 'tool'
  return ['policy', 'approval', 'budget'].includes(stoppedBy) ? stoppedBy : 'nothing'
}

function stateAfter(shop: Snapshot, calls: readonly Call[]): Snapshot {
  return calls.reduce((state, call) => {
    const outcome = operations[call.name].perform(state, call.arguments)
    assert.ok(outcome.ok, 'the writes that set the scene are accepted')
    return state.after(outcome.changes)
  }, shop)
}

test('but for what the class says, a mutation is legal: the customer is known, asked and within the budget', {
  skip,
}, () => {
  for (const { name, mutations, source } of made(3)) {
    for (const { reads, confirmation, customer, task } of mutations) {
      const found = reads.some((call) => foundUser(source.shop, call) === customer)
      assert.equal(found, name !== 'no-look-up', `${name} of ${task}`)
      assert.equal(confirmation === 'customer', name !== 'unconfirmed', `${name} of ${task}`)
      assert.equal(reads.length >= source.maxToolCalls, name === 'over-budget', `${name} of ${task}`)
    }
  }
})

function foundUser(shop: Snapshot, call: Call): unknown {
  const outcome = operations[call.name].perform(shop, call.arguments)
  return call.name.startsWith('find_user_id_by_') && outcome.ok ? outcome.value : undefined
}

test('only the two classes about owners touch what is not the customer’s', { skip }, () => {
  for (const { name, mutations, source } of made(4)) {
    if (name === 'unknown-id' || name === 'missing-field' || name === 'wrong-type') continue
    for (const { call, customer, task } of mutations) {
      const { order_id, user_id } = call.arguments
      const owner = order_id === undefined ? user_id : source.shop.order(String(order_id))?.user_id
      assert.equal(owner !== customer, name.startsWith('other-owner'), `${name} of ${task}`)
    }
  }
})

test('an over-budget run makes different reads, each of which is answered', { skip }, () => {
  const source = sourceOf()
  for (const { reads } of classes['over-budget']?.make({ ...source, random: randomOf(1, '') }) ?? []) {
    assert.equal(new Set(reads.map((call) => JSON.stringify(call))).size, source.maxToolCalls)
    assert.ok(reads.every((call) => operations[call.name].perform(source.shop, call.arguments).ok))
  }
})

test('a seed draws at least 8,000 mutations, enough of each class, and the same ones every time', { skip }, () => {
  const source = sourceOf()
  const mutations = drawMutations(source, 7)
  const counts = new Map(Object.keys(classes).map((name) => [name, 0]))
  for (const { class: name } of mutations) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [name, count] of counts) assert.ok(count >= 300, `${name}: ${count}`)
  for (const name of ['other-owner', 'unconfirmed', 'no-look-up', 'over-budget'])
    assert.ok((counts.get(name) ?? 0) >= 500)
  const shopAccepts = mutations.filter(({ stoppedBy }) => stoppedBy !== 'schema' && stoppedBy !== 'tool')

  assert.ok(mutations.length >= 8_000)
  assert.ok(shopAccepts.length >= 4_000, `${shopAccepts.length} that only policy, approval or budget can stop`)
  assert.deepEqual(drawMutations(source, 7), mutations)
  assert.notDeepEqual(drawMutations(source, 8), mutations)
})

test('what looks like a mutation but fits the policy is as frequent as the shop says', { skip }, () => {
  const { writes } = sourceOf()
  const ownOrders = writes.flatMap((write) => otherOwn(write, 'order_id', (user) => user?.orders))
  const ownMethods = writes.flatMap((write) =>
    otherOwn(write, 'payment_method_id', (user) => user && Object.keys(user.payment_methods)),
  )
  assert.deepEqual([ownOrders.filter(Boolean).length, ownOrders.length], [341, 2_271])
  assert.deepEqual([ownMethods.filter(Boolean).length, ownMethods.length], [230, 321])
})

/** For each other id of the customer's in that field, whether the shop accepts it. */
function otherOwn(
  { call, customer, before }: AcceptedWrite,
  field: string,
  idsOf: (user: ReturnType<Snapshot['user']>) => readonly string[] | undefined,
): readonly boolean[] {
  const present = call.arguments[field]
  if (present === undefined) return []
  const others = (idsOf(before.user(customer)) ?? []).filter((id) => id !== present)
  return others.map((id) => operations[call.name].perform(before, { ...call.arguments, [field]: id }).ok)
}
