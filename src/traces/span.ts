/**
 * A span: one thing that a run did, with its time, what stands above it, and what it was. Our own model, of which other
 * people's are made: ids, enums, numbers, hashes and pseudonyms, and nothing that a person or a model has said.
 */

export type SpanKind =
  | 'run'
  | 'turn'
  | 'model'
  | 'action'
  | 'judgement'
  | 'wait'
  | 'call'
  | 'retrieval'
  | 'effect'
  | 'attempt'
  | 'settlement'
  | 'page'

export type SpanValue = string | number | boolean | readonly string[] | readonly number[]
export type SpanAttributes = { readonly [name: string]: SpanValue | undefined }

export interface Span {
  readonly kind: SpanKind
  /** What it is called after its kind: the agent, the model, the tool. */
  readonly of: string
  /** Where it stands in its run, such as `action/2.1/call`: no two spans of a run stand in one place. */
  readonly place: string
  readonly traceId: string
  readonly spanId: string
  /** Of the run itself: the span of whoever started it. */
  readonly parentId: string | undefined
  /** Milliseconds since 1970, by the ledger. */
  readonly startedAt: number
  /** Nothing while it is still open. Once it has ended, nothing about it changes any more. */
  readonly endedAt: number | undefined
  /** Why it failed: an error code, where it did. */
  readonly failed: string | undefined
  readonly attributes: SpanAttributes
  readonly links: readonly SpanLink[]
}

export interface SpanLink {
  readonly to: 'decision' | 'approval' | 'charter' | 'effect'
  readonly traceId: string
  readonly spanId: string
}

export type EndedSpan = Span & { readonly endedAt: number }

export const hasEnded = (span: Span): span is EndedSpan => span.endedAt !== undefined

/** Keyed names for people, so that a span says that two runs were for the same person and not for whom. */
export interface SpanNaming {
  pseudonym(kind: string, value: string): string
}
