/** Spans of a run from nothing but its events: no content is opened for them, so none can be in them. */
import type { LedgerEvent } from '../ledger/event.ts'
import { type EndedSpan, hasEnded, type Span, type SpanNaming } from './span.ts'
import { spansOf } from './spans.ts'
import { traceOf } from './trace.ts'

/** All spans, those that are still open among them. `events` are the run's own, from the first on. */
export function spansOfRun(run: string, events: readonly LedgerEvent[], naming: SpanNaming): readonly Span[] {
  if (events.length === 0) return []
  return spansOf(traceOf({ run, events, content: () => undefined, beside: new Map() }), naming)
}

/**
 * Spans that ended by the events after one position of the ledger and through another. Whoever goes from position to
 * position so, and again after a crash, has each span once for every time that it passed it, and always the same.
 */
export function spansEndedBetween(
  run: string,
  events: readonly LedgerEvent[],
  [after, through]: readonly [number, number],
  naming: SpanNaming,
): readonly EndedSpan[] {
  const before = events.filter(({ position }) => position <= after)
  const known = new Set(endedOf(run, before, naming).map(({ spanId }) => spanId))
  const now = events.filter(({ position }) => position <= through)
  return endedOf(run, now, naming).filter(({ spanId }) => !known.has(spanId))
}

const endedOf = (run: string, events: readonly LedgerEvent[], naming: SpanNaming): readonly EndedSpan[] =>
  spansOfRun(run, events, naming).filter(hasEnded)
