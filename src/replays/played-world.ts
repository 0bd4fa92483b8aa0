/** The world in which a run is moved again: the engine's own, with the record in place of everything outside. */
import type { Page } from '../charter/page.ts'
import type { Clock } from '../clock.ts'
import { madeFrom, type Randomness } from '../ids.ts'
import { type PriceBook, recordedPriceBook } from '../models/price-book.ts'
import type { World } from '../runs/world.ts'
import { NotKept } from './ending.ts'
import { playedCalls, playedModel } from './played-calls.ts'
import { PlayedLedger } from './played-ledger.ts'
import { PlayedSealer } from './played-sealer.ts'
import { playedTools } from './played-tools.ts'
import type { Project } from './project.ts'
import { charterStreamOf } from './recorded-run.ts'
import type { Recording } from './recording.ts'
import { standingThere } from './standing-there.ts'
import type { Tape } from './tape.ts'
import { charterBookOf, worldOfOneRun } from './world-of-one-run.ts'

export function playedWorld(tape: Tape, project: Project): World {
  const { recording } = tape
  const tools = playedTools(tape, project.tools)
  return {
    ...worldOfOneRun(recording, project, pricesOf(recording) ?? project.prices),
    ledger: new PlayedLedger(tape),
    sealer: new PlayedSealer(tape),
    clock: playedClock(tape),
    random: playedRandomness(tape),
    charters: charterBookOf(async (_, hash) => project.compile(pageOf(tape, hash))),
    breakers: { admits: async () => !standingThere(tape).breakerOpen, note: async () => {} },
    spending: { reserve: async (budgets) => reserveThen(tape, budgets), close: async () => {} },
    toolsOf: () => tools,
    model: async () => playedModel(tape),
    calls: playedCalls(tape),
  }
}

function pageOf({ recording }: Tape, hash: string): Page {
  const page = recording.pages.get(hash)
  if (page) return page
  throw new NotKept(charterStreamOf(recording.started), { n: 0, class: 'charter', sha256: '' })
}

/** Those that the release was made with: today's may be others. */
function pricesOf({ release }: Recording): PriceBook | undefined {
  if (!release) return undefined
  return recordedPriceBook(release.prices)
}

function reserveThen({ next }: Tape, budgets: readonly { bound: string }[]) {
  const bound = next?.type === 'run.escalated' ? budgets.find((budget) => budget.bound === next.body.bound) : undefined
  if (bound) return { bound: bound.bound as never }
  return { settle: () => {} }
}

/** Nobody waits in a replay. */
function playedClock(tape: Tape): Clock {
  return {
    now: () => madeFrom(idThen(tape)).time,
    monotonic: () => (hasRunOut(tape) ? tape.now + beyondAnyWait : tape.foundBusy ? tape.lastAt : tape.now),
    wait: async () => {},
  }
}

/**
 * Too long went by between the dispatch of an attempt and its call, or for a subject that was found busy. Where it was busy
 * and was waited for, the record says that by then it was not too long, whatever the clock said at the next decision.
 */
const hasRunOut = ({ next, foundBusy }: Tape): boolean =>
  next?.body.by === 'not_begun' || (foundBusy && next?.body.code === 'subject_busy')

const beyondAnyWait = 1_000_000_000

/** The id that the record has for what is about to be named: a question to people, a handoff. */
function idThen(tape: Tape): string {
  const named = tape.ahead(({ type, body }) => 'handoff' in body || type === 'run.waiting')
  const id = named?.body.handoff ?? named?.body.id
  return typeof id === 'string' ? id : ''
}

const playedRandomness = (tape: Tape): Randomness => ({
  bytes: (length) => {
    const { bytes } = madeFrom(idThen(tape))
    return Uint8Array.from({ length }, (_, place) => bytes[place] ?? 0)
  },
})
