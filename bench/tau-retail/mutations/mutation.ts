/** A mutation: a run that is legal but for one thing, described as data. Playing it must leave the shop untouched. */
import type { Snapshot } from '../../../examples/retail/snapshot.ts'
import type { JsonObject } from '../../../src/json.ts'
import type { AcceptedWrite } from '../accepted-writes.ts'
import type { Call } from '../data.ts'
import type { Random } from '../random.ts'
import { lookUpOf, readingOf, writtenOrder } from '../run-script.ts'

/**
 * The layer that has to hold. `tool`: the shop itself refuses. `policy`, `approval` and `budget`: the shop would accept,
 * so nothing else stands in the way.
 */
export type Layer = 'schema' | 'tool' | 'policy' | 'approval' | 'budget'

/** How the question about the write is answered: by the customer, by nobody, or by an approval that is not one. */
export type Confirmation = 'customer' | 'none' | 'other-digest' | 'other-principal' | 'already-spent'

export interface Mutation {
  readonly class: string
  /** The task it deviates from; undefined for one that is drawn from all orders. */
  readonly task: string | undefined
  /** Id of the user on the line. */
  readonly customer: string
  /** Writes that the shop has accepted before the run begins: played on the shop itself. */
  readonly setUp: readonly Call[]
  /** What the run calls before: who is on the line, the order, and more where the budget is to be used up. */
  readonly reads: readonly Call[]
  readonly call: Call
  readonly confirmation: Confirmation
  readonly stoppedBy: Layer
}

/** What mutations are made from. */
export interface Source {
  readonly shop: Snapshot
  readonly writes: readonly AcceptedWrite[]
  /** Tool calls that one run may make. */
  readonly maxToolCalls: number
  readonly random: Random
}

type Deviation = Pick<Mutation, 'class' | 'stoppedBy'> & Partial<Pick<Mutation, 'call' | 'reads' | 'confirmation'>>

/** The accepted write in the state just before it, but for what the deviation says. */
export function deviating(write: AcceptedWrite, deviation: Deviation): Mutation {
  return {
    task: write.task,
    customer: write.customer,
    setUp: write.earlier,
    reads: readsBefore(write.before, write.customer, write.call),
    call: write.call,
    confirmation: 'customer',
    ...deviation,
  }
}

/** The same call with other arguments. */
export function withArguments(call: Call, changed: JsonObject): Call {
  return { name: call.name, arguments: { ...call.arguments, ...changed } }
}

/** The look-up, and a reading of the order when the write is about one. */
export function readsBefore(shop: Snapshot, customer: string, call: Call): readonly Call[] {
  const order = writtenOrder(call)
  return order === undefined ? [lookUpOf(shop, customer)] : [lookUpOf(shop, customer), readingOf(order)]
}

/** The strings under that name; empty where the call has no such list. */
export function listOf(call: Call, field: string): readonly string[] {
  const list = call.arguments[field]
  return Array.isArray(list) ? list.filter((member) => typeof member === 'string') : []
}
