/** The world in which a run is moved again: the engine's own, with the record in place of everything outside. */
import type { Page } from '../charter/page.ts'
import type { Clock } from '../clock.ts'
import type { Randomness } from '../ids.ts'
import { type PriceBook, recordedPriceBook } from '../models/price-book.ts'
import { createInFlight } from '../runs/in-flight.ts'
import { createKeptRuns } from '../runs/kept-runs.ts'
import { createOffers, type Offers } from '../runs/offers.ts'
import type { World } from '../runs/world.ts'
import type { Tool } from '../tools/tool.ts'
import { NotKept } from './ending.ts'
import { playedCalls, playedModel } from './played-calls.ts'
import { PlayedLedger } from './played-ledger.ts'
import { PlayedSealer } from './played-sealer.ts'
import { playedTools } from './played-tools.ts'
import type { Project } from './project.ts'
import type { Recording } from './recording.ts'
import { standingThere } from './standing-there.ts'
import type { Tape } from './tape.ts'

export function playedWorld(tape: Tape, project: Project): World {
  const { recording } = tape
  const { tenant, started } = recording
  const tools = playedTools(tape, project.tools)
  const prices = pricesOf(recording) ?? project.prices
  return {
    ledger: new PlayedLedger(tape),
    sealer: new PlayedSealer(tape),
    clock: playedClock(tape),
    random: playedRandomness(tape),
    tenant,
    environment: started.environment,
    evaluator: project.evaluator,
    prices,
    charters: {
      compiled: async (_, hash) => project.compile(pageOf(tape, hash)),
      inForce: async (_, hash) => project.compile(pageOf(tape, hash)),
      unheld: async (agents) => agents,
      forget: () => {},
    },
    offers: offersOf(createOffers(prices), project.tools),
    releases: { record: async () => {} },
    breakers: { admits: async () => !standingThere(tape).breakerOpen, note: async () => {} },
    spending: { reserve: async (budgets) => reserveThen(tape, budgets), close: async () => {} },
    inFlight: createInFlight(),
    kept: createKeptRuns(),
    agents: [started.agent],
    toolsOf: () => tools,
    model: async () => playedModel(tape),
    calls: playedCalls(tape),
    recordLate: () => {},
  }
}

/** Contracts are those of the tools themselves, and not of what stands in for them here. */
const offersOf = (offers: Offers, tools: ReadonlyMap<string, Tool>): Offers => ({
  shownTools: (compiled) => offers.shownTools(compiled, tools),
  release: (compiled) => offers.release(compiled, tools),
})

function pageOf({ recording }: Tape, hash: string): Page {
  const page = recording.pages.get(hash)
  if (page) return page
  const stream = `charter/${recording.started.environment}:${recording.started.agent}`
  throw new NotKept(stream, { n: 0, class: 'charter', sha256: '' })
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
    now: () => timeIn(idThen(tape)),
    monotonic: () => tape.now + (hasRunOut(tape) ? beyondAnyWait : 0),
    wait: async () => {},
  }
}

/** Too long went by between the dispatch of an attempt and its call, or for a subject that was found busy. */
const hasRunOut = ({ next, foundBusy }: Tape): boolean =>
  next?.body.by === 'not_begun' || (foundBusy && next?.body.code === 'subject_busy')

const beyondAnyWait = 1_000_000_000

/** The id that the record has for what is about to be named: a question to people, a handoff. */
function idThen(tape: Tape): string {
  const named = tape.ahead(({ type, body }) => 'handoff' in body || type === 'run.waiting')
  const id = named?.body.handoff ?? named?.body.id
  return typeof id === 'string' ? id.slice(id.indexOf('_') + 1) : ''
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The first ten letters of an id are its time, the others are random. */
const timeIn = (id: string): number =>
  [...id.slice(0, 10)].reduce((time, letter) => time * 32 + Math.max(0, alphabet.indexOf(letter)), 0)

const playedRandomness = (tape: Tape): Randomness => ({
  bytes: (length) =>
    Uint8Array.from({ length }, (_, i) => Math.max(0, alphabet.indexOf(idThen(tape).charAt(10 + i) || '0'))),
})
