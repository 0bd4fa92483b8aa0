/**
 * Stops a scope. It is acknowledged twice: `committed` when nothing new is dispatched in the scope any more, and
 * `quiet` when everything sent before has ended, or its time to settle is over.
 */
import type { StopScope } from '../ledger/reads.ts'
import { quiet } from '../stops/quiet.ts'
import { decideStop, foldStop, type Scope, type StopLevel, stopId } from '../stops/stop.ts'
import { appendAndRead, appendDecision, type Deciding } from './append-decision.ts'
import type { House } from './house.ts'

export interface StopWanted {
  readonly scope: Scope
  /** Of an agent, tool or risk; else empty. */
  readonly value: string
  readonly level: StopLevel
  readonly by: string
  readonly reason?: string | undefined
}

export interface Committed {
  readonly stop: string
  /** By the ledger's clock, milliseconds since 1970. */
  readonly at: number
  /** Milliseconds from the asking to the commit. */
  readonly committedMs: number
  /** Attempts in the scope that were under way at the commit. */
  readonly inFlight: readonly { effect: string; attempt: number; run: string; tool: string }[]
}

export async function raiseStop(house: House, wanted: StopWanted): Promise<Committed> {
  const { clock, environment } = house
  const { scope, value, level, by, reason } = wanted
  const stop = stopId(environment, scope, value)
  const asked = clock.monotonic()
  const deciding: Deciding = {
    stream: `stop/${stop}`,
    by,
    exclusive: scope === 'everything' ? 'house' : 'tenant',
    ...(reason !== undefined && { content: { reason } }),
    decide: (events, refs) =>
      decideStop(foldStop(events), { type: 'raise', scope, value, level, environment }).map(({ type, body }) => ({
        type,
        body: { ...body, ...(refs.reason && { reason: refs.reason }) },
      })),
  }
  const { found, now } = await appendAndRead(house, deciding, openAttempts(wanted))
  const committedMs = clock.monotonic() - asked
  const inFlight = found.open.map(({ effect, attempt, run, tool }) => ({ effect, attempt, run, tool }))
  return { stop, at: now, committedMs, inFlight }
}

export interface Quieted {
  readonly stop: string
  readonly finished: number
  readonly givenUp: number
  readonly waitedMs: number
}

/** How long between two looks at what is still under way, milliseconds. */
const lookEveryMs = 25

/** Waits until nothing sent before the stop can still do something, and records that. */
export async function waitForQuiet(
  house: House,
  wanted: StopWanted,
  committed: Committed,
  signal?: AbortSignal,
): Promise<Quieted> {
  const { clock } = house
  const began = clock.monotonic()
  const before = new Set(committed.inFlight.map(({ effect, attempt }) => `${effect}#${attempt}`))
  for (;;) {
    const { open } = await house.ledger.find(house.tenant, openAttempts(wanted, committed.at))
    const sentBefore = open.filter(({ effect, attempt }) => before.has(`${effect}#${attempt}`))
    const waitedMs = clock.monotonic() - began
    // Times to settle are by the ledger's clock, which need not be this machine's.
    const { quiet: isQuiet, overdue } = quiet(sentBefore, committed.at + waitedMs)
    if (isQuiet) return record(house, wanted, committed, { overdue, waitedMs })
    signal?.throwIfAborted()
    await clock.wait(lookEveryMs, signal)
  }
}

async function record(
  house: House,
  wanted: StopWanted,
  { stop, inFlight }: Committed,
  { overdue, waitedMs }: { overdue: number; waitedMs: number },
): Promise<Quieted> {
  const finished = inFlight.length - overdue
  const waited = Math.round(waitedMs)
  await appendDecision(house, {
    stream: `stop/${stop}`,
    by: wanted.by,
    decide: (events) =>
      decideStop(foldStop(events), { type: 'quieten', finished, given_up: overdue, waited_ms: waited }),
  })
  return { stop, finished, givenUp: overdue, waitedMs: waited }
}

const openAttempts = (wanted: StopWanted, since?: number) =>
  ({ open: { read: 'in_flight', scope: scopeOf(wanted), ...(since !== undefined && { since }) } }) as const

function scopeOf({ scope, value }: StopWanted): StopScope {
  switch (scope) {
    case 'agent':
      return { scope, agent: value }
    case 'tool':
      return { scope, tool: value }
    case 'risk':
      return { scope, risk: value }
    default:
      return { scope }
  }
}
