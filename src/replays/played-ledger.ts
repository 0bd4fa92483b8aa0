/**
 * The ledger as a replay sees it: it is asked and appended to by the engine's own code, answers from the record, and
 * holds what is appended against it. Nothing is written anywhere.
 */
import type { EventDraft, LedgerEvent } from '../ledger/event.ts'
import type { Append, Transaction } from '../ledger/ledger.ts'
import type { Answers, ApprovalRow, Found, Read } from '../ledger/reads.ts'
import { differenceOf } from './difference.ts'
import { EndOfRecord, IsDifferent, LeftHere } from './ending.ts'
import { beyond, LedgerOfOneRun } from './ledger-of-one-run.ts'
import { openThere, refusedRead, type StandingThere, standingAtDispatch, standingThere } from './standing-there.ts'
import { isFromOutside, type Tape } from './tape.ts'

export class PlayedLedger extends LedgerOfOneRun {
  readonly #tape: Tape

  constructor(tape: Tape) {
    super()
    this.#tape = tape
  }

  get id(): string {
    return this.#tape.recording.ledger
  }

  /** What the clock said when a decision was made stands in its ground. */
  now(): number {
    this.#tape.look()
    const { next } = this.#tape
    const judgedOn = this.#tape.basisOf(next)?.live ?? refusedRead(this.#tape, next)?.live
    return judgedOn?.now ?? this.#tape.now
  }

  async find<const Reads extends Readonly<Record<string, Read>>>(_: string, reads: Reads): Promise<Found<Reads>> {
    this.#tape.look()
    return this.#answer(reads)
  }

  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>({
    reads,
    decide,
    kept,
  }: Transaction<Reads, Answer>): Promise<Answer> {
    const found = this.#answer(reads)
    const { append, answer } = decide(found, this.#tape.commitsAt)
    const events = append.flatMap((one) => (one.stream === this.#tape.stream ? this.#append(one) : []))
    for (const one of append) if (one.stream !== this.#tape.stream) this.#appendBeside(one)
    if (events.length > 0) kept?.(events)
    return answer
  }

  async read(_: string, stream: string, after = 0): Promise<readonly LedgerEvent[]> {
    this.#tape.look()
    return this.#visible(stream).filter(({ seq }) => seq > after)
  }

  #answer<Reads extends Readonly<Record<string, Read>>>(reads: Reads): Found<Reads> {
    const isDispatch = Object.values(reads).some(({ read }) => read === 'open_effects')
    const there = isDispatch ? standingAtDispatch(this.#tape) : standingThere(this.#tape)
    if (isDispatch && there.open === 'busy') this.#tape.findBusy()
    const answers = Object.entries(reads).map(([name, read]) => [name, this.#answerOne(name, read, there)])
    return Object.fromEntries(answers) as Found<Reads>
  }

  #answerOne(name: string, read: Read, there: StandingThere): Answers[Read['read']] {
    switch (read.read) {
      case 'stops':
        return there.stops
      case 'grants':
        return there.grants
      case 'charter':
        return { charter: there.inForce, applied_at: 0 }
      case 'moved':
        return there.moved[name] ?? { amount: 0, count: 0 }
      case 'open_effects':
        return openThere(there, this.#tape.now)
      case 'approval':
        return this.#approval(read.approval, there.signed)
      default:
        throw beyond(`\`${read.read}\``)
    }
  }

  #approval(approval: string, signed: boolean): ApprovalRow | null {
    const events = this.#visible(`approval/${approval}`)
    const [asked] = events
    if (!asked) return null
    const used = events.find(({ type }) => type === 'approval.consumed')
    return {
      ...(asked.body as object as ApprovalRow),
      status: signed ? 'granted' : 'cancelled',
      consumed_by: used ? String(used.body.effect) : null,
    }
  }

  /** What stood in another stream when the next event of the run was appended. */
  #visible(stream: string): readonly LedgerEvent[] {
    const until = this.#tape.next?.position ?? Number.POSITIVE_INFINITY
    return (this.#tape.recording.beside.get(stream) ?? []).filter(({ position }) => position < until)
  }

  #append({ events }: Append): readonly LedgerEvent[] {
    return events.map((draft) => {
      const recorded = this.#tape.recording.events[this.#tape.played]
      if (!recorded && !this.#tape.rests) throw new EndOfRecord(true)
      if (recorded && isFromOutside(recorded) && draft.type !== recorded.type) throw new LeftHere(true)
      this.#compare(recorded, draft, this.#tape.stream, this.#tape.played + 1)
      this.#tape.playedOne()
      return recorded as LedgerEvent
    })
  }

  /** The engine's own events in other streams: those that came with what was just appended. */
  #appendBeside({ stream, events }: Append): void {
    const after = this.#tape.last?.position ?? 0
    const there = (this.#tape.recording.beside.get(stream) ?? []).filter(({ position }) => position > after)
    for (const draft of events) {
      const recorded = there.find(({ type }) => type === draft.type)
      this.#compare(recorded, draft, stream, recorded?.seq ?? there[0]?.seq ?? 1)
    }
  }

  #compare(recorded: LedgerEvent | undefined, draft: EventDraft, stream: string, seq: number): void {
    const difference = differenceOf(this.#tape, recorded, draft, stream, seq)
    if (difference) throw new IsDifferent(difference)
  }
}
