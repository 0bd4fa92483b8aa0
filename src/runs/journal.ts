/**
 * The drafts of one run between two commits. Events are folded as they are drafted, so that the next step is known,
 * and nobody outside sees them before they are appended: under the lease, onto the head they were drafted for.
 */
import { CharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { EventDraft, PayloadRef, SealedPayload } from '../ledger/event.ts'
import type { Append, Lock } from '../ledger/ledger.ts'
import type { Found, Read } from '../ledger/reads.ts'
import type { RunDraft, RunEvent } from './events.ts'
import { evolve, isActiveUntil } from './evolve.ts'
import { loadRun } from './load-run.ts'
import { mayRide } from './riding-events.ts'
import type { Run } from './run.ts'
import { isDue, type RunAt, snapshotOf } from './snapshot.ts'
import type { Holder, LateOutcome, World } from './world.ts'

/** So many payloads may belong to one event: their numbers are its place in the stream times this, and on. */
const payloadsPerEvent = 16

export interface Head {
  seq: number
  hash: string
}

type Outcome = Omit<LateOutcome, 'run'>

/** Something appended to other streams in the same transaction. */
export type Beside = readonly Append[]

export class Journal {
  readonly run: Run
  readonly #world: World
  readonly #holder: Holder | undefined
  #head: Head
  #snapshotAt: number
  #drafts: EventDraft[] = []
  #payloads: SealedPayload[] = []
  #payloadsOfNext = 0
  /** Of the time before the first draft: whether the run was active, and how much of it was a wait for a timer. */
  #isActive = false
  #restMs = 0
  /** When the last commit was settled, by the monotonic clock: times of the ledger are another machine's. */
  #settledAt: number | undefined
  /** What the `decide` of a transaction under way has drafted: folded once it is committed. */
  #deciding: RunDraft[] | undefined

  constructor(world: World, { run, head, snapshotAt }: RunAt, holder?: Holder) {
    this.run = run
    this.#world = world
    this.#head = head
    this.#snapshotAt = snapshotAt
    this.#holder = holder
  }

  get stream(): string {
    return `run/${this.run.id}`
  }

  get head(): Head {
    return this.#head
  }

  get hasDrafts(): boolean {
    return this.drafted > 0
  }

  /** So many events stand here that are not in the ledger yet. */
  get drafted(): number {
    return this.#drafts.length
  }

  /** Active time of the run up to this moment, what is not committed included. */
  get activeMs(): number {
    const { active_ms: before } = this.run.spent
    const isActive = this.hasDrafts ? this.#isActive : isActiveUntil(this.run, 'turn.started')
    if (!isActive || this.#settledAt === undefined) return before
    const restMs = this.hasDrafts ? this.#restMs : this.run.restMs
    return before + Math.max(0, this.#world.clock.monotonic() - this.#settledAt - restMs)
  }

  /** What came of a write is among the drafts. */
  get holdsOutcome(): boolean {
    return this.#drafts.some(({ type }) => type.startsWith('effect.') && type !== 'effect.dispatched')
  }

  /** What is certain of writes, and not in the ledger yet. */
  get outcomes(): readonly Outcome[] {
    return this.#drafts.flatMap(({ type, body }) => {
      if (type !== 'effect.committed' && type !== 'effect.not_committed') return []
      const outcome = type === 'effect.committed' ? 'committed' : 'not_committed'
      return [
        { effect: String(body.effect), attempt: Number(body.attempt), outcome, retryable: body.retryable === true },
      ]
    })
  }

  /** Seals content that belongs to the next event drafted. */
  seal(kind: string, value: Json): PayloadRef {
    if (this.#payloadsOfNext >= payloadsPerEvent) throw new CharterError('internal', 'too many payloads for one event')
    const n = (this.#head.seq + this.#drafts.length + 1) * payloadsPerEvent + this.#payloadsOfNext
    const { payload, ref } = this.#world.sealer.seal(this.stream, n, kind, value)
    this.#payloadsOfNext += 1
    this.#payloads.push(payload)
    return ref
  }

  /** Drafts one event and folds it. The time it counts for is known at the commit. */
  draft(event: RunDraft): void {
    if (!this.hasDrafts) {
      this.#world.kept.drop(this.run.id)
      this.#isActive = isActiveUntil(this.run, event.type)
      this.#restMs = this.run.restMs
    }
    this.#drafts.push({ type: event.type, v: 1, actor: this.#actor(), body: plain(event.body) })
    this.#payloadsOfNext = 0
    if (this.#deciding) this.#deciding.push(event)
    else this.#fold(event)
  }

  /** Appends what was drafted, if anything was. */
  async commit(beside: Beside = [], locks: readonly Lock[] = []): Promise<void> {
    if (!this.hasDrafts && beside.length === 0) return
    const decide = () => ({ commit: true, beside, answer: undefined })
    await this.transact({ locks, reads: {}, rides: beside.length === 0, decide })
  }

  /**
   * One transaction around the drafts: `decide` sees what was read under the locks, may draft more, and says whether
   * the drafts go in. A database may undo a transaction for another's sake and ask again, so what `decide` drafts counts
   * only for the last time it was asked, and not at all where it says no.
   */
  async transact<const Reads extends Readonly<Record<string, Read>>, Answer>(work: {
    locks: readonly Lock[]
    reads: Reads
    rides?: boolean
    /** What these reads found before. */
    expect?: Found<Reads> | undefined
    decide(found: Found<Reads>, now: number): { commit: boolean; beside?: Beside; answer: Answer }
  }): Promise<Answer> {
    const { ledger, tenant } = this.#world
    const before = { drafts: this.#drafts.length, payloads: this.#payloads.length, next: this.#payloadsOfNext }
    const rides = work.rides === true && this.#drafts.every(mayRide)
    let head: Head | undefined
    const { answer, now, committed } = await ledger.transact({
      tenant,
      locks: [{ lock: 'stream', stream: this.stream }, ...work.locks],
      reads: work.reads,
      durable: rides ? 'soon' : 'before_answer',
      expect: work.expect,
      decide: (found, now) => {
        this.#goBackTo(before)
        this.#deciding = []
        const decided = work.decide(found, now)
        if (!decided.commit) this.#goBackTo(before)
        if (rides && !this.#drafts.every(mayRide)) throw new CharterError('internal', 'what must be synced cannot ride')
        const append = decided.commit ? [...this.#appends(), ...(decided.beside ?? [])] : []
        return { append, answer: { answer: decided.answer, now, committed: decided.commit } }
      },
      kept: (events) => {
        const last = events.findLast(({ stream }) => stream === this.stream)
        if (last) head = { seq: last.seq, hash: last.hash }
      },
    })
    for (const event of this.#deciding ?? []) this.#fold(event)
    this.#deciding = undefined
    if (committed) this.#settle(now, head)
    return answer
  }

  #goBackTo({ drafts, payloads, next }: { drafts: number; payloads: number; next: number }): void {
    this.#drafts.splice(drafts)
    this.#payloads.splice(payloads)
    this.#payloadsOfNext = next
    this.#deciding = undefined
  }

  #fold(event: RunDraft): void {
    evolve(this.run, { ...event, at: this.run.lastAt } as RunEvent)
  }

  #appends(): readonly Append[] {
    if (!this.hasDrafts) return []
    const lease = this.#holder
    return [
      {
        stream: this.stream,
        after: this.#head,
        ...(lease && { lease }),
        events: this.#drafts,
        payloads: this.#payloads,
      },
    ]
  }

  #settle(now: number, head: Head | undefined): void {
    if (!this.hasDrafts || !head) return
    this.#head = head
    if (this.#isActive) this.run.spent.active_ms += Math.max(0, now - this.run.lastAt - this.#restMs)
    this.run.lastAt = now
    this.#settledAt = this.#world.clock.monotonic()
    this.#drafts = []
    this.#payloads = []
    if (isDue(this.#head, this.#snapshotAt)) this.#keepSnapshot()
    if (this.run.waiting) this.#world.kept.keep({ run: this.run, head: this.#head, snapshotAt: this.#snapshotAt })
  }

  /** Nobody waits for it, and nothing is lost where it cannot be written: the events are there. */
  #keepSnapshot(): void {
    const { ledger, tenant } = this.#world
    const snapshot = snapshotOf(this.#world, this.run, this.#head)
    this.#snapshotAt = snapshot.seq
    ledger.snapshots.keep(tenant, this.stream, snapshot).catch(() => {})
  }

  #actor(): string {
    return this.#holder ? `engine:${this.#holder.owner}` : `agent:${this.run.started?.agent ?? 'unknown'}`
  }
}

/** Without the keys that hold nothing: an event has a value for a key, or has no such key. */
const plain = (body: object): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as JsonObject

export async function openJournal(world: World, id: string, holder?: Holder): Promise<Journal> {
  await world.sealer.prepare(`run/${id}`)
  return new Journal(world, await loadRun(world, id, holder && world.kept), holder)
}
