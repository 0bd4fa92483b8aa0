/** Models and tools as a replay has them: each answers as it answered then. Nothing is sent to anybody. */
import { CharterError, type ErrorCode } from '../errors.ts'
import type { Json } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { ModelAnswer } from '../models/model-request.ts'
import type { AskModel, Calls } from '../runs/world.ts'
import type { CallOutcome, Why } from '../tools/call-tool.ts'
import type { VerifyOutcome } from '../tools/call-verify.ts'
import type { Problem } from '../tools/schema.ts'
import { EndOfRecord, LeftHere } from './ending.ts'
import type { Tape } from './tape.ts'

/** Throws where no model could be had then. */
export function playedModel(tape: Tape): AskModel {
  tape.goOn()
  return async () => {
    tape.goOn()
    const { next: said } = tape
    if (said?.type === 'turn.answered') return tape.contentOf(said, 'answer') as object as ModelAnswer
    throw said?.type === 'turn.failed' ? failureOf(tape, said) : tape.leave(new LeftHere())
  }
}

function failureOf(tape: Tape, failed: LedgerEvent): CharterError {
  const { code, retryable, timed_out: timedOut, retry_after_ms: retryAfterMs } = failed.body
  const why = tape.contentOf(failed, 'why')
  const details = { retryable, timedOut, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return new CharterError(code as ErrorCode, String(why ?? ''), { details })
}

export function playedCalls(tape: Tape): Calls {
  const reads = new ReadsInTurn(tape)
  return {
    async call(tool, _, { key }) {
      tape.goOn()
      const { next } = tape
      if (next?.type.startsWith('effect.')) return effectOutcome(tape, next)
      if (tool.kind === 'write' || tool.egress) throw tape.leave(new LeftHere())
      return reads.outcomeOf(key)
    },
    async verify() {
      tape.goOn()
      return verifyOutcome(tape, tape.next)
    },
  }
}

/** Reads of a turn run together: the first that is called is the first that is told. */
class ReadsInTurn {
  readonly #tape: Tape
  #place: LedgerEvent | undefined
  #called = 0

  constructor(tape: Tape) {
    this.#tape = tape
  }

  outcomeOf(_key: string): CallOutcome {
    const { next } = this.#tape
    if (this.#place !== next) this.#called = 0
    this.#place = next
    const told = this.#tape.allAhead(({ type, body }) => type === 'action.returned' && body.called === true)
    const returned = told[this.#called]
    this.#called += 1
    if (!returned) throw this.#tape.leave(new EndOfRecord())
    return readOutcome(this.#tape, returned)
  }
}

function readOutcome(tape: Tape, returned: LedgerEvent): CallOutcome {
  const output = tape.contentOf(returned, 'result') ?? null
  const { outcome, code } = returned.body
  if (outcome === 'result') return { ended: 'returned', output, bytes: 0 }
  const message = messageIn(output)
  if (code === 'output_rejected') return { ended: 'rejected_output', problems: problemsSaid(message), bytes: 0 }
  return { ended: 'failed', why: code === 'tool_timeout' ? 'timed_out' : 'threw', message, retryable: true }
}

const messageIn = (output: Json): string =>
  String((output as { error?: { message?: string } } | null)?.error?.message ?? '')

/** Said again as it was said to the model. */
const problemsSaid = (message: string): readonly Problem[] => [{ path: '', message }]

function effectOutcome(tape: Tape, event: LedgerEvent): CallOutcome {
  const message = String(tape.contentOf(event, 'reason') ?? '')
  switch (event.type) {
    case 'effect.committed':
      return committed(tape, event)
    case 'effect.not_committed':
      return { ended: 'not_committed', message, retryable: event.body.retryable === true, sent: true }
    case 'effect.unknown':
      if (event.body.why !== 'lost') return { ended: 'unknown', why: event.body.why as Why, message }
  }
  throw tape.leave(new LeftHere())
}

function committed(tape: Tape, event: LedgerEvent): CallOutcome {
  const result = tape.contentOf(event, 'result') ?? null
  if (event.body.output === 'accepted') return { ended: 'returned', output: result, bytes: 0 }
  const { problems = [], bytes = 0 } = (result ?? {}) as { problems?: readonly Problem[]; bytes?: number }
  return { ended: 'rejected_output', problems, bytes }
}

function verifyOutcome(tape: Tape, next: LedgerEvent | undefined): VerifyOutcome {
  const said = next?.body.by === 'verify' ? next : undefined
  if (said?.type === 'effect.not_committed') return { answer: 'absent' }
  if (said?.type !== 'effect.committed') return { answer: 'pending' }
  if (said.body.output === 'unseen') return { answer: 'committed' }
  const output = committed(tape, said)
  if (output.ended !== 'returned' && output.ended !== 'rejected_output') return { answer: 'committed' }
  return { answer: 'committed', output }
}
