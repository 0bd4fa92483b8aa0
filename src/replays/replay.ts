/**
 * Moves a recorded run once more, by the engine's own code, over the answers of models and tools that it had then, and
 * holds each event that comes of it against the one in the ledger. Decisions are not read: they are made again.
 */
import type { Json } from '../json.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'
import { advance } from '../runs/advance.ts'
import { failRun } from '../runs/fail-run.ts'
import type { Journal } from '../runs/journal.ts'
import { lookAgain } from '../runs/look-again.ts'
import type { Moving } from '../runs/moving.ts'
import type { Payloads } from '../runs/payloads.ts'
import { isEnded } from '../runs/run.ts'
import { agesAtOnce, takeInHand } from '../runs/take-in-hand.ts'
import type { World } from '../runs/world.ts'
import { compareRelease } from './compare-release.ts'
import { type Difference, EndOfRecord, IsDifferent, LeftHere, NotKept } from './ending.ts'
import { journalOver } from './journal-over.ts'
import { playedWorld } from './played-world.ts'
import type { Project } from './project.ts'
import type { Recording } from './recording.ts'
import { isFromOutside, type Pace, Tape } from './tape.ts'

export type Replay =
  | { readonly verdict: 'same'; readonly events: number; readonly decisions: number }
  | { readonly verdict: 'different'; readonly difference: Difference }
  /** `same` as far as it goes: what is named is no longer kept. */
  | { readonly verdict: 'unverifiable'; readonly stream: string; readonly missing: readonly PayloadRef[] }

const paces: readonly Pace[] = ['in_calls', 'at_once']

/** Different is what is different under either pace of the clock. */
export async function replayRun(recording: Recording, project: Project): Promise<Replay> {
  const [first, second] = paces
  const replay = await replayAt(recording, project, first ?? 'in_calls')
  if (replay.verdict !== 'different') return replay
  const other = await replayAt(recording, project, second ?? 'at_once')
  return other.verdict === 'different' && other.difference.seq <= replay.difference.seq ? replay : other
}

async function replayAt(recording: Recording, project: Project, pace: Pace): Promise<Replay> {
  const tape = new Tape(recording, pace)
  try {
    const world = playedWorld(tape, project)
    await compareRelease(tape, world)
    tape.played = 1
    while (tape.played < recording.events.length) await playOn(tape, world)
  } catch (error) {
    if (error instanceof IsDifferent) return { verdict: 'different', difference: error.difference }
    if (error instanceof NotKept) return { verdict: 'unverifiable', stream: error.stream, missing: [error.ref] }
    if (!(error instanceof EndOfRecord)) throw error
  }
  if (tape.erased.length > 0) return { verdict: 'unverifiable', stream: tape.stream, missing: tape.erased }
  const decisions = recording.events.filter(({ type }) => type === 'action.judged').length
  return { verdict: 'same', events: recording.events.length, decisions }
}

/** From one taking up of the run to the next. */
async function playOn(tape: Tape, world: World): Promise<void> {
  const { events } = tape.recording
  const next = events[tape.played]
  if (next && isFromOutside(next) && next.type !== 'run.recovered') {
    tape.played += 1
    return
  }
  const before = tape.played
  const journal = journalAt(tape, world)
  const moving = await inHand(tape, world, journal)
  try {
    await move(moving, next)
  } catch (error) {
    await afterTrouble(tape, world, journal, error)
  }
  if (tape.played === before) throw new IsDifferent(nothingMore(tape, next))
}

async function move(moving: Moving, next: LedgerEvent | undefined): Promise<void> {
  const { journal } = moving
  await lookAgain(moving)
  if (isEnded(journal.run)) return
  if (next?.type === 'run.recovered') journal.draft({ type: 'run.recovered', body: next.body as never })
  await advance(moving)
}

/** What was drafted until then is held against the record first. */
async function afterTrouble(tape: Tape, world: World, journal: Journal, error: unknown): Promise<void> {
  if (error instanceof IsDifferent) throw error
  const isOfRecord = error instanceof LeftHere || error instanceof EndOfRecord || error instanceof NotKept
  // The engine fails a run with what it had not appended yet left out.
  if (!isOfRecord) return failAnew(tape, world, error)
  if (error instanceof NotKept || !error.compared) await holdAgainst(journal)
  if (error instanceof LeftHere) return
  if (error instanceof EndOfRecord && tape.rests) throw new IsDifferent(nothingMore(tape, undefined))
  throw error
}

/** It fails today, and did not then: where the record has it left, nothing failed. */
async function failAnew(tape: Tape, world: World, error: unknown): Promise<void> {
  try {
    await failRun(world, journalAt(tape, world), error)
  } catch (left) {
    if (left instanceof IsDifferent || left instanceof EndOfRecord || left instanceof NotKept) throw left
    throw new IsDifferent(nothingMore(tape, tape.recording.events[tape.played]))
  }
}

/** What was drafted beyond the place at which the record has it left was lost then too. */
async function holdAgainst(journal: Journal): Promise<void> {
  try {
    await journal.commit()
  } catch (error) {
    if (!(error instanceof LeftHere)) throw error
  }
}

/** The engine would rest where the record goes on, or the other way round. */
function nothingMore(tape: Tape, next: LedgerEvent | undefined): Difference {
  const recorded = next && { type: next.type, body: next.body }
  const values = { recorded: next?.type, replayed: undefined }
  return { stream: tape.stream, seq: tape.played + 1, part: 'type', recorded, replayed: undefined, values }
}

function journalAt({ recording, played }: Tape, world: World): Journal {
  const { run, events } = recording
  const owner = events[played]?.actor.replace(/^engine:/, '') ?? ''
  return journalOver(world, run, events.slice(0, played), owner)
}

/** What was found a moment ago is looked up anew: the record says what was found at each look. */
function inHand(tape: Tape, world: World, journal: Journal): Promise<Moving> {
  const letGo = new AbortController()
  tape.follow(
    () => journal.drafted,
    () => letGo.abort('left'),
  )
  const lost = new AbortController().signal
  return takeInHand({ world, journal, payloads: playedPayloads(tape), lost, signal: letGo.signal, ages: agesAtOnce })
}

/** As the engine has them: what was just sealed is not read back, where the names of its parts stand in another order. */
function playedPayloads(tape: Tape): Payloads {
  const sealed = new Map<number, Json>()
  const open = (ref: PayloadRef) => sealed.get(ref.n) ?? tape.content(ref)
  return {
    open: async (ref) => open(ref),
    openAll: async (refs) => refs.map(open),
    remember: (ref, value) => void sealed.set(ref.n, value),
  }
}
