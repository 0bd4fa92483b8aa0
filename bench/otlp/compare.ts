/** What arrived against what must have: by run and place, which both sides know without the ids that the product derives. */
import type { ExpectedSpan } from './expected-spans.ts'
import type { ReceivedSpan } from './received-spans.ts'
import type { DeskEntry } from './spawn-desk.ts'
import type { Played } from './spawn-play.ts'

export interface Compared {
  /** Distinct spans of runs that arrived. */
  readonly spans: number
  readonly missing: number
  /** At a place where none belongs, a second one at a place, or one id with two contents. */
  readonly extra: number
  readonly wrongParent: number
  /** That begin at another time than the ledger's row says. */
  readonly wrongTime: number
  /** Times that a span arrived again as it was. */
  readonly resent: number
  /** Of the first few. */
  readonly examples: readonly string[]
}

const nameOf = ({ run, place }: { run: string; place: string }) => `${run} ${place}`

export function compareSpans(
  expected: readonly ExpectedSpan[],
  received: readonly ReceivedSpan[],
  played: readonly Played[],
): Compared {
  const ofRuns = received.filter(({ run }) => run !== '')
  const contents = new Set(ofRuns.map(({ spanId, text }) => `${spanId} ${text}`))
  const ids = new Set(ofRuns.map(({ spanId }) => spanId))
  const byPlace = new Map(ofRuns.map((span) => [nameOf(span), span]))
  const wanted = new Map(expected.map((span) => [nameOf(span), span]))
  const callers = new Map(played.map(({ run, traceparent }) => [run, traceparent?.split('-') ?? []]))

  const missing = expected.filter((span) => !byPlace.has(nameOf(span)))
  const misplaced = [...byPlace.values()].filter((span) => !wanted.has(nameOf(span)))
  const parentOf = ({ run, parent }: ExpectedSpan): string | undefined =>
    parent === undefined ? (callers.get(run)?.[2] ?? '') : byPlace.get(nameOf({ run, place: parent }))?.spanId
  const arrived = expected.flatMap((span) => {
    const found = byPlace.get(nameOf(span))
    return found ? [{ span, found }] : []
  })
  const orphans = arrived.filter(({ span, found }) => {
    const trace = callers.get(span.run)?.[1] ?? byPlace.get(nameOf({ run: span.run, place: 'run' }))?.traceId
    return found.parentSpanId !== parentOf(span) || found.traceId !== trace
  })
  const late = arrived.filter(({ span, found }) => span.startedAt !== undefined && span.startedAt !== found.startedAt)
  const examples = [
    ...missing.map((span) => `missing ${nameOf(span)}`),
    ...misplaced.map((span) => `extra ${nameOf(span)}`),
    ...orphans.map(({ span }) => `wrong parent ${nameOf(span)}`),
    ...late.map(({ span }) => `wrong time ${nameOf(span)}`),
  ]
  return {
    spans: ids.size,
    missing: missing.length,
    extra: misplaced.length + (ids.size - byPlace.size) + (contents.size - ids.size),
    wrongParent: orphans.length,
    wrongTime: late.length,
    resent: ofRuns.length - contents.size,
    examples: examples.slice(0, 5),
  }
}

export interface Crossed {
  readonly calls: number
  /** Whose header names no span, another trace, or the span of another call. */
  readonly wrong: number
}

const spanOfCall = new Set(['call', 'retrieval', 'attempt'])

/** Each request at the desk bore the name of the very span that tells of it, and its key where it was a write. */
export function compareHeaders(entries: readonly DeskEntry[], received: readonly ReceivedSpan[]): Crossed {
  const known = new Map(received.map((span) => [span.spanId, span]))
  const wrong = entries.filter(({ traceparent, key, attempt }) => {
    const [, traceId, spanId = ''] = traceparent.split('-')
    const span = known.get(spanId)
    if (!span || span.traceId !== traceId || !spanOfCall.has(span.kind)) return true
    return key === '' ? span.kind === 'attempt' : span.key !== key || !span.place.endsWith(`/attempt/${attempt}`)
  })
  return { calls: entries.length, wrong: wrong.length }
}
