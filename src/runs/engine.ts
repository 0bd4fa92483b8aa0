/**
 * The one thing that moves runs: finds those that may go on, takes the lease of each, and advances it until it rests.
 * It holds nothing that the ledger does not: after a crash the next engine finds the same runs and goes on.
 *
 *   look for ready runs ─▶ lease ─▶ advance ─▶ release       at once again while there is work,
 *          ▲                                       │         else when the ledger changed or a timer is due
 *          └───────────────────────────────────────┘
 */
import { isCharterError } from '../errors.ts'
import type { Cares, EnginePlace } from '../ledger/ledger.ts'
import type { StopRow } from '../ledger/reads.ts'
import { type Covered, covers } from '../stops/stop.ts'
import { advance } from './advance.ts'
import { failRun } from './fail-run.ts'
import { type Journal, openJournal } from './journal.ts'
import { lookAgain } from './look-again.ts'
import type { Moving } from './moving.ts'
import { isOfPage, isPassing } from './passing.ts'
import { payloadsOf } from './payloads.ts'
import { recordUntilKept } from './record-late.ts'
import { isEnded } from './run.ts'
import { takeInHand } from './take-in-hand.ts'
import type { Holder, World } from './world.ts'

export interface EngineOptions {
  /** Runs in hand at once. */
  readonly concurrency?: number
  /** How long a lease lasts unless it is renewed, milliseconds. */
  readonly leaseMs?: number
  /** Told of every error that a run could not be moved for; the run is tried again. */
  readonly onError?: (run: string | undefined, error: unknown) => void
}

/** How soon the engine looks again when nothing announced a change. */
const idleMs = 1_000
const afterTroubleMs = 250
export class Engine {
  readonly #world: World
  readonly #place: EnginePlace
  readonly #options: Required<EngineOptions>
  readonly #closing = new AbortController()
  readonly #moving = new Map<string, Promise<void>>()
  /** Runs for another engine to move: of a newer Charter, or with tools that fit the page they pinned. */
  readonly #others = new Set<string>()
  /** What was said: a page that does not compile is one error for all its runs. */
  readonly #said = new WeakSet<object>()
  /** Something happened since the engine last looked. */
  #isDue = false
  #resting: AbortController | undefined
  #loop: Promise<void> | undefined
  #listening: Promise<void> | undefined

  constructor(world: World, place: EnginePlace, options: EngineOptions = {}) {
    this.#world = world
    this.#place = place
    this.#options = { concurrency: 32, leaseMs: 30_000, onError: () => {}, ...options }
  }

  get id(): string {
    return this.#place.engine
  }

  start(): void {
    this.#listening ??= this.#listen()
    this.#loop ??= this.#run()
  }

  /** Lets every run in hand come to its next safe point, and leaves. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#nudge()
    await Promise.all([this.#loop, this.#listening])
    await Promise.allSettled(this.#moving.values())
    await this.#place.leave()
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        this.#isDue = false
        const { begun, timer } = await this.#look()
        if (!begun) await this.#rest(timer)
      } catch (error) {
        this.#options.onError(undefined, error)
        await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
      }
    }
  }

  /** Obeys what was stopped and takes up what is ready, as far as hands are free; says whether anything was. */
  async #look(): Promise<{ begun: boolean; timer: number | null }> {
    const { ledger, tenant, environment, charters } = this.#world
    const agents = await charters.unheld(this.#world.agents)
    const free = this.#options.concurrency - this.#moving.size
    const most = free + this.#moving.size + this.#others.size
    const reads = {
      stops: { read: 'stops' },
      ready: { read: 'ready_runs', most, environment, agents },
      timer: { read: 'next_timer', environment, agents },
    } as const
    const found = await ledger.find(tenant, reads, 'latest')
    const resting = await this.#abortedAtRest(this.#obey(found.stops), most)
    const ready = [...new Set([...found.ready, ...resting].map(({ run }) => run))]
    const fresh = ready.filter((run) => !this.#moving.has(run) && !this.#others.has(run)).slice(0, free)
    if (ready.length < most) this.#keepOthers(new Set(ready))
    for (const run of fresh) this.#take(run)
    return { begun: fresh.length > 0, timer: found.timer }
  }

  /** Runs that wait, and that a stop ends. */
  async #abortedAtRest(aborted: readonly string[], most: number): Promise<readonly { run: string }[]> {
    if (aborted.length === 0) return []
    const { ledger, tenant, environment } = this.#world
    const reads = { resting: { read: 'resting_runs', most, environment, agents: aborted } } as const
    return (await ledger.find(tenant, reads, 'latest')).resting
  }

  /** Whoever is not ready any more need not be remembered; one in hand is not ready because it is held. */
  #keepOthers(ready: ReadonlySet<string>): void {
    for (const run of this.#others) if (!ready.has(run) && !this.#moving.has(run)) this.#others.delete(run)
  }

  #take(run: string): void {
    const moved = this.#move(run)
      .catch((error) => this.#complain(run, error))
      .finally(() => {
        this.#moving.delete(run)
        this.#nudge()
      })
    this.#moving.set(run, moved)
  }

  async #move(run: string): Promise<void> {
    const { leases } = this.#world.ledger
    const { tenant, clock } = this.#world
    const lease = await leases.take(tenant, run, this.id, this.#options.leaseMs)
    if (!lease) return clock.wait(afterTroubleMs, this.#closing.signal)
    const lost = new AbortController()
    const renewing = this.#keepLease(run, lease.epoch, lost)
    try {
      await this.#advance(run, { owner: this.id, epoch: lease.epoch }, lost.signal)
    } finally {
      lost.abort()
      await renewing
      await leases.release(tenant, run, this.id, lease.epoch)
    }
  }

  async #keepLease(run: string, epoch: number, lost: AbortController): Promise<void> {
    const { ledger, tenant, clock } = this.#world
    const { leaseMs } = this.#options
    for (;;) {
      await clock.wait(leaseMs / 3, lost.signal)
      if (lost.signal.aborted) return
      const renewed = await ledger.leases.renew(tenant, run, this.id, epoch, leaseMs).catch(() => undefined)
      if (!renewed) return lost.abort()
    }
  }

  async #advance(run: string, holder: Holder, lost: AbortSignal): Promise<void> {
    const journal = await openJournal(this.#world, run, holder)
    try {
      const moving = await this.#inHand(journal, lost)
      const looked = await lookAgain(moving)
      const moved = !isEnded(journal.run) && (await this.#goOn(moving, holder))
      // The lease may have gone between an answer and its append.
      if (lost.aborted) await this.#keepOutcomes(journal)
      if (!moved && !looked) await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
    } catch (error) {
      await this.#keepOutcomes(journal)
      if (lost.aborted || this.#closing.signal.aborted) return
      if (!isPassing(error)) await failRun(this.#world, await openJournal(this.#world, run, holder), error)
      await this.#complain(run, error)
    }
  }

  #goOn(moving: Moving, { epoch }: Holder): Promise<boolean> {
    if (isLeftInTheMiddle(moving.journal))
      moving.journal.draft({ type: 'run.recovered', body: { engine: this.id, epoch } })
    return advance(moving)
  }

  /** What came of a write is known and could not be appended: that is tried again first, whoever holds the lease by now. */
  async #keepOutcomes(journal: Journal): Promise<void> {
    const { id: run } = journal.run
    for (const outcome of journal.outcomes)
      await recordUntilKept(this.#world, { run, ...outcome }, this.#options.onError, this.#closing.signal)
  }

  /** Says it, and lets some time go by before the run is tried again. */
  async #complain(run: string, error: unknown): Promise<void> {
    const isKnown = error instanceof Error && this.#said.has(error)
    if (!isKnown) this.#options.onError(run, error)
    if (error instanceof Error) this.#said.add(error)
    if (isCharterError(error) && error.code === 'ledger_newer') this.#others.add(run)
    await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
  }

  #inHand(journal: Journal, lost: AbortSignal): Promise<Moving> {
    const world = this.#world
    const payloads = payloadsOf(world, journal.stream)
    const signal = AbortSignal.any([lost, this.#closing.signal])
    return takeInHand({ world, journal, payloads, lost, signal }).catch((error) => {
      if (isOfPage(error)) this.#others.add(journal.run.id)
      throw error
    })
  }

  /** A stop of level `abort` also cuts off what is on the wire, and ends runs at rest: those of the agents it answers with. */
  #obey(stops: readonly StopRow[]): readonly string[] {
    const { environment, inFlight, agents } = this.#world
    const aborting = stops.filter(({ level }) => level === 'abort')
    if (aborting.length === 0) return []
    const isAborted = (thing: Omit<Covered, 'environment'>) =>
      aborting.some((stop) => covers(stop, { ...thing, environment }))
    inFlight.abort(isAborted)
    return agents.filter((agent) => isAborted({ agent }))
  }

  #nudge(): void {
    this.#isDue = true
    this.#resting?.abort('there is work')
  }

  /** One listener for good: what is committed between a look and the rest after it is heard too. */
  async #listen(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#world.ledger.changed(signal, mayGiveWork)
      this.#nudge()
    }
  }

  async #rest(timer: number | null): Promise<void> {
    if (this.#isDue) return
    const { clock, ledger } = this.#world
    this.#resting = new AbortController()
    const until = timer === null ? idleMs : Math.min(idleMs, Math.max(1, timer - ledger.now()))
    await clock.wait(until, this.#resting.signal)
  }
}

/** Whether a run may go on because of it, or must not: what an engine's own runs do meanwhile is no news. */
const mayGiveWork: Cares = ({ type }) =>
  type === 'run.started' ||
  type === 'run.waiting' ||
  type === 'effect.given_up' ||
  /^(stop|approval|handoff|charter)\./.test(type)

/** Neither new nor at rest: the process that had it in hand went away. */
const isLeftInTheMiddle = ({ run, head }: Journal): boolean => run.waiting === undefined && head.seq > 1
