/**
 * Calls a tool once and says what is known of that attempt, as data. Of a write that was sent, silence, a throw and an
 * abort prove nothing: only the tool's own `NotCommitted` says that the vendor did nothing.
 */
import type { Clock } from '../clock.ts'
import type { Json } from '../json.ts'
import { errorMessage } from './error-message.ts'
import { plainJson } from './plain-json.ts'
import { type Cut, runWithDeadline, type Settled } from './run-with-deadline.ts'
import type { Problem } from './schema.ts'
import { NotCommitted, type Tool } from './tool.ts'

export interface Sending {
  readonly key: string
  /** Counts from 1. */
  readonly attempt: number
  /** What the tool is told: milliseconds since 1970, by the ledger's clock. */
  readonly deadline: number
  /** What is left of it, by the sender's own monotonic count. */
  readonly withinMs: number
  readonly signal?: AbortSignal | undefined
  readonly traceparent?: string | undefined
  /** A call that was cut short came to an end after all. Must not throw. */
  readonly onLate?: ((late: CallOutcome) => void) | undefined
}

export type Why = 'threw' | 'timed_out' | 'aborted'

/** The answer fits the output schema, and is what the model may see. */
export interface Returned {
  readonly ended: 'returned'
  readonly output: Json
  readonly bytes: number
}

/** The call went through, and its answer cannot be used. */
export interface RejectedOutput {
  readonly ended: 'rejected_output'
  readonly problems: readonly Problem[]
  /** Zero when the answer is no JSON at all. */
  readonly bytes: number
}

export type CallOutcome =
  | Returned
  | RejectedOutput
  /** Nothing happened, certainly. `sent: false`: the tool was not even called. */
  | { readonly ended: 'not_committed'; readonly message: string; readonly retryable: boolean; readonly sent: boolean }
  /** It may have happened. */
  | { readonly ended: 'unknown'; readonly why: Why; readonly message: string }
  /** A read came to nothing; nothing was changed by it. */
  | { readonly ended: 'failed'; readonly why: Why; readonly message: string; readonly retryable: boolean }

/** Never throws. The input is canonical: what `validateArguments` gave. */
export async function callTool(tool: Tool, input: Json, sending: Sending, clock: Clock): Promise<CallOutcome> {
  const { key, attempt, deadline, traceparent, withinMs, signal, onLate } = sending
  const late = async (answer: Settled<unknown>) => onLate?.(await outcomeOf(tool, answer, withinMs))
  const answer = await runWithDeadline(
    (inner) => tool.execute(input, { key, attempt, deadline, traceparent, signal: inner }),
    {
      clock,
      withinMs,
      signal,
      onLate: onLate && late,
    },
  )
  return outcomeOf(tool, answer, withinMs)
}

async function outcomeOf(tool: Tool, answer: Settled<unknown> | Cut, withinMs: number): Promise<CallOutcome> {
  if (answer.settled === 'value') return checkOutput(tool, answer.value)
  const changesNothing = tool.kind === 'read' && !tool.egress
  if (answer.settled === 'error') return changesNothing ? failedBy(answer.error) : unknownUnlessSaid(answer.error)
  return cutShort(answer, changesNothing, cutMessage(answer, withinMs))
}

function cutShort({ settled, begun }: Cut, changesNothing: boolean, message: string): CallOutcome {
  if (changesNothing) {
    return { ended: 'failed', why: begun ? settled : 'aborted', message, retryable: settled === 'timed_out' }
  }
  if (!begun) return { ended: 'not_committed', message, retryable: true, sent: false }
  return { ended: 'unknown', why: settled, message }
}

/** The answer as it may be kept: validated, plain JSON, not too large. Never throws. */
export async function checkOutput(tool: Tool, answer: unknown): Promise<Returned | RejectedOutput> {
  const raw = plainJson(answer)
  if (!raw.ok) return { ended: 'rejected_output', problems: raw.problems, bytes: 0 }
  const validated = await tool.output.validate(raw.value)
  if (!validated.ok) return { ended: 'rejected_output', problems: validated.problems, bytes: bytesOf(raw.value) }
  const output = plainJson(validated.value)
  if (!output.ok) return { ended: 'rejected_output', problems: output.problems, bytes: bytesOf(raw.value) }
  const bytes = bytesOf(output.value)
  if (bytes <= tool.maxOutputBytes) return { ended: 'returned', output: output.value, bytes }
  const message = `the answer is ${bytes} bytes; at most ${tool.maxOutputBytes} are kept`
  return { ended: 'rejected_output', problems: [{ path: '', message }], bytes }
}

function unknownUnlessSaid(error: unknown): CallOutcome {
  const message = errorMessage(error)
  if (isNotCommitted(error)) return { ended: 'not_committed', message, retryable: error.retryable, sent: true }
  return { ended: 'unknown', why: 'threw', message }
}

/** A read may always be repeated, unless its tool says that this would not help. */
function failedBy(error: unknown): CallOutcome {
  const retryable = isNotCommitted(error) ? error.retryable : true
  return { ended: 'failed', why: 'threw', message: errorMessage(error), retryable }
}

/** Also true for one of a second copy of this package. */
function isNotCommitted(error: unknown): error is NotCommitted {
  if (error instanceof NotCommitted) return true
  return (
    error instanceof Error &&
    error.name === 'NotCommitted' &&
    'retryable' in error &&
    typeof error.retryable === 'boolean'
  )
}

function cutMessage({ settled, begun }: Cut, withinMs: number): string {
  if (!begun) return settled === 'aborted' ? 'aborted before it was sent' : 'its deadline had passed before it was sent'
  return settled === 'aborted' ? 'aborted while it was under way' : `no answer within ${Math.round(withinMs)} ms`
}

const bytesOf = (value: Json) => Buffer.byteLength(JSON.stringify(value))
