/** Legal writes that no task asks for: a policy that only knew the truth's calls by heart would refuse them. */
import { canonicalJson } from '../../examples/retail/canonical-json.ts'
import { operations } from '../../examples/retail/operations.ts'
import type { Snapshot } from '../../examples/retail/snapshot.ts'
import type { Call, Task } from './data.ts'
import { type LegalWrite, legalWrites } from './legal-writes.ts'
import { type Random, sample } from './random.ts'
import { lookUpOf, readingOf, writtenOrder } from './run-script.ts'

export interface LegalVariation extends LegalWrite {
  /** What the run calls first: who is on the line, and the order. */
  readonly reads: readonly Call[]
}

/** All that can be made: legal writes whose arguments stand in no task. */
export function legalVariations(shop: Snapshot, tasks: readonly Task[]): readonly LegalVariation[] {
  const truths = new Set(truthWrites(tasks).map(textOf))
  return legalWrites(shop)
    .filter(({ call }) => !truths.has(textOf(call)))
    .map((write) => ({ ...write, reads: readsFor(shop, write) }))
}

/**
 * Up to `perOperation` of each operation, orders not drawn yet first. Leaves out those that name a truth's items in
 * another order too: other arguments, but the same effect.
 */
export function drawLegalVariations(
  random: Random,
  variations: readonly LegalVariation[],
  tasks: readonly Task[],
  perOperation: number,
): readonly LegalVariation[] {
  const truths = new Set(truthWrites(tasks).map(effectOf))
  const candidates = variations.filter(({ call }) => !truths.has(effectOf(call)))
  const orders = new Set<string | undefined>()
  const drawn: LegalVariation[] = []
  for (const ofOperation of Map.groupBy(candidates, ({ call }) => call.name).values()) {
    drawn.push(...drawNewOrdersFirst(random, ofOperation, perOperation, orders))
  }
  return drawn
}

function drawNewOrdersFirst(
  random: Random,
  candidates: readonly LegalVariation[],
  count: number,
  orders: Set<string | undefined>,
): readonly LegalVariation[] {
  const fresh: LegalVariation[] = []
  const rest: LegalVariation[] = []
  for (const candidate of sample(random, candidates, candidates.length)) {
    const order = writtenOrder(candidate.call)
    if (fresh.length < count && !orders.has(order)) {
      orders.add(order)
      fresh.push(candidate)
    } else rest.push(candidate)
  }
  return [...fresh, ...rest].slice(0, count)
}

function truthWrites(tasks: readonly Task[]): readonly Call[] {
  return tasks.flatMap(({ actions }) => actions.filter(({ name }) => operations[name].effect === 'write'))
}

function textOf(call: Call): string {
  return canonicalJson([call.name, call.arguments])
}

/** Equal for returns that name the same items, in whatever order. */
function effectOf(call: Call): string {
  const { item_ids } = call.arguments
  if (call.name !== 'return_delivered_order_items' || !Array.isArray(item_ids)) return textOf(call)
  return textOf({ ...call, arguments: { ...call.arguments, item_ids: item_ids.toSorted() } })
}

function readsFor(shop: Snapshot, { customer, call }: LegalWrite): readonly Call[] {
  const order = writtenOrder(call)
  return order === undefined ? [lookUpOf(shop, customer)] : [lookUpOf(shop, customer), readingOf(order)]
}
