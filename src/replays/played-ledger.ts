/**
 * The ledger as a replay sees it: it is asked and appended to by the engine's own code, answers from the record, and
 * holds what is appended against it. Nothing is written anywhere.
 */
import type { EventDraft, LedgerEvent } from '../ledger/event.ts'
import type { Append } from '../ledger/ledger.ts'
import type { ApprovalRow, Read } from '../ledger/reads.ts'
import { differenceOf } from './difference.ts'
import { EndOfRecord, IsDifferent, LeftHere } from './ending.ts'
import { LedgerOfOneRun, type Standing } from './ledger-of-one-run.ts'
import { refusedReadIn } from './recorded-grounds.ts'
import { openThere, standingAtDispatch, standingThere } from './standing-there.ts'
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
    const judgedOn = this.#tape.basisOf(next)?.live ?? refusedReadIn(this.#tape, next)?.live
    return judgedOn?.now ?? this.#tape.now
  }

  /** What stood in another stream when the next event of the run was appended. */
  eventsOf(stream: string): readonly LedgerEvent[] {
    const until = this.#tape.next?.position ?? Number.POSITIVE_INFINITY
    return (this.#tape.recording.beside.get(stream) ?? []).filter(({ position }) => position < until)
  }

  protected get commitsAt(): number {
    return this.#tape.commitsAt
  }

  protected look(): void {
    this.#tape.look()
  }

  protected stands(reads: Readonly<Record<string, Read>>): Standing {
    const isDispatch = Object.values(reads).some(({ read }) => read === 'open_effects')
    const there = isDispatch ? standingAtDispatch(this.#tape) : standingThere(this.#tape)
    if (isDispatch && there.open === 'busy') this.#tape.findBusy()
    return {
      stops: there.stops,
      grants: there.grants,
      charter: there.inForce,
      open: openThere(there, this.#tape.now),
      moved: (name) => there.moved[name] ?? { amount: 0, count: 0 },
      approval: (id) => this.#approval(id, there.signed),
    }
  }

  #approval(approval: string, signed: boolean): ApprovalRow | null {
    const events = this.eventsOf(`approval/${approval}`)
    const [asked] = events
    if (!asked) return null
    const used = events.find(({ type }) => type === 'approval.consumed')
    return {
      ...(asked.body as object as ApprovalRow),
      status: signed ? 'granted' : 'cancelled',
      consumed_by: used ? String(used.body.effect) : null,
    }
  }

  /** Those of the run itself. */
  protected append(appends: readonly Append[]): readonly LedgerEvent[] {
    const { stream } = this.#tape
    const events = appends.flatMap((one) => (one.stream === stream ? this.#append(one) : []))
    for (const one of appends) if (one.stream !== stream) this.#appendBeside(one)
    return events
  }

  #append({ events }: Append): readonly LedgerEvent[] {
    return events.map((draft) => {
      const recorded = this.#tape.recording.events[this.#tape.played]
      if (!recorded && !this.#tape.rests) throw new EndOfRecord(true)
      if (recorded && isFromOutside(recorded) && !isSame(draft, recorded)) throw new LeftHere(true)
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

/** The end that an erasure writes is never the engine's own. */
const isSame = ({ type }: EventDraft, recorded: LedgerEvent): boolean => type === recorded.type && type !== 'run.ended'
