/** Models and tools as a replay has them: each answers as it answered then. Nothing is sent to anybody. */
import type { LedgerEvent } from '../ledger/event.ts'
import type { ModelAnswer } from '../models/model-request.ts'
import type { AskModel, Calls } from '../runs/world.ts'
import type { CallOutcome } from '../tools/call-tool.ts'
import { EndOfRecord, LeftHere } from './ending.ts'
import { effectOutcomeIn, modelFailureIn, readOutcomeIn, verifyOutcomeIn } from './recorded-outcomes.ts'
import type { Tape } from './tape.ts'

/** Throws where no model could be had then. */
export function playedModel(tape: Tape): AskModel {
  tape.goOn()
  return async () => {
    tape.goOn()
    const { next: said } = tape
    if (said?.type === 'turn.answered') return tape.contentOf(said, 'answer') as object as ModelAnswer
    throw said?.type === 'turn.failed' ? modelFailureIn(tape, said) : tape.leave(new LeftHere())
  }
}

export function playedCalls(tape: Tape): Calls {
  const reads = new ReadsInTurn(tape)
  return {
    async call(tool) {
      tape.goOn()
      const { next } = tape
      if (tool.kind === 'read' && !tool.egress) return reads.next()
      const outcome = next && effectOutcomeIn(tape, next)
      if (outcome) return outcome
      throw tape.leave(new LeftHere())
    },
    async verify() {
      tape.goOn()
      return verifyOutcomeIn(tape, tape.next)
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

  next(): CallOutcome {
    const { next } = this.#tape
    if (this.#place !== next) this.#called = 0
    this.#place = next
    const told = this.#tape.allAhead(({ type, body }) => type === 'action.returned' && body.called === true)
    const returned = told[this.#called]
    this.#called += 1
    if (!returned) throw this.#tape.leave(new EndOfRecord())
    return readOutcomeIn(this.#tape, returned)
  }
}
