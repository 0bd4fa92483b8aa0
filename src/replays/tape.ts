/** The record of a run as it is played: how far it has been played, and what stands at the place of the next event. */
import { CharterError, type ErrorCode } from '../errors.ts'
import type { Json } from '../json.ts'
import { isPayloadRef, type LedgerEvent, type PayloadRef } from '../ledger/event.ts'
import type { DecisionBasis } from '../runs/judge-action.ts'
import { EndOfRecord, LeftHere, NotKept } from './ending.ts'
import { basisIn } from './recorded-grounds.ts'
import type { Recording } from './recording.ts'

/**
 * The ledger has the time of each event and no other: what the clock said in between is not known. A replay is the same
 * if it is the same under either: all the time between two events goes by while something is called, or none does.
 */
export type Pace = 'in_calls' | 'at_once'

export class Tape {
  readonly recording: Recording
  readonly pace: Pace
  /** What is played from: what was decided is not in it. */
  readonly #told: readonly LedgerEvent[]
  /** So many events of the record have been made again. */
  played = 0
  /** What the replay sealed, by stream and number. */
  readonly made = new Map<string, Json>()
  /** Payloads that could not be compared, because what they held is no longer kept. */
  readonly erased: PayloadRef[] = []
  /** Events drafted since. */
  #drafted: () => number = () => 0
  #leave: () => void = () => {}
  #asked = { place: 0, times: 0 }
  /** What the clock said when something was called or looked up last, since the last append. */
  #time = 0
  /** Where the run was taken up last: the event that says so is that engine's own. */
  #takenUpAt = 0
  #busyAt: number | undefined

  constructor(recording: Recording, pace: Pace) {
    this.recording = recording
    this.#told = recording.events.map(undecided)
    this.pace = pace
  }

  get stream(): string {
    return `run/${this.recording.run}`
  }

  /** `drafted`: how many events stand in the journal; `leave`: tells the engine's code that it is to let go. */
  follow(drafted: () => number, leave: () => void): void {
    this.#drafted = drafted
    this.#leave = leave
    this.#takenUpAt = this.#told[this.played]?.type === 'run.recovered' ? this.played + 1 : this.played
  }

  get #place(): number {
    return this.played + this.#drafted()
  }

  /** What the record has in the place of the next event to be drafted. */
  get next(): LedgerEvent | undefined {
    return this.#told[this.#place]
  }

  /** The latest of a kind that came before the next event. */
  before(matches: (event: LedgerEvent) => boolean): LedgerEvent | undefined {
    for (let place = Math.min(this.#place, this.#told.length) - 1; place >= 0; place--) {
      const event = this.#told[place]
      if (event && matches(event)) return event
    }
    return undefined
  }

  get last(): LedgerEvent | undefined {
    return this.#told[this.played - 1]
  }

  /** The first of a kind from here on, no further than this turn. */
  ahead(matches: (event: LedgerEvent) => boolean): LedgerEvent | undefined {
    for (const event of this.#inTurn()) if (matches(event)) return event
    return undefined
  }

  allAhead(matches: (event: LedgerEvent) => boolean): readonly LedgerEvent[] {
    return [...this.#inTurn()].filter(matches)
  }

  *#inTurn(): Generator<LedgerEvent> {
    for (let place = this.#place; place < this.#told.length; place++) {
      const event = this.#told[place]
      if (!event || (place > this.#place && endsTurn.has(event.type))) return
      yield event
    }
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.pace === 'in_calls' ? Math.max(this.lastAt, this.#time) : this.lastAt
  }

  /** Of the last event that was made again: no time has gone by since then. */
  get lastAt(): number {
    return this.last?.at ?? this.commitsAt
  }

  /** What the clock said at the next judgement, where one comes before the append. */
  get #soon(): number {
    const judged = this.ahead((event) => event.at === this.commitsAt && this.basisOf(event) !== undefined)
    return this.basisOf(judged)?.live.now ?? this.commitsAt
  }

  /** When that which is drafted was appended. */
  get commitsAt(): number {
    return (this.#told[this.played] ?? this.last)?.at ?? 0
  }

  /** A dispatch for the next event found its subject busy. */
  get foundBusy(): boolean {
    return this.#busyAt === this.#place
  }

  findBusy(): void {
    this.#busyAt = this.#place
  }

  /** One event of the record was made again. */
  playedOne(): void {
    this.played += 1
    this.#time = 0
  }

  /** The record ends with a run at rest or at its end, and not in the middle. */
  get rests(): boolean {
    return restsAfter.has(this.#told.at(-1)?.type ?? '')
  }

  /** Throws where more events were drafted than any record has, or the same is asked over and over. */
  guard(): void {
    if (this.#asked.place !== this.#place) this.#asked = { place: this.#place, times: 0 }
    this.#asked.times += 1
    const isBeyond = this.#place > this.#told.length + mostBeyond
    if (isBeyond || this.#asked.times > mostAsked)
      throw this.leave(new CharterError('internal', 'a replay goes in circles'))
  }

  /** The engine looks something up: time goes by. */
  look(): void {
    this.guard()
    this.#time = this.#soon
  }

  /** The engine calls something. Throws where the record has nothing that it could be told. */
  goOn(): void {
    this.look()
    const from = Math.max(this.#takenUpAt, this.played)
    if (this.#told.slice(from, this.#place + 1).some(isFromOutside)) throw this.leave(new LeftHere())
    if (!this.next) throw this.leave(new EndOfRecord())
    this.#failAsThen(this.next)
  }

  /** Tells the engine's code to let go, so that it takes the error for no failure of what it called. */
  leave(how: Error): Error {
    this.#leave()
    return how
  }

  /** What the engine called then threw something that no trying again would mend. */
  #failAsThen(next: LedgerEvent): void {
    const isLeft = next.type === 'run.ended' || (next.type === 'effect.unknown' && next.body.why === 'lost')
    const ended = isLeft && this.#told.slice(this.#place).find(({ type }) => type === 'run.ended')
    if (ended && ended.body.status === 'failed') throw new CharterError(ended.body.code as ErrorCode, 'as it was then')
  }

  content(ref: PayloadRef, stream = this.stream): Json {
    const content = isMade(ref) ? this.made.get(`${stream} ${ref.n}`) : this.recording.content(stream, ref.n)
    if (content !== undefined) return content
    throw this.leave(new NotKept(stream, ref))
  }

  /** What the decision at the next place was made from; nothing where it was made from nothing. */
  basisOf(event: LedgerEvent | undefined): DecisionBasis | undefined {
    return basisIn(this, event)
  }

  /** Content that an event names under a key. */
  contentOf(event: LedgerEvent, key: string): Json | undefined {
    const ref = event.body[key]
    return isPayloadRef(ref) ? this.content(ref) : undefined
  }
}

/** Of a decision: what it was about and what it was made from. */
const ofDecision: ReadonlySet<string> = new Set(['action', 'moment', 'in_force', 'judged'])

/** Recorded decisions are withheld from whatever decides; that a look-up ran out of time is in the code alone. */
function undecided(event: LedgerEvent): LedgerEvent {
  if (event.type !== 'action.judged') return event
  const isTold = ([name, value]: [string, Json]) =>
    ofDecision.has(name) || (name === 'code' && value === 'tool_timeout')
  return { ...event, body: Object.fromEntries(Object.entries(event.body).filter(isTold)) }
}

/** Sealed by a replay, with other content than the record has in its place. */
const isMade = ({ sha256 }: PayloadRef): boolean => sha256 === ''

const endsTurn: ReadonlySet<string> = new Set(['turn.started', 'run.recovered', 'run.ended'])

/** Far more than an engine drafts before it appends, and asks before it drafts. */
const mostBeyond = 200
const mostAsked = 2_000

const restsAfter: ReadonlySet<string> = new Set(['run.waiting', 'run.ended'])

/** Written by a person, by what came late, or because the engine before went away: an input of the replay. */
export const isFromOutside = (event: LedgerEvent): boolean =>
  event.type === 'run.recovered' || event.actor === 'late' || isSettlement(event) || isOfErasure(event)

const isSettlement = ({ type, body }: LedgerEvent): boolean => type.startsWith('effect.') && body.by === 'settlement'

/** It ends the run, and leaves to people what nobody can look up any more. */
const isOfErasure = ({ type, actor, body }: LedgerEvent): boolean =>
  type === 'run.ended'
    ? body.code === 'subject_erased'
    : (type === 'effect.unknown' || type === 'effect.given_up') && !actor.startsWith('engine:')
