/** What is left of a stop: the events of the runs, the desk's log, and what must be true of both. */
import assert from 'node:assert/strict'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import type { Stopped } from './hands.ts'
import type { Round, Seen, WritingRun } from './writing-house.ts'

export interface Evidence {
  readonly stop: string
  readonly round: Round
  readonly events: readonly LedgerEvent[]
  readonly raised: LedgerEvent
  readonly lifted: LedgerEvent
  /** Of the runs in the scope. */
  readonly attempts: readonly Attempt[]
  readonly tickets: readonly string[]
}

interface Attempt {
  readonly effect: string
  readonly attempt: number
  readonly key: string
  readonly position: number
  readonly settlesBy: number
  /** People signed for it. */
  readonly isSigned: boolean
  /** Where the ledger says that its outcome is not known, and where what became of its effect; infinity where it does not. */
  readonly unknown: number
  readonly clear: number
}

export async function readEvidence(round: Round, stop: string, stopped: readonly WritingRun[]): Promise<Evidence> {
  const events = await round.events()
  const ofStop = events.filter(({ stream }) => stream === `stop/${stop}`)
  const first = (type: string) => ofStop.find((event) => event.type === type) ?? assert.fail(`there is no ${type}`)
  const streams = stopped.map(({ id }) => `run/${id}`)
  return {
    stop,
    round,
    events,
    raised: first('stop.raised'),
    lifted: first('stop.lifted'),
    attempts: attemptsIn(events.filter(({ stream }) => streams.includes(stream))),
    tickets: stopped.map(({ ticket }) => ticket),
  }
}

function attemptsIn(events: readonly LedgerEvent[]): readonly Attempt[] {
  const placeOf = (isIt: (event: LedgerEvent) => boolean) => events.find(isIt)?.position ?? Number.POSITIVE_INFINITY
  return events
    .filter(({ type }) => type === 'effect.dispatched')
    .map(({ body: { effect, attempt, key, settles_by, approval }, position }) => ({
      effect: String(effect),
      attempt: Number(attempt),
      key: String(key),
      position,
      settlesBy: Number(settles_by),
      isSigned: approval !== undefined,
      unknown: placeOf(
        ({ type, body }) => type === 'effect.unknown' && body.effect === effect && body.attempt === attempt,
      ),
      clear: placeOf(
        (event) =>
          event.position > position && event.body.effect === effect && (statusAfter(event) ?? '') in timesWritten,
      ),
    }))
}

/** What the effect is after the event, for an event that says so: that nothing more is sent changes nothing of it. */
function statusAfter({ type, body }: LedgerEvent): string | undefined {
  if (type === 'effect.dispatched') return 'dispatched'
  if (type === 'effect.committed') return 'committed'
  return type === 'effect.not_committed' || type === 'effect.unknown' ? String(body.status) : undefined
}

/** What each clear outcome says of the vendor. */
const timesWritten: Readonly<Record<string, number>> = { committed: 1, not_committed: 0 }

type Moments = Pick<Stopped, 'atCommitted' | 'atQuiet'> & { readonly atLift: Seen }

/** While the stop is in force nothing is dispatched unless people sign for it, and after quiet nothing comes or happens. */
export function assertNothingNew({ round, attempts, raised, lifted, tickets }: Evidence, moments: Moments): void {
  const { atCommitted, atQuiet, atLift } = moments
  const during = attempts.filter(({ position }) => raised.position < position && position < lifted.position)
  assert.deepEqual(
    during.filter(({ isSigned }) => !isSigned),
    [],
  )
  const signed = new Set(during.map(({ key }) => key))

  const arrivals = round.arrivals().filter(({ n, path, idempotency_key: key }) => {
    const isInScope = tickets.some((ticket) => path.startsWith(`/tickets/${ticket}/`))
    return isInScope && n > atCommitted.arrival && n <= atLift.arrival && !signed.has(key ?? '')
  })
  for (const { idempotency_key: key } of arrivals) {
    assert.ok(
      attempts.some((attempt) => attempt.key === key && attempt.position < raised.position),
      `${key} came from nowhere`,
    )
  }
  assert.deepEqual(
    arrivals.filter(({ n }) => n > atQuiet.arrival),
    [],
  )
  const happened = round.commits().filter(({ n, ticket, idempotency_key: key }) => {
    return tickets.includes(ticket ?? '') && n > atQuiet.commit && n <= atLift.commit && !signed.has(key ?? '')
  })
  assert.deepEqual(happened, [])
}

/** What was under way at the commit is what was let finish, and the ledger says what came of each. */
export function assertLetFinish({ events, stop, attempts, raised }: Evidence, { committed, quieted }: Stopped): void {
  const named = ({ effect, attempt }: { effect: string; attempt: number }) => `${effect}#${attempt}`
  const sentBefore = attempts.filter(({ position }) => position < raised.position)
  const last = new Map(sentBefore.map((attempt) => [attempt.effect, attempt]))
  const underWay = [...last.values()].filter(
    ({ unknown, clear, settlesBy }) => clear > raised.position && (unknown > raised.position || raised.at < settlesBy),
  )
  assert.ok(underWay.length > 0, 'nothing was under way: the story shows nothing')
  assert.deepEqual(committed.inFlight.map(named).sort(), underWay.map(named).sort())
  assert.deepEqual(
    underWay.filter(({ clear }) => clear === Number.POSITIVE_INFINITY),
    [],
  )
  const quiet = events.find(({ stream, type }) => stream === `stop/${stop}` && type === 'stop.quiet')
  assert.deepEqual([quiet?.body.finished, quiet?.body.given_up], [quieted.finished, quieted.givenUp])
  assert.equal(quieted.finished + quieted.givenUp, underWay.length)
}

/** Nobody outside the scope was told of the stop, or ended by it. */
export function assertOthersGoOn({ events }: Evidence, others: readonly WritingRun[]): void {
  const streams = others.map(({ id }) => `run/${id}`)
  const told = events.filter(({ stream, body }) => streams.includes(stream) && body.code === 'stopped')
  assert.deepEqual(told, [])
}

/** What never started has no attempt. What has one was written once, or certainly not, as the ledger says it. */
export function assertWrittenOnce({ round, events }: Evidence): void {
  const keys = new Map<string, string>()
  const status = new Map<string, string>()
  for (const event of events) {
    const after = statusAfter(event)
    if (after === undefined) continue
    const effect = String(event.body.effect)
    status.set(effect, after)
    if (after === 'dispatched') keys.set(effect, String(event.body.key))
  }
  const held = events.filter(({ type, body }) => type === 'action.judged' && body.code === 'stopped')
  assert.deepEqual(
    held.filter(({ stream, body }) => keys.has(`${stream.slice('run/'.length)}:${body.action}`)),
    [],
  )

  const written = round.commits().map(({ idempotency_key: key }) => key)
  for (const [effect, key] of keys) {
    const times = written.filter((each) => each === key).length
    assert.equal(
      times,
      timesWritten[status.get(effect) ?? ''],
      `${effect} is ${status.get(effect)}, written ${times} times`,
    )
  }
  assert.deepEqual(
    written.filter((key) => ![...keys.values()].includes(key ?? '')),
    [],
  )
}

/** An abort does not wait for answers that are on their way. */
export function assertCutOff({ events, raised }: Evidence): void {
  const cut = events.filter(({ type, body }) => type === 'effect.unknown' && body.why === 'aborted')
  assert.ok(cut.length > 0 && cut.every(({ position }) => raised.position < position))
}

/** Under the stop the desk was asked what had become of a write, and the answer is in the ledger. */
export function assertLookedUp({ events, raised, lifted }: Evidence): void {
  const found = events.filter(({ type, body }) => type === 'effect.committed' && body.by === 'verify')
  assert.ok(found.some(({ position }) => raised.position < position && position < lifted.position))
}
