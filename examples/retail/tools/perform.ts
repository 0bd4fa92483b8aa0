/** Calls the shop for a tool. */
import { NotCommitted } from '../../../src/index.ts'
import type { OperationName } from '../operations.ts'
import type { Store } from '../store.ts'

/**
 * The shop's answer; that it is a `Value`, the tool's output schema checks. A refusal is an answer, too, and touched
 * nothing: it throws `NotCommitted`, not to be retried.
 */
export function perform<Value>(shop: Store, name: OperationName, input: unknown, key?: string): Value {
  const outcome = shop.perform(name, input, key)
  if (outcome.ok) return outcome.value as Value
  throw new NotCommitted(outcome.error)
}
