/**
 * The one thing that moves runs: finds those that may go on, takes the lease of each, and advances it until it rests.
 * It holds nothing that the ledger does not: after a crash the next engine finds the same runs and goes on.
 *
 *   look for ready runs ─▶ lease ─▶ advance ─▶ release       at once again while there is work,
 *          ▲                                       │         else when the ledger changed or a timer is due
 *          └───────────────────────────────────────┘
 */
import { type ErrorCode, isCharterError } from '../errors.ts'
import type { EnginePlace } from '../ledger/ledger.ts'
import { covers } from '../stops/stop.ts'
import { advance } from './advance.ts'
import { Conversation } from './conversation.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Moving } from './moving.ts'
import { payloadsOf } from './payloads.ts'
import { recordLate } from './record-late.ts'
import { loseAttempt } from './resolve-effect.ts'
import { isEnded } from './run.ts'
import type { Holder, LateOutcome, World } from './world.ts'

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
/** A ledger that cannot be written says so with one of these: nothing is wrong with the run. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'ledger_full',
  'ledger_read_only',
  'ledger_commit_unknown',
  'ledger_version_conflict',
  'ledger_lease_lost',
  'keyring_unavailable',
])

export class Engine {
  readonly #world: World
  readonly #place: EnginePlace
  readonly #options: Required<EngineOptions>
  readonly #closing = new AbortController()
  readonly #moving = new Map<string, Promise<void>>()
  /** Runs for another engine to move: of another environment or agent, or of a newer Charter. */
  readonly #others = new Set<string>()
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
        await this.#obeyStops()
        const begun = await this.#begin()
        if (!begun) await this.#rest()
      } catch (error) {
        this.#options.onError(undefined, error)
        await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
      }
    }
  }

  /** Takes up what is ready, as far as hands are free; says whether anything was. */
  async #begin(): Promise<boolean> {
    const { ledger, tenant } = this.#world
    const free = this.#options.concurrency - this.#moving.size
    if (free <= 0) return false
    const most = free + this.#moving.size + this.#others.size
    const { ready } = await ledger.find(tenant, { ready: { read: 'ready_runs', most } })
    const fresh = ready.filter(({ run }) => !this.#moving.has(run) && !this.#others.has(run)).slice(0, free)
    if (ready.length < most) this.#keepOthers(new Set(ready.map(({ run }) => run)))
    for (const { run } of fresh) this.#take(run)
    return fresh.length > 0
  }

  /** Whoever is not ready any more need not be remembered. */
  #keepOthers(ready: ReadonlySet<string>): void {
    for (const run of this.#others) if (!ready.has(run)) this.#others.delete(run)
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
    if (!(await this.#isOurs(run))) return void this.#others.add(run)
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
    if (isEnded(journal.run)) return this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
    try {
      if (isLeftInTheMiddle(journal))
        journal.draft({ type: 'run.recovered', body: { engine: this.id, epoch: holder.epoch } })
      const moved = await advance(await this.#inHand(journal, lost))
      if (!moved) await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
    } catch (error) {
      if (lost.aborted || this.#closing.signal.aborted) return
      if (!isCharterError(error) || !passing.has(error.code)) await this.#fail(run, holder, error)
      await this.#complain(run, error)
    }
  }

  /** Says it, and lets some time go by before the run is tried again. */
  async #complain(run: string, error: unknown): Promise<void> {
    this.#options.onError(run, error)
    if (isCharterError(error) && error.code === 'ledger_newer') this.#others.add(run)
    await this.#world.clock.wait(afterTroubleMs, this.#closing.signal)
  }

  /** Runs of another environment, or of an agent that this process does not have, are somebody else's. */
  async #isOurs(run: string): Promise<boolean> {
    const { ledger, tenant, environment, toolsOf } = this.#world
    const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
    return row?.environment === environment && toolsOf(row.agent).size > 0
  }

  async #inHand(journal: Journal, lost: AbortSignal): Promise<Moving> {
    const world = this.#world
    const { agent = '', charter = '' } = journal.run.started ?? {}
    const payloads = payloadsOf(world, journal.stream)
    const outputs = new Map<string, Awaited<ReturnType<typeof payloads.open>>[]>()
    for (const [tool, refs] of journal.run.outputs) outputs.set(tool, [...(await payloads.openAll(refs))])
    const pinned = await world.charters.compiled(agent, charter)
    const signal = AbortSignal.any([lost, this.#closing.signal])
    const conversation = new Conversation()
    return { world, journal, payloads, conversation, pinned, tools: world.toolsOf(agent), outputs, lost, signal }
  }

  /** An error that trying again will not mend ends the run, so that it is not tried for ever. */
  async #fail(run: string, holder: Holder, error: unknown): Promise<void> {
    const journal = await openJournal(this.#world, run, holder)
    if (isEnded(journal.run)) return
    const code = isCharterError(error) ? error.code : 'internal'
    for (const effect of journal.run.effects.values()) loseAttempt(journal, effect)
    journal.draft({ type: 'run.ended', body: { status: 'failed', code } })
    await journal.commit()
  }

  /** A stop of level `abort` also cuts off what is on the wire; a lower one lets it finish. */
  async #obeyStops(): Promise<void> {
    const { ledger, tenant, environment, inFlight } = this.#world
    const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
    const aborting = stops.filter(({ level }) => level === 'abort')
    if (aborting.length === 0) return
    inFlight.abort(({ agent, tool, risk }) => aborting.some((stop) => covers(stop, { agent, tool, risk, environment })))
  }

  #nudge(): void {
    this.#isDue = true
    this.#resting?.abort()
  }

  /** One listener for good: what is committed between a look and the rest after it is heard too. */
  async #listen(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#world.ledger.changed(signal)
      this.#nudge()
    }
  }

  async #rest(): Promise<void> {
    const resting = new AbortController()
    this.#resting = resting
    if (!this.#isDue) {
      const { ledger, tenant, clock } = this.#world
      const { timer } = await ledger.find(tenant, { timer: { read: 'next_timer' } })
      const until = timer === null ? idleMs : Math.min(idleMs, Math.max(1, timer - clock.now()))
      await clock.wait(until, AbortSignal.any([this.#closing.signal, resting.signal]))
    }
    this.#isDue = false
  }
}

/** Neither new nor at rest: the process that had it in hand went away. */
const isLeftInTheMiddle = ({ run, head }: Journal): boolean => run.waiting === undefined && head.seq > 1

export const lateRecorder =
  (world: () => World, onError: EngineOptions['onError']) =>
  (late: LateOutcome): void => {
    recordLate(world(), late).catch((error) => onError?.(late.run, error))
  }
