/** What a newcomer writes for a tool; names follow the AI SDK, so that tools move over unchanged. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { StandardSchema } from './schema-from-standard.ts'
import type {
  BreakerPolicy,
  DocumentShown,
  DurationText,
  Execution,
  Gathering,
  Preview,
  RateText,
  RetryPolicy,
  Risk,
  Subjects,
  VerifyAnswer,
} from './tool.ts'

type Awaitable<Value> = Value | Promise<Value>
export type Taken<S extends StandardSchema> = StandardSchemaV1.InferInput<S>
export type Given<S extends StandardSchema> = StandardSchemaV1.InferOutput<S>
/** Of a schema that was left out, nothing. */
export type GivenOrNothing<S extends StandardSchema> = [S] extends [never] ? undefined : Given<S>

type Shown<P extends StandardSchema> = [P] extends [never]
  ? { readonly says?: string }
  : { readonly fields: Taken<P>; readonly says?: string }

export interface ToolBasics<
  I extends StandardSchema,
  O extends StandardSchema,
  F extends StandardSchema,
  P extends StandardSchema,
> {
  /** Lower case, digits and underscores: what the page and the model call it. */
  name: string
  /** For the model: what the tool does and when to use it. */
  description: string
  /** Part of what an approval covers; change it when the meaning changes. Default `'1'`. */
  version?: string
  /** Default: `low` for a read, `medium` for a write with `undo`, `high` for any other write. */
  risk?: Risk
  /** A read that sends data out: dispatched as a write is, and, unless it says otherwise, at most once. */
  egress?: boolean

  /** An object. Keys that it does not list are refused at every depth. */
  inputSchema: I
  /** Keys that it does not list are dropped. */
  outputSchema: O
  factsSchema?: F
  /** Fields of the preview that an approval's digest covers. */
  previewSchema?: P

  /** What the call touches; the first is primary: two writes to one primary subject never run at once. */
  subjects?(input: Given<I>, gathering: Gathering): Awaitable<Subjects>
  /** What the system of record says before the action is judged. */
  facts?(input: Given<I>, gathering: Gathering): Awaitable<Taken<F>>
  /** Pure: `true`, or the reason for refusing. */
  check?(input: Given<I>, facts: GivenOrNothing<F>): true | string
  /** What the call would do. Sends nothing. */
  preview?(input: Given<I>, gathering: Gathering): Awaitable<Shown<P>>
  execute(input: Given<I>, execution: Execution): Awaitable<Taken<O>>
  /** Looks the effect up by its key. May be asked under a stop, and long after. */
  verify?(execution: Execution & { input: Given<I> }): Awaitable<VerifyAnswer<Taken<O>>>
  undo?(execution: Execution & { input: Given<I>; output: Given<O> }): Promise<void>
  documents?(output: Given<O>): readonly DocumentShown[]

  /** The vendor does one thing for one key, however often it is sent, for this long. */
  idempotency?: { honoured: DurationText }
  /** Sent once, never again: what becomes of a lost answer is for a person to find out. */
  atMostOnce?: boolean
  /** How long one attempt may take. Default `'10s'`. */
  deadline?: DurationText
  /** How long after the deadline the vendor may still be settling what it received. Default `'5s'`. */
  settlesWithin?: DurationText
  /** Default: three sends (one for `atMostOnce`), the first wait `'200ms'`, the longest `'5s'`. */
  retry?: RetryPolicy
  /** Default: five failures in a row, then `'30s'` of rest. */
  breaker?: BreakerPolicy
  /** What the vendor allows. */
  rate?: RateText
  /** The vendor's own rule of one effect: `per` is a kind of subject. */
  once?: { per: string; within: DurationText }
  /** A tool that the model may use while the breaker is open. */
  fallback?: string
  /** Tools that must not stand on one page with this one unless the page accepts it, with a reason. */
  conflictsWith?: readonly string[]
  /** Largest output kept, in bytes of JSON. Default 1,000,000. */
  maxOutputBytes?: number
}

type Verify<I extends StandardSchema, O extends StandardSchema> = NonNullable<ToolBasics<I, O, never, never>['verify']>

/** How a lost answer is dealt with. The last alternative fits nothing: it is there to be read in the compiler's message. */
export type Recovery<I extends StandardSchema, O extends StandardSchema> =
  | { kind: 'read' }
  | { kind: 'write'; idempotency: { honoured: DurationText } }
  | { kind: 'write'; verify: Verify<I, O> }
  | { kind: 'write'; atMostOnce: true }
  | { kind: 'write'; 'a write needs one of: idempotency, verify, atMostOnce': never }

export type ToolDefinition<
  I extends StandardSchema = StandardSchema,
  O extends StandardSchema = StandardSchema,
  F extends StandardSchema = never,
  P extends StandardSchema = never,
> = ToolBasics<I, O, F, P> & Recovery<I, O>

/** The definition with its types forgotten, as it is looked at when it comes from JavaScript. */
export interface AnyToolDefinition
  extends Omit<ToolBasics<StandardSchema, StandardSchema, StandardSchema, StandardSchema>, 'preview'> {
  kind: 'read' | 'write'
  preview?(input: unknown, gathering: Gathering): Awaitable<Preview>
}
