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

/** Those of all spans that have ended by the last of these events: whatever comes later, they stay as they are. */
export const endedSpansOf = (run: string, events: readonly LedgerEvent[], naming: SpanNaming): readonly EndedSpan[] =>
  spansOfRun(run, events, naming).filter(hasEnded)
