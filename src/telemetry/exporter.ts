/**
 * Exports the spans of a ledger: what has ended and is durable, oldest first, one request at a time. It only reads, so
 * no engine waits for it, and it drops nothing: while the collector is away the ledger keeps what is to be sent.
 */
import type { Clock } from '../clock.ts'
import { CharterError } from '../errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Collector, Sent } from './collector.ts'
import { acknowledge, type Cursor, type Progress, positionOf, rewind, settle } from './cursor.ts'
import { endedSpans, type SpanReading, type Stretch } from './ended-spans.ts'
import type { OtelSpan } from './otel-span.ts'
import { type SpanSource, traceRequest } from './otlp.ts'
import { RunsHeld } from './runs-held.ts'

export interface ExporterParts {
  readonly from: SpanReading & { readonly ledger: Pick<Ledger, 'tail' | 'read' | 'changed'> }
  readonly source: SpanSource
  readonly collector: Collector
  readonly cursor: Cursor
  readonly clock: Clock
  /** For people: that the collector is away, that it is back, and how far behind the exporter is. */
  note(line: string): void
}

export interface Exported {
  readonly spans: number
  readonly requests: number
  /** By the collector's own word, and for good. */
  readonly rejected: number
  /** Of the last event whose spans were exported. */
  readonly position: number
}

export interface Exporting {
  readonly signal: AbortSignal
  /** Ends when everything is exported that is there; throws `collector_unavailable` when that cannot be done. */
  readonly once?: boolean
  /** Where nothing was exported yet, what has happened before is passed over. */
  readonly fromNow?: boolean
}

const eventsAtOnce = 500
/** New Relic takes a megabyte; a span has about one kilobyte. */
const spansAtOnce = 400
const keptEveryMs = 1_000
const longestPauseMs = 30_000
/** A collector that closes every connection without a word would otherwise be told the same for ever. */
const mostCloses = 3
const lagIsSaidFromMs = 60_000
const lagIsSaidEveryMs = 30_000
/** So long `--once` bears with a collector that is away. */
const triesOnce = 5

export async function exportSpans(
  parts: ExporterParts,
  { signal, once = false, fromNow = false }: Exporting,
): Promise<Exported> {
  const exporter = new Exporter(parts, signal, once)
  try {
    if (fromNow) await exporter.passOver()
    await exporter.run()
  } finally {
    exporter.keep(true)
  }
  return exporter.exported
}

class Exporter {
  readonly #parts: ExporterParts
  readonly #signal: AbortSignal
  readonly #once: boolean
  readonly #held = new RunsHeld()
  #progress: Progress
  #kept: Progress | undefined
  #keptAt = Number.NEGATIVE_INFINITY
  #lagSaidAt = Number.NEGATIVE_INFINITY
  /** Connections that broke between two requests, since anything settled last. */
  #closed = { times: 0, settled: 0 }
  /** Tries in a row that came to nothing. */
  #failures = 0
  #spans = 0
  #requests = 0
  #rejected = 0

  constructor(parts: ExporterParts, signal: AbortSignal, once: boolean) {
    this.#parts = parts
    this.#signal = signal
    this.#once = once
    this.#progress = parts.cursor.load()
  }

  get exported(): Exported {
    return {
      spans: this.#spans,
      requests: this.#requests,
      rejected: this.#rejected,
      position: positionOf(this.#progress),
    }
  }

  async passOver(): Promise<void> {
    const { ledger, tenant } = this.#parts.from
    if (positionOf(this.#progress) > 0) return
    for (let more = true; more; ) {
      const events = await ledger.tail(tenant, positionOf(this.#progress), eventsAtOnce)
      this.#progress = { settled: events.at(-1)?.position ?? positionOf(this.#progress), acknowledged: [] }
      more = events.length === eventsAtOnce
    }
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      if (this.#progress.settled > this.#closed.settled) this.#closed = { times: 0, settled: this.#progress.settled }
      this.#lookForLoss()
      const wanted = { most: eventsAtOnce, held: this.#held }
      const stretch = await endedSpans(this.#parts.from, positionOf(this.#progress), wanted)
      if (stretch.events > 0) await this.#export(stretch)
      else if (this.#once) return
      else await this.#rest()
    }
  }

  /** `hasEnded`: nothing more comes of this exporter, and it was there to the end. */
  keep(hasEnded = false): void {
    if (hasEnded || this.#kept !== this.#progress) this.#parts.cursor.keep(this.#progress, hasEnded)
    this.#kept = this.#progress
    this.#keptAt = this.#parts.clock.monotonic()
  }

  /** Until there is news; now and then to see whether the collector is still there. */
  async #rest(): Promise<void> {
    const { clock, from } = this.#parts
    this.#progress = settle(this.#progress, clock.now())
    this.keep()
    const woken = new AbortController()
    const signal = AbortSignal.any([this.#signal, woken.signal])
    await Promise.race([from.ledger.changed(signal), clock.wait(keptEveryMs, signal)])
    woken.abort()
  }

  async #export(stretch: Stretch): Promise<void> {
    for (let first = 0; first < stretch.spans.length; first += spansAtOnce)
      if (!(await this.#send(stretch.spans.slice(first, first + spansAtOnce), stretch))) return
    const { clock } = this.#parts
    this.#progress = acknowledge(this.#progress, stretch.through, clock.now())
    if (clock.monotonic() - this.#keptAt >= keptEveryMs) this.keep()
    this.#noteLag(clock.now() - stretch.lastAt)
  }

  /** However it came about: a collector that was away, or a ledger that is long. */
  #noteLag(behindMs: number): void {
    const { clock, collector, note } = this.#parts
    if (behindMs < lagIsSaidFromMs || clock.monotonic() - this.#lagSaidAt < lagIsSaidEveryMs) return
    this.#lagSaidAt = clock.monotonic()
    note(`${collector.name} is told what happened ${Math.round(behindMs / 1_000)} s ago`)
  }

  /** Whether they were taken. If not, everything that may have been lost is sent again after a while. */
  async #send(spans: readonly OtelSpan[], { lastAt }: Stretch): Promise<boolean> {
    const { collector, source } = this.#parts
    const sent = await collector.send(traceRequest(source, spans), this.#signal)
    this.#requests += 1
    if (sent.sent === 'taken') {
      this.#noteTaken(spans.length, sent)
      return true
    }
    if (this.#signal.aborted) return false
    if (sent.sent === 'lost') this.#rewind(this.#parts.clock.now())
    await this.#pause(sent, lastAt)
    return false
  }

  #noteTaken(count: number, { rejected, message }: Extract<Sent, { sent: 'taken' }>): void {
    const { collector, note } = this.#parts
    if (this.#failures > 0) note(`${collector.name} takes spans again`)
    if (rejected > 0) note(`${collector.name} rejected ${rejected} of ${count} spans: ${message}`)
    this.#failures = 0
    this.#spans += count - rejected
    this.#rejected += rejected
  }

  #lookForLoss(): void {
    const lostAt = this.#parts.collector.takeLoss()
    if (lostAt === undefined || this.#closed.times >= mostCloses) return
    this.#closed.times += 1
    this.#rewind(lostAt)
  }

  #rewind(lostAt: number): void {
    this.#parts.collector.takeLoss()
    this.#progress = rewind(this.#progress, lostAt)
  }

  async #pause(sent: Exclude<Sent, { sent: 'taken' }>, lastAt: number): Promise<void> {
    const { clock, collector, note } = this.#parts
    this.#failures += 1
    if (this.#once && this.#failures >= triesOnce) throw unavailable(collector, sent)
    const asked = sent.sent === 'refused' ? sent.afterMs : undefined
    const pauseMs = Math.min(longestPauseMs, asked ?? 250 * 2 ** (this.#failures - 1))
    const behind = Math.max(0, Math.round((clock.now() - lastAt) / 1_000))
    note(`${collector.name} does not take spans: ${sent.message}; ${behind} s behind, tried again in ${pauseMs} ms`)
    this.keep()
    await clock.wait(pauseMs, this.#signal)
  }
}

function unavailable({ name }: Collector, sent: Exclude<Sent, { sent: 'taken' }>): CharterError {
  const isOurs = sent.sent === 'refused' && sent.status < 500 && sent.status !== 429
  return new CharterError('collector_unavailable', `${name} does not take spans: ${sent.message}`, {
    param: '--otlp',
    hint: isOurs
      ? 'look at the address and at `--header`'
      : 'nothing is lost: what was not taken is sent the next time',
  })
}
