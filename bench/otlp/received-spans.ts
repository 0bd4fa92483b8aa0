/** What the collector has written to its files: one line a batch, in OTLP's JSON. */
import { existsSync, readFileSync } from 'node:fs'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly startedAt: number
  readonly run: string
  readonly place: string
  readonly kind: string
  readonly key: string
  /** As it was written, to notice one id with two contents. */
  readonly text: string
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: string }
}

interface SpanJson {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly attributes: readonly Attribute[]
}

interface Line {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SpanJson[] }[] }[]
}

/** A line that was cut by a kill holds nothing: its spans have not arrived. */
export function receivedSpans(files: readonly string[]): readonly ReceivedSpan[] {
  const lines = files.filter(existsSync).flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  return lines.flatMap((line) =>
    (lineIn(line)?.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(spanIn)),
    ),
  )
}

function lineIn(line: string): Line | undefined {
  try {
    return line === '' ? undefined : JSON.parse(line)
  } catch {
    return undefined
  }
}

function spanIn(span: SpanJson): ReceivedSpan {
  const textOf = (name: string) => span.attributes.find(({ key }) => key === name)?.value.stringValue ?? ''
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    startedAt: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
    run: textOf('charter.run'),
    place: textOf('charter.place'),
    kind: textOf('charter.span'),
    key: textOf('charter.key'),
    text: JSON.stringify(span),
  }
}
