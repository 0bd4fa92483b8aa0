/**
 * Erases what is no longer to be kept: content of ended runs whose page's time is over, or what a person ordered for a
 * class. Stream by stream, in short transactions, so that no dispatch waits; what a crash leaves undone the next one does.
 */
import type { House } from '../commands/house.ts'
import { newId } from '../ids.ts'
import type { RunRow } from '../ledger/reads.ts'
import { type Erased, eraseContent } from './erase-content.ts'
import { HoldBook } from './hold-book.ts'
import { openEffects } from './open-effects.ts'
import { PageTerms } from './page-terms.ts'
import { type DueWanted, dueClasses } from './retention-class.ts'
import type { RetentionRun } from './retention-events.ts'
import { runOfStream } from './run-streams.ts'
import { scrub } from './scrub.ts'

export interface RetentionWanted {
  readonly by: string
  /** Says what would be erased, and erases nothing. */
  readonly dryRun?: boolean | undefined
  readonly class?: string | undefined
  /** Milliseconds since 1970: content of runs that had ended before then, whatever their page says. */
  readonly before?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface RetentionReport {
  /** Nothing where nothing was erased. */
  readonly deletion: string | null
  readonly streams: number
  readonly keys: number
  /** Payloads by class. */
  readonly classes: Readonly<Record<string, number>>
  /** Due, and not erased. */
  readonly held: readonly { readonly stream: string; readonly hold: string }[]
  /** Due but for a write whose outcome is not known yet. */
  readonly unsettled: readonly string[]
  /** False where something else was reading the database's log: the bytes go when that ends. */
  readonly scrubbed: boolean
}

const atOnce = 100

export async function runRetention(house: House, wanted: RetentionWanted): Promise<RetentionReport> {
  const sweep = new Sweep(house, wanted)
  for await (const stream of streams(house)) {
    if (wanted.signal?.aborted) break
    await sweep.visit(stream)
  }
  return sweep.end()
}

async function* streams({ ledger, tenant }: House): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const found = await ledger.stored.streams(tenant, after, atOnce)
    yield* found
    const last = found.at(-1)
    if (last === undefined) return
    after = last
  }
}

class Sweep {
  readonly #house: House
  readonly #wanted: RetentionWanted
  readonly #deletion: string
  readonly #terms: PageTerms
  readonly #holds: HoldBook
  readonly #classes = new Map<string, number>()
  readonly #held: { stream: string; hold: string }[] = []
  readonly #unsettled = new Set<string>()
  #open: ReadonlySet<string> | undefined
  #streams = 0
  #keys = 0

  constructor(house: House, wanted: RetentionWanted) {
    this.#house = house
    this.#wanted = wanted
    this.#deletion = newId('ret', house.clock, house.random)
    this.#terms = new PageTerms(house)
    this.#holds = new HoldBook(house)
  }

  async visit(stream: string): Promise<void> {
    const { ledger, tenant } = this.#house
    const run = await runOfStream(this.#house, stream)
    if (run === undefined) return
    const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
    const due = row ? await this.#due(row) : []
    if (!row || due.length === 0) return
    const stored = (await ledger.stored.of(tenant, stream)).filter((payload) => due.includes(payload.class))
    if (stored.length === 0) return
    const hold = await this.#holds.holdOn(row)
    if (hold) this.#held.push({ stream, hold: hold.hold })
    else if (await this.#isUnsettled(row)) this.#unsettled.add(row.run)
    else if (this.#wanted.dryRun) this.#count(Map.groupBy(stored, (payload) => payload.class))
    else this.#add(await eraseContent(this.#house, stream, { ...this.#erasing, deletion: this.#deletion }, due))
  }

  async end(): Promise<RetentionReport> {
    const { dryRun = false } = this.#wanted
    const erased = !dryRun && this.#streams > 0
    if (erased) await this.#record()
    return {
      deletion: erased ? this.#deletion : null,
      streams: this.#streams,
      keys: this.#keys,
      classes: Object.fromEntries(this.#classes),
      held: this.#held,
      unsettled: [...this.#unsettled],
      // Also where nothing was due: one before may have been interrupted here.
      scrubbed: dryRun || (await scrub(this.#house)),
    }
  }

  get #erasing() {
    const { by, before } = this.#wanted
    return { by, cause: before === undefined ? ('expired' as const) : ('ordered' as const) }
  }

  async #due(row: RunRow): Promise<readonly string[]> {
    const { before, class: only } = this.#wanted
    const terms = before === undefined ? await this.#terms.of(row) : []
    const wanted: DueWanted = { now: this.#house.ledger.now(), class: only, before }
    return dueClasses({ endedAt: row.ended_at, terms }, wanted)
  }

  async #isUnsettled({ run }: RunRow): Promise<boolean> {
    this.#open ??= new Set((await openEffects(this.#house)).map((effect) => effect.run))
    return this.#open.has(run)
  }

  #count(byClass: ReadonlyMap<string, readonly unknown[]>): void {
    this.#add({ payloads: new Map([...byClass].map(([name, { length }]) => [name, length])), keys: 0 })
  }

  #add({ payloads, keys }: Erased): void {
    this.#streams += 1
    this.#keys += keys
    for (const [name, count] of payloads) this.#classes.set(name, (this.#classes.get(name) ?? 0) + count)
  }

  async #record(): Promise<void> {
    const { ledger, tenant } = this.#house
    const { before, by } = this.#wanted
    const body: RetentionRun = {
      deletion: this.#deletion,
      cause: this.#erasing.cause,
      ...(before !== undefined && { before }),
      streams: this.#streams,
      payloads: [...this.#classes.values()].reduce((sum, count) => sum + count, 0),
      keys: this.#keys,
      classes: Object.fromEntries(this.#classes),
      held: this.#held.length,
    }
    const stream = `retention/${this.#deletion}`
    const events = [{ type: 'retention.run', v: 1, actor: by, body }]
    await ledger.transact({
      tenant,
      locks: [{ lock: 'stream', stream }],
      reads: {},
      decide: () => ({ append: [{ stream, after: 'any', events }], answer: undefined }),
    })
  }
}
