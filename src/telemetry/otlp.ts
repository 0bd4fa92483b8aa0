/** Spans as an OTLP `ExportTraceServiceRequest`, and what its answer says. Numbers of fields as opentelemetry-proto 1 has them. */
import type { SpanAttributes, SpanValue } from '../traces/span.ts'
import type { OtelLink, OtelSpan } from './otel-span.ts'
import {
  bytesField,
  concat,
  doubleField,
  type Field,
  fixed64Field,
  fromHex,
  messageField,
  readFields,
  textField,
  wholeField,
} from './protobuf.ts'
import { schemaUrl } from './semantic-conventions.ts'

export interface SpanSource {
  /** Of the service whose spans these are. */
  readonly resource: SpanAttributes
  readonly version: string
}

const spanKinds = { internal: 1, client: 3 } as const
const statusError = 2

export function traceRequest({ resource, version }: SpanSource, spans: readonly OtelSpan[]): Uint8Array {
  const scope = messageField(1, [textField(1, 'charter'), textField(2, version)])
  const ofScope = messageField(2, [scope, ...spans.map(spanField), textField(3, schemaUrl)])
  return messageField(1, [messageField(1, attributeFields(1, resource)), ofScope, textField(3, schemaUrl)])
}

function spanField(span: OtelSpan): Field {
  const { traceId, spanId, parentSpanId, name, kind, startedAt, endedAt, attributes, links, error } = span
  return messageField(2, [
    bytesField(1, fromHex(traceId)),
    bytesField(2, fromHex(spanId)),
    ...(parentSpanId === undefined ? [] : [bytesField(4, fromHex(parentSpanId))]),
    textField(5, name),
    wholeField(6, spanKinds[kind]),
    fixed64Field(7, nanoseconds(startedAt)),
    fixed64Field(8, nanoseconds(endedAt)),
    ...attributeFields(9, attributes),
    ...links.map(linkField),
    ...(error === undefined ? [] : [messageField(15, [textField(2, error), wholeField(3, statusError)])]),
  ])
}

const linkField = ({ traceId, spanId, attributes }: OtelLink): Field =>
  messageField(13, [bytesField(1, fromHex(traceId)), bytesField(2, fromHex(spanId)), ...attributeFields(4, attributes)])

const nanoseconds = (ms: number): bigint => BigInt(Math.round(ms)) * 1_000_000n

const attributeFields = (field: number, attributes: SpanAttributes): readonly Field[] =>
  Object.entries(attributes).flatMap(([name, value]) =>
    value === undefined ? [] : [messageField(field, [textField(1, name), bytesField(2, anyValue(value))])],
  )

function anyValue(value: SpanValue): Uint8Array {
  if (typeof value === 'string') return textField(1, value)
  if (typeof value === 'boolean') return wholeField(2, value ? 1 : 0)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? wholeField(3, value) : doubleField(4, value)
  return messageField(
    5,
    value.map((item) => bytesField(1, anyValue(item))),
  )
}

export interface TraceResponse {
  /** Spans that were not taken, and will not be if they are sent again. */
  readonly rejected: number
  readonly message: string
}

/** `ExportTraceServiceResponse`; an empty one took everything. */
export function readTraceResponse(body: Uint8Array): TraceResponse {
  const partial = concat(
    readFields(body).flatMap(({ field, wire, bytes }) => (field === 1 && wire === 2 ? [bytes] : [])),
  )
  const fields = readFields(partial)
  const message = fields.find(({ field }) => field === 2)?.bytes ?? new Uint8Array()
  return {
    rejected: Number(fields.find(({ field }) => field === 1)?.number ?? 0n),
    message: new TextDecoder().decode(message),
  }
}
