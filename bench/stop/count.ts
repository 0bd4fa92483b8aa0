/**
 * What the vendor's log says of the stops that were played. An arrival belongs to the attempts of its key, and these
 * have their places in the ledger: before a stop, under it or after it. Pure.
 */
import type { Played } from './play.ts'
import type { Attempt, Records } from './records.ts'
import { isCovered, type Writer, writerIn } from './tickets.ts'

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
  /** Attempts that stand between a stop and its lifting, and arrivals that no attempt from before explains. */
  readonly dispatchedAfterCommitted: number
  /** Writes that reached the vendor after `quiet`, or that it carried out then. */
  readonly arrivedAfterQuiet: number
  /** Each of those, for people. */
  readonly violations: readonly string[]
  readonly unacknowledged: number
  readonly committedMs: readonly number[]
  readonly committedMsByCommandLine: readonly number[]
  /** How long after the last deadline of what was under way `quiet` was told. */
  readonly quietPastDeadlineMs: readonly number[]
  readonly engineKills: number
  /** Sends beyond the first of an effect. */
  readonly resends: number
  readonly arrivals: number
  readonly events: number
}

export function countStops(played: readonly Played[], records: Records): Counted {
  const seen = looksOf(records)
  const told = played.map((each) => countOne(each, seen))
  const sum = (of: (counted: CountedOne) => number) => told.reduce((total, counted) => total + of(counted), 0)
  return {
    stops: played.length,
    inFlight: told.map(({ inFlight }) => inFlight),
    suppressed: sum(({ suppressed }) => suppressed),
    outsideScopeCommits: sum(({ outside }) => outside),
    signed: sum(({ signed }) => signed),
    dispatchedAfterCommitted: sum(({ dispatched }) => dispatched),
    arrivedAfterQuiet: sum(({ arrived }) => arrived),
    violations: told.flatMap(({ violations }) => violations),
    unacknowledged: played.filter(({ committed, quiet }) => committed === undefined || quiet === undefined).length,
    committedMs: committedMs(played, false),
    committedMsByCommandLine: committedMs(played, true),
    quietPastDeadlineMs: told.flatMap(({ quietPast }) => quietPast),
    engineKills: played.filter(({ killed }) => killed).length,
    resends: records.attempts.length - new Set(records.attempts.map(({ key }) => key)).size,
    arrivals: records.arrivals.length,
    events: records.events,
  }
}

const committedMs = (played: readonly Played[], wanted: boolean): readonly number[] =>
  played.flatMap(({ byCommandLine, committedMs }) =>
    byCommandLine === wanted && committedMs !== undefined ? [committedMs] : [],
  )

/** At the vendor, by key and writer. */
interface Came {
  readonly at: number
  readonly key: string
  readonly writer: Writer
}

interface Looks {
  readonly attempts: readonly Attempt[]
  readonly attemptsOf: ReadonlyMap<string, readonly Attempt[]>
  readonly came: readonly Came[]
  readonly cameOf: ReadonlyMap<string, readonly Came[]>
  readonly done: readonly Came[]
  readonly sends: readonly Send[]
  /** When tools opened their sockets, by key. */
  readonly sentOf: ReadonlyMap<string, readonly { readonly at: number }[]>
  readonly proposed: readonly { at: number; words: string; writer: Writer }[]
  readonly wordsSeen: ReadonlySet<string>
}

/** The tool was called, and came back; infinity where its process was killed. */
interface Send {
  readonly begun: number
  readonly ended: number
  readonly writer: Writer
}

function looksOf({ arrivals, commits, attempts, diary }: Records): Looks {
  const came = arrivals.flatMap(({ at, idempotency_key: key, path }) => cameAs(at, key, path))
  return {
    attempts,
    attemptsOf: Map.groupBy(attempts, ({ key }) => key),
    came,
    cameOf: Map.groupBy(came, ({ key }) => key),
    done: commits.flatMap(({ at, idempotency_key: key, ticket }) => cameAs(at, key, ticket ?? '')),
    sends: sendsIn(diary),
    sentOf: Map.groupBy(
      diary.filter((entry) => 'sent' in entry),
      ({ sent }) => sent,
    ),
    proposed: diary.flatMap((entry) => {
      const writer = 'proposed' in entry ? writerIn(entry.proposed) : undefined
      return 'proposed' in entry && writer ? [{ at: entry.at, words: entry.proposed, writer }] : []
    }),
    wordsSeen: new Set(arrivals.map(({ body }) => wordsIn(body))),
  }
}

function cameAs(at: number, key: string | null, text: string): readonly Came[] {
  const writer = writerIn(text)
  return writer && key !== null ? [{ at, key, writer }] : []
}

/** A body that was cut off says nothing. */
function wordsIn(body: string): string {
  try {
    return String(JSON.parse(body).body)
  } catch {
    return ''
  }
}

function sendsIn(diary: Records['diary']): readonly Send[] {
  const ended = new Map(diary.flatMap((entry) => ('ended' in entry ? [[nameOf(entry.ended, entry), entry.at]] : [])))
  return diary.flatMap((entry) => {
    const writer = 'begun' in entry ? writerIn(entry.ticket) : undefined
    if (!('begun' in entry) || !writer) return []
    return [{ begun: entry.at, ended: ended.get(nameOf(entry.begun, entry)) ?? Number.POSITIVE_INFINITY, writer }]
  })
}

const nameOf = (key: string, { attempt }: { attempt: number }): string => `${key}#${attempt}`

interface CountedOne {
  readonly inFlight: number
  readonly suppressed: number
  readonly outside: number
  readonly signed: number
  readonly dispatched: number
  readonly arrived: number
  readonly violations: readonly string[]
  readonly quietPast: readonly number[]
}

/** A tool gives up by itself after so long, so a send without an end is not counted for longer. */
const longestSendMs = 1_000

function countOne(played: Played, looks: Looks): CountedOne {
  const { stop, pressed, lifting, raised, lifted, killed, committed, quiet } = played
  if (committed === undefined) return nothing
  const inScope = <One extends { writer: Writer }>({ writer }: One) => isCovered(stop, writer)
  const holds = ({ at }: { at: number }) => committed < at && at <= lifting
  const isAllowed = ({ isSigned }: Attempt) => stop.level === 'draft' && isSigned

  const sends = looks.sends.filter(
    ({ begun, ended }) => begun <= pressed && pressed < Math.min(ended, begun + longestSendMs),
  )
  const proposals = looks.proposed.filter((one) => holds(one) && inScope(one) && !looks.wordsSeen.has(one.words))
  const ours = looks.attempts.filter((attempt) => isCovered(stop, attempt))
  const under = ours.filter(({ position }) => raised < position && position < lifted)
  const signed = new Set(under.filter(isAllowed).map(({ key }) => key))
  const came = looks.came.filter((one) => holds(one) && inScope(one))
  const unexplained = [...new Set(came.map(({ key }) => key))].filter((key) => {
    const before = (looks.attemptsOf.get(key) ?? []).filter(
      (attempt) => attempt.position < raised || isAllowed(attempt),
    )
    return (looks.cameOf.get(key) ?? []).filter(({ at }) => at <= lifting).length > before.length
  })
  const afterQuiet = [...looks.came, ...looks.done].filter(
    (one) => quiet !== undefined && quiet < one.at && one.at <= lifting && inScope(one) && !signed.has(one.key),
  )
  const tooLate = under.filter((attempt) => !isAllowed(attempt))
  const say = (what: string, key: string) => describe(played, what, key, looks)
  return {
    inFlight: sends.filter(inScope).length,
    // What a killed process had proposed is not to the stop's credit.
    suppressed: killed ? 0 : proposals.length,
    outside: looks.done.filter((one) => holds(one) && !inScope(one)).length,
    signed: signed.size,
    dispatched: tooLate.length + unexplained.length,
    arrived: afterQuiet.length,
    violations: [
      ...tooLate.map(({ key }) => say('dispatched after committed', key)),
      ...unexplained.map((key) => say('arrived more often than it was dispatched', key)),
      ...afterQuiet.map(({ at, key }) => say(`came ${at - (quiet ?? 0)} ms after quiet`, key)),
    ],
    quietPast: quiet === undefined ? [] : [quiet - Math.max(committed, lastDeadline(ours, raised))],
  }
}

const nothing: CountedOne = {
  inFlight: 0,
  suppressed: 0,
  outside: 0,
  signed: 0,
  dispatched: 0,
  arrived: 0,
  violations: [],
  quietPast: [],
}

/** Of what was dispatched before the stop and not cleared up by then. */
const lastDeadline = (attempts: readonly Attempt[], raised: number): number =>
  attempts
    .filter(({ position, clear }) => position < raised && raised < clear)
    .reduce((last, { deadline }) => Math.max(last, deadline), 0)

/** Times from when it was pressed on. */
function describe(
  { stop, pressed, committed = 0, quiet = 0, raised, lifted }: Played,
  what: string,
  key: string,
  looks: Looks,
): string {
  const named = `${stop.scope}:${stop.value} at ${stop.level}, places ${raised} to ${lifted}`
  const told = `committed ${committed - pressed}, quiet ${quiet - pressed}`
  const attempts = (looks.attemptsOf.get(key) ?? []).map(
    ({ position, deadline, clear }) => `place ${position}, deadline ${deadline - pressed}, clear at ${clear}`,
  )
  const times = (all: readonly { at: number }[] = []) => all.map(({ at }) => at - pressed).join(' and ')
  const sent = `sent ${times(looks.sentOf.get(key))}, arrived ${times(looks.cameOf.get(key))}`
  return `${what}: ${named}, ${told}; ${attempts.join('; ')}; ${sent}`
}
