/**
 * What the harness plays for a task. The truth holds only the calls that solve it, so two kinds are put in: the look-up
 * that says who is on the line, where the truth has none, and a reading of each order before the first write to it.
 */
import { operations } from '../../examples/retail/operations.ts'
import type { Snapshot } from '../../examples/retail/snapshot.ts'
import type { Call, Task } from './data.ts'

export interface Step {
  readonly call: Call
  /** 0-based place in the actions of the task; undefined for a call that the harness puts in. */
  readonly action: number | undefined
  readonly write: boolean
  /** Whether the shop alone, without any policy over it, accepts the call. */
  readonly accepted: boolean
  readonly before: Snapshot
  readonly after: Snapshot
}

export interface RunScript {
  readonly task: string
  /** Id of the user whom the first successful look-up returned; undefined when the task has no call. */
  readonly customer: string | undefined
  readonly steps: readonly Step[]
}

export function runScript(task: Task, base: Snapshot): RunScript {
  const steps: Step[] = []
  let customer: string | undefined
  const play = (call: Call, action?: number) => {
    const step = stepOf(call, action, steps.at(-1)?.after ?? base)
    steps.push(step)
    if (isLookUp(call)) customer ??= foundBy(step)
  }

  if (task.actions.length > 0 && !task.actions.some(isLookUp)) play(lookUpOf(base, task.userId))
  for (const [index, call] of task.actions.entries()) {
    const order = writtenOrder(call)
    if (order !== undefined && !hasRead(steps, order)) play(readingOf(order))
    play(call, index)
  }
  return { task: task.id, customer, steps }
}

/** By e-mail address, which is nobody else's. */
export function lookUpOf(records: Snapshot, userId: string): Call {
  const email = records.user(userId)?.email
  if (email === undefined) throw new Error(`\`${userId}\` is no user of the shop`)
  return { name: 'find_user_id_by_email', arguments: { email } }
}

export function readingOf(orderId: string): Call {
  return { name: 'get_order_details', arguments: { order_id: orderId } }
}

/** The order that a write is about; undefined for reads and for writes to a profile. */
export function writtenOrder(call: Call): string | undefined {
  const order = call.arguments.order_id
  return operations[call.name].effect === 'write' && typeof order === 'string' ? order : undefined
}

export function isLookUp({ name }: Call): boolean {
  return name === 'find_user_id_by_email' || name === 'find_user_id_by_name_zip'
}

function stepOf(call: Call, action: number | undefined, before: Snapshot): Step {
  const { effect, perform } = operations[call.name]
  const outcome = perform(before, call.arguments)
  const after = outcome.ok ? before.after(outcome.changes) : before
  return { call, action, write: effect === 'write', accepted: outcome.ok, before, after }
}

function foundBy({ call, before }: Step): string | undefined {
  const outcome = operations[call.name].perform(before, call.arguments)
  return outcome.ok ? String(outcome.value) : undefined
}

function hasRead(steps: readonly Step[], order: string): boolean {
  return steps.some(({ call, accepted, write }) => {
    const reads = call.name === 'get_order_details' && accepted
    return (reads || write) && call.arguments.order_id === order
  })
}
