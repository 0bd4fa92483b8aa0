/** What was tried, what came of it and what must not be, over all stops that were played. Pure. */
import { type Evidence, evidenceIn, wireMs } from './evidence.ts'
import type { Played } from './play.ts'
import type { Attempt, Records } from './records.ts'
import { isCovered, type Writer } from './tickets.ts'
import { arrivedAfterQuiet, attemptsUnder, dispatchedAfterCommitted, isAllowed } from './violations.ts'

export interface Counted {
  readonly stops: number
  /** Of each stop: sends in its scope that were under way when it was pressed. */
  readonly inFlight: readonly number[]
  /** Proposals made in the scope under a stop that the vendor never saw. */
  readonly suppressed: number
  /** What the vendor carried out for everybody else while a stop held. */
  readonly outsideScopeCommits: number
  /** Writes in the scope that people signed for under a stop at `draft`. */
  readonly signed: number
  /** Each for people, as the next. */
  readonly dispatchedAfterCommitted: readonly string[]
  readonly arrivedAfterQuiet: readonly string[]
  readonly unacknowledged: number
  readonly committedMs: readonly number[]
  readonly committedMsByCommandLine: readonly number[]
  /** How long after the last deadline of what was under way `quiet` was told. */
  readonly quietPastDeadlineMs: readonly number[]
  /** From the tools to the vendor's log: what the machine itself took, and nobody's promise covers. */
  readonly wireMs: readonly number[]
  readonly engineKills: number
  /** Sends beyond the first of an effect. */
  readonly resends: number
  readonly arrivals: number
  readonly events: number
}

export function countStops(played: readonly Played[], records: Records): Counted {
  const evidence = evidenceIn(records)
  const acknowledged = played.filter(({ committed }) => committed !== undefined)
  const of = <One>(count: (played: Played, evidence: Evidence) => readonly One[]): readonly One[] =>
    acknowledged.flatMap((each) => count(each, evidence))
  return {
    stops: played.length,
    inFlight: acknowledged.map((each) => inFlight(each, evidence)),
    suppressed: of(suppressed).length,
    outsideScopeCommits: of(outside).length,
    signed: of(signed).length,
    dispatchedAfterCommitted: of(dispatchedAfterCommitted),
    arrivedAfterQuiet: of(arrivedAfterQuiet),
    unacknowledged: played.filter(({ committed, quiet }) => committed === undefined || quiet === undefined).length,
    committedMs: committedMs(played, false),
    committedMsByCommandLine: committedMs(played, true),
    quietPastDeadlineMs: of(quietPastDeadline),
    wireMs: wireMs(evidence),
    engineKills: played.filter(({ killed }) => killed).length,
    resends: records.attempts.length - evidence.attemptsOf.size,
    arrivals: records.arrivals.length,
    events: records.events,
  }
}

const committedMs = (played: readonly Played[], wanted: boolean): readonly number[] =>
  played.flatMap(({ byCommandLine, committedMs }) =>
    byCommandLine === wanted && committedMs !== undefined ? [committedMs] : [],
  )

/** A tool gives up by itself after so long, so a send without an end is not counted for longer. */
const longestSendMs = 1_500

const inFlight = ({ stop, pressed }: Played, { sends }: Evidence): number =>
  sends.filter(
    ({ begun, ended, writer }) =>
      isCovered(stop, writer) && begun <= pressed && pressed < Math.min(ended, begun + longestSendMs),
  ).length

/** Between `committed` and the asking for its lifting. */
const isUnder = ({ committed = 0, lifting }: Played, { at }: { at: number }): boolean => committed < at && at <= lifting

const isInScope = ({ stop }: Played, { writer }: { writer: Writer }): boolean => isCovered(stop, writer)

/** What a killed process had proposed is not to the stop's credit. */
const suppressed = (played: Played, { unseen }: Evidence) =>
  played.killed ? [] : unseen.filter((one) => isUnder(played, one) && isInScope(played, one))

const outside = (played: Played, { done }: Evidence) =>
  done.filter((one) => isUnder(played, one) && !isInScope(played, one))

const signed = (played: Played, evidence: Evidence): readonly Attempt[] =>
  attemptsUnder(played, evidence).filter((attempt) => isAllowed(played.stop, attempt))

function quietPastDeadline({ stop, committed = 0, quiet, raised }: Played, { attempts }: Evidence): readonly number[] {
  if (quiet === undefined) return []
  const deadlines = attempts
    .filter((attempt) => isCovered(stop, attempt) && attempt.position < raised && raised < attempt.clear)
    .map(({ deadline }) => deadline)
  return [quiet - Math.max(committed, ...deadlines)]
}
