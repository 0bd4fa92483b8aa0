/** What the events of a record say that models, reads, sends and look-ups came to, in the words of whoever had called them. */
import { CharterError, type ErrorCode } from '../errors.ts'
import type { Json } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { CallOutcome, Why } from '../tools/call-tool.ts'
import type { VerifyOutcome } from '../tools/call-verify.ts'
import type { Problem } from '../tools/schema.ts'

/** Content that an event names under a key. */
export interface Contents {
  contentOf(event: LedgerEvent, key: string): Json | undefined
}

/** Of a `turn.failed`. */
export function modelFailureIn(contents: Contents, failed: LedgerEvent): CharterError {
  const { code, retryable, timed_out: timedOut, retry_after_ms: retryAfterMs } = failed.body
  const why = contents.contentOf(failed, 'why')
  const details = { retryable, timedOut, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return new CharterError(code as ErrorCode, String(why ?? ''), { details })
}

/** Of an `action.returned` whose read was called. */
export function readOutcomeIn(contents: Contents, returned: LedgerEvent): CallOutcome {
  const output = contents.contentOf(returned, 'result') ?? null
  const { outcome, code } = returned.body
  if (outcome === 'result') return { ended: 'returned', output, bytes: 0 }
  const message = messageIn(output)
  // Said again as it was said to the model.
  if (code === 'output_rejected') return { ended: 'rejected_output', problems: [{ path: '', message }], bytes: 0 }
  return { ended: 'failed', why: code === 'tool_timeout' ? 'timed_out' : 'threw', message, retryable: true }
}

const messageIn = (output: Json): string =>
  String((output as { error?: { message?: string } } | null)?.error?.message ?? '')

/** Of an attempt; nothing where its process went away with it. */
export function effectOutcomeIn(contents: Contents, event: LedgerEvent): CallOutcome | undefined {
  const message = String(contents.contentOf(event, 'reason') ?? '')
  const { retryable, why } = event.body
  switch (event.type) {
    case 'effect.committed':
      return committedIn(contents, event)
    case 'effect.not_committed':
      return { ended: 'not_committed', message, retryable: retryable === true, sent: true }
    case 'effect.unknown':
      return why === 'lost' ? undefined : { ended: 'unknown', why: why as Why, message }
    default:
      return undefined
  }
}

function committedIn(contents: Contents, event: LedgerEvent) {
  const result = contents.contentOf(event, 'result') ?? null
  if (event.body.output === 'accepted') return { ended: 'returned', output: result, bytes: 0 } as const
  const { problems = [], bytes = 0 } = (result ?? {}) as { problems?: readonly Problem[]; bytes?: number }
  return { ended: 'rejected_output', problems, bytes } as const
}

/** What the system of record said when it was asked; `pending` where it said nothing for certain. */
export function verifyOutcomeIn(contents: Contents, event: LedgerEvent | undefined): VerifyOutcome {
  const said = event?.body.by === 'verify' ? event : undefined
  if (said?.type === 'effect.not_committed') return { answer: 'absent' }
  if (said?.type !== 'effect.committed') return { answer: 'pending' }
  if (said.body.output === 'unseen') return { answer: 'committed' }
  return { answer: 'committed', output: committedIn(contents, said) }
}
