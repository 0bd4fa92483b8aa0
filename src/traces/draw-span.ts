/** What the spans of one run have in common: its trace, its names, and when it ended. */
import { placeOf, spanIdOf } from '../runs/trace-context.ts'
import type { Span, SpanAttributes, SpanKind, SpanLink, SpanNaming } from './span.ts'
import type { Trace } from './trace.ts'

export interface Frame {
  readonly trace: Trace
  readonly traceId: string
  readonly naming: SpanNaming
}

export interface SpanParts {
  readonly kind: SpanKind
  readonly of: string
  readonly place: string
  /** Place of the span above it. */
  readonly under: string
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly failed?: string | undefined
  readonly attributes: SpanAttributes
  readonly links?: readonly SpanLink[]
}

export function drawSpan({ trace, traceId }: Frame, { under, failed, links = [], ...parts }: SpanParts): Span {
  const spanId = spanIdOf(trace.run, parts.place)
  const parentId = spanIdOf(trace.run, under)
  return { ...parts, traceId, spanId, parentId, failed, links }
}

export const linkTo = ({ trace, traceId }: Frame, to: SpanLink['to'], place: string): SpanLink => ({
  to,
  traceId,
  spanId: spanIdOf(trace.run, place),
})

export const peopleIn = ({ naming }: Frame, names: readonly (string | undefined)[]): readonly string[] | undefined => {
  const people = names.flatMap((name) => (name === undefined ? [] : [naming.pseudonym('principal', name)]))
  return people.length > 0 ? people : undefined
}

/** A name that only the model knows is something that the model said. */
export const toolName = ({ tool, version }: { readonly tool: string; readonly version?: string }): string =>
  version === undefined ? 'unknown' : tool

export const runPlace = placeOf.run
