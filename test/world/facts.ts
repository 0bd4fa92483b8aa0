/**
 * What the events of a ledger say, read straight from its table: never from a projection, and by no code of the product.
 * It is made again from nothing after a power cut.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { JsonObject } from '../../src/json.ts'
import type { Scope } from '../../src/stops/stop.ts'

export interface Fact {
  readonly position: number
  readonly stream: string
  readonly seq: number
  readonly type: string
  readonly at: number
  readonly hash: string
  readonly body: JsonObject
}

export interface Dispatch {
  readonly fact: Fact
  readonly run: string
  readonly effect: string
  readonly key: string
  readonly attempt: number
  readonly tool: string
  readonly subject: string
  readonly approval: string | undefined
}

export interface EffectFact {
  readonly effect: string
  readonly run: string
  readonly key: string
  readonly tool: string
  readonly subject: string
  readonly settlesBy: number
  /** By attempt, `open` until something is known of it. */
  readonly outcomes: ReadonlyMap<number, string>
  readonly status: string
  /** From which position on it is known to be done. */
  readonly doneAt: number | undefined
  readonly isGivenUp: boolean
}

export interface RunFact {
  readonly run: string
  readonly grant: string
  readonly charter: string
  readonly status: 'running' | 'waiting' | 'handed_off' | 'ended'
  readonly awaits: { readonly for: string; readonly id: string } | undefined
}

/** From when until when, by position, something was so. */
export interface Stretch<What> {
  readonly what: What
  readonly from: number
  until: number
}

export interface StopFact {
  readonly stop: string
  readonly scope: Scope
  readonly value: string
  readonly level: string
}

export class Facts {
  readonly all: Fact[] = []
  readonly dispatches = new Map<string, Dispatch>()
  readonly effects = new Map<string, EffectFact>()
  readonly runs = new Map<string, RunFact>()
  readonly stops: Stretch<StopFact>[] = []
  readonly pages: Stretch<string>[] = []
  readonly parents = new Map<string, string>()
  readonly revoked = new Map<string, number>()
  #statement: { database: DatabaseSync; select: StatementSync } | undefined

  get through(): number {
    return this.all.at(-1)?.position ?? 0
  }

  /** Those that the ledger holds and this does not yet. */
  read(database: DatabaseSync): readonly Fact[] {
    if (this.#statement?.database !== database) this.#statement = { database, select: database.prepare(selectAfter) }
    const rows = this.#statement.select.all(this.through)
    const fresh = rows.map(factOf)
    for (const fact of fresh) this.#note(fact)
    return fresh
  }

  inForceAt<What>(stretches: readonly Stretch<What>[], position: number): readonly What[] {
    return stretches.filter(({ from, until }) => from < position && position < until).map(({ what }) => what)
  }

  #note(fact: Fact): void {
    this.all.push(fact)
    const { type, stream, body } = fact
    if (type.startsWith('effect.')) this.#noteEffect(fact)
    else if (type.startsWith('run.')) this.#noteRun(stream.slice('run/'.length), fact)
    else if (type === 'stop.raised') {
      this.#endStop(body.stop, fact.position)
      const { stop, scope, value, level } = body
      const what = { stop: String(stop), scope: scope as Scope, value: String(value), level: String(level) }
      this.stops.push({ what, from: fact.position, until: forEver })
    } else if (type === 'stop.lifted') this.#endStop(body.stop, fact.position)
    else if (type === 'charter.applied') {
      for (const page of this.pages) page.until = Math.min(page.until, fact.position)
      this.pages.push({ what: String(body.charter), from: fact.position, until: forEver })
    } else if (type === 'grant.issued' && body.parent !== null)
      this.parents.set(String(body.grant), String(body.parent))
    else if (type === 'grant.revoked') this.revoked.set(String(body.grant), fact.position)
  }

  #endStop(stop: unknown, position: number): void {
    for (const stretch of this.stops) if (stretch.what.stop === stop) stretch.until = Math.min(stretch.until, position)
  }

  #noteRun(run: string, { type, body }: Fact): void {
    const known = this.runs.get(run)
    if (type === 'run.started') {
      const { grant, charter } = body
      this.runs.set(run, { run, grant: String(grant), charter: String(charter), status: 'running', awaits: undefined })
    }
    if (!known) return
    if (type === 'run.waiting') {
      const awaits = { for: String(body.awaits), id: String(body.id) }
      this.runs.set(run, { ...known, status: body.awaits === 'handoff' ? 'handed_off' : 'waiting', awaits })
    }
    if (type === 'run.woken') this.runs.set(run, { ...known, status: 'running', awaits: undefined })
    if (type === 'run.ended') this.runs.set(run, { ...known, status: 'ended', awaits: undefined })
  }

  #noteEffect(fact: Fact): void {
    const { type, body, stream } = fact
    const effect = String(body.effect)
    const attempt = Number(body.attempt)
    const known = this.effects.get(effect)
    if (type === 'effect.dispatched') {
      const named = { run: stream.slice('run/'.length), effect, key: String(body.key), tool: String(body.tool) }
      const subject = String(body.subject)
      const approval = body.approval === undefined ? undefined : String(body.approval)
      this.dispatches.set(`${named.key}#${attempt}`, { fact, ...named, attempt, subject, approval })
      const outcomes = new Map([...(known?.outcomes ?? []), [attempt, 'open'] as const])
      const settlesBy = Number(body.settles_by)
      const now = { status: 'dispatched', doneAt: known?.doneAt, isGivenUp: false }
      this.effects.set(effect, { ...named, subject, settlesBy, outcomes, ...now })
    } else if (known && type === 'effect.given_up') this.effects.set(effect, { ...known, isGivenUp: true })
    else if (known) {
      const outcome = type.slice('effect.'.length)
      const ofAll = outcome === 'not_committed' && (body.by === 'verify' || body.by === 'settlement')
      const attempts = ofAll ? [...known.outcomes.keys()] : [attempt]
      const outcomes = new Map(known.outcomes)
      for (const one of attempts) if (outcomes.get(one) !== 'committed') outcomes.set(one, outcome)
      const doneAt = known.doneAt ?? (outcome === 'committed' ? fact.position : undefined)
      this.effects.set(effect, { ...known, outcomes, status: statusOf([...outcomes.values()]), doneAt })
    }
  }
}

const forEver = Number.POSITIVE_INFINITY
const selectAfter =
  'SELECT position, stream, seq, type, at, hash, body FROM events WHERE position > ? ORDER BY position'

const factOf = (row: Record<string, unknown>): Fact => ({
  position: Number(row.position),
  stream: String(row.stream),
  seq: Number(row.seq),
  type: String(row.type),
  at: Number(row.at),
  hash: String(row.hash),
  body: JSON.parse(String(row.body)),
})

function statusOf(outcomes: readonly string[]): string {
  if (outcomes.includes('committed')) return 'committed'
  if (outcomes.includes('open')) return 'dispatched'
  return outcomes.every((outcome) => outcome === 'not_committed') ? 'not_committed' : 'unknown'
}
