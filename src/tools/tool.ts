/**
 * What a tool is: a narrow typed operation on a system of record. Authority lives in the charter alone, never in a
 * callback beside a tool: a tool says what it is and what its vendor can do, the page only tightens.
 */
import type { Json } from '../json.ts'
import type { Schema } from './schema.ts'

/** `low`: reads · `medium`: writes with an undo · `high`: money, deletion, permissions, no undo · `forbidden`. */
export type Risk = 'low' | 'medium' | 'high' | 'forbidden'

/** What a call touches, as the system of record names it: `{ invoice: 'in_93K2', customer: 'c_17' }`. The first is primary. */
export type Subjects = Readonly<Record<string, string | readonly string[]>>

/** A time such as `'250ms'`, `'10s'`, `'4h'`, `'30d'`. */
export type DurationText = `${number}${'ms' | 's' | 'm' | 'min' | 'h' | 'd'}`

/** A rate such as `'10/min'`. */
export type RateText = `${number}/${'s' | 'min' | 'h' | 'd'}`

/** What `subjects`, `facts` and `preview` may use: governed reads, memoised for one gathering, and this run's earlier reads. */
export interface Gathering {
  /** Calls a read tool under the same charter, and answers with its validated output. */
  read<Input, Output>(tool: Tool<Input, Output>, input: unknown): Promise<Output>
  /** The outputs that this run's own successful calls of a read tool had, oldest first. */
  earlier<Input, Output>(tool: Tool<Input, Output>): readonly Output[]
  readonly signal: AbortSignal
}

/** What `execute`, `verify` and `undo` get. The key is minted once per effect; the model never sees it. */
export interface Execution {
  /** Sent to the vendor unchanged on every attempt. For a read, a key of its own that no vendor needs. */
  readonly key: string
  readonly attempt: number
  /** Aborts at the deadline, or when a stop of level `abort` comes. */
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly deadline: number
  /** W3C trace context that names the span of this very call, to be passed on to the vendor; absent outside of a run. */
  readonly traceparent?: string | undefined
}

export type VerifyAnswer<Output> =
  | { answer: 'committed'; output?: Output }
  | { answer: 'absent' }
  | { answer: 'pending' }

export interface DocumentShown {
  id: string
  title?: string
}

export interface RetryPolicy {
  /** Sends in all, the first included. */
  attempts: number
  /** Wait before the second send; doubled for each further one, up to `max`. */
  backoff: DurationText
  max?: DurationText
}

export interface BreakerPolicy {
  /** Failures in a row that open the breaker. */
  failures: number
  /** How long it stays open before one call may try again. */
  coolDown: DurationText
}

/** The tool as the runtime uses it; `defineTool` makes one and checks it. */
export interface Tool<Input = unknown, Output = unknown, Facts = unknown> {
  readonly name: string
  readonly description: string
  readonly version: string
  readonly kind: 'read' | 'write'
  readonly risk: Risk
  /** A read that sends data out: dispatched as a write is. */
  readonly egress: boolean
  readonly input: Schema<Input>
  readonly output: Schema<Output>
  readonly factsSchema: Schema<Facts> | undefined
  /** Fields of the preview that an approval's digest covers. */
  readonly previewSchema: Schema | undefined

  subjects?(input: Input, gathering: Gathering): Subjects | Promise<Subjects>
  facts?(input: Input, gathering: Gathering): unknown
  /** Pure: `true`, or the reason for refusing. It may only refuse. */
  check?(input: Input, facts: Facts): true | string
  /** What the call would do: `fields` by `previewSchema`, `says` for people. Sends nothing. */
  preview?(input: Input, gathering: Gathering): Preview | Promise<Preview>
  /** Answers with what the vendor said, as it came: it is an `Output` only after `output.validate`. */
  execute(input: Input, execution: Execution): unknown
  /** Its `output`, too, is as it came. */
  verify?(execution: Execution & { input: Input }): VerifyAnswer<unknown> | Promise<VerifyAnswer<unknown>>
  undo?(execution: Execution & { input: Input; output: Output }): Promise<void>
  /** Documents that an answer of this tool shows, so that they can be cited in this run. */
  documents?(output: Output): readonly DocumentShown[]

  readonly idempotency: { honouredMs: number } | undefined
  readonly atMostOnce: boolean
  readonly deadlineMs: number
  /** How long after the deadline the vendor may still be settling what it received. */
  readonly settlesWithinMs: number
  readonly retry: { attempts: number; backoffMs: number; maxMs: number }
  readonly breaker: { failures: number; coolDownMs: number }
  readonly rate: { count: number; withinMs: number } | undefined
  readonly once: { per: string; withinMs: number } | undefined
  /** Names the model may use meanwhile, while the breaker is open. */
  readonly fallback: string | undefined
  readonly conflictsWith: readonly string[]
  /** Largest output kept, in bytes of JSON. */
  readonly maxOutputBytes: number
}

export interface Preview {
  readonly fields?: { readonly [name: string]: Json }
  readonly says?: string
}

/** Thrown by `execute` when the vendor certainly did nothing: the only way for an attempt to end as `not_committed`. */
export class NotCommitted extends Error {
  readonly retryable: boolean
  constructor(message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'NotCommitted'
    this.retryable = options.retryable ?? false
  }
}
