import type { Change } from './records.ts'

/** What an operation says: its value and the records it wants changed, or why it refuses. A refusal changes nothing. */
export type Outcome<Value> = Accepted<Value> | Refused

export interface Accepted<Value> {
  readonly ok: true
  readonly value: Value
  readonly changes: readonly Change[]
}

export interface Refused {
  readonly ok: false
  readonly error: string
}

export function accept<Value>(value: Value, changes: readonly Change[] = []): Accepted<Value> {
  return { ok: true, value, changes }
}

export function refuse(error: string): Refused {
  return { ok: false, error }
}
