/** Spans that ended in the next stretch of the ledger: of runs of one environment, and of pages put in force there. */
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { pageSpan } from '../traces/page-span.ts'
import { spansEndedBetween } from '../traces/run-spans.ts'
import type { SpanNaming } from '../traces/span.ts'
import { type OtelSpan, otelSpan } from './otel-span.ts'

export interface SpanReading {
  readonly ledger: Pick<Ledger, 'tail' | 'read'>
  readonly sealer: SpanNaming
  readonly tenant: string
  readonly environment: string
}

export interface Stretch {
  /** Position of its last event; that after which it was asked where there is none. */
  readonly through: number
  readonly events: number
  /** When its last event happened. */
  readonly lastAt: number
  readonly spans: readonly OtelSpan[]
}

/** L7: a tail shows only what is durable, so a span that was handed out stays true. */
export async function endedSpans(from: SpanReading, after: number, mostEvents: number): Promise<Stretch> {
  const events = await from.ledger.tail(from.tenant, after, mostEvents)
  const last = events.at(-1)
  const through = last?.position ?? after
  const spans: OtelSpan[] = []
  for (const stream of new Set(events.map((event) => event.stream))) {
    if (stream.startsWith('run/')) spans.push(...(await spansOfStream(from, stream, [after, through])))
    if (stream.startsWith('charter/')) spans.push(...(await pagesOfStream(from, stream, [after, through])))
  }
  return { through, events: events.length, lastAt: last?.at ?? 0, spans }
}

type Window = readonly [after: number, through: number]

async function spansOfStream(from: SpanReading, stream: string, window: Window): Promise<readonly OtelSpan[]> {
  const run = stream.slice('run/'.length)
  const events = await from.ledger.read(from.tenant, stream)
  if (events[0]?.body.environment !== from.environment) return []
  return spansEndedBetween(run, events, window, from.sealer).map((span) => otelSpan(span, run))
}

/** A page that is put in force again is the same page: its span is that of the first time. */
async function pagesOfStream(
  from: SpanReading,
  stream: string,
  [after, through]: Window,
): Promise<readonly OtelSpan[]> {
  const applied = (await from.ledger.read(from.tenant, stream)).filter(
    ({ type, body }) => type === 'charter.applied' && body.environment === from.environment,
  )
  const isFirst = (event: LedgerEvent) => applied.find(({ body }) => body.charter === event.body.charter) === event
  return applied
    .filter((event) => event.position > after && event.position <= through && isFirst(event))
    .map((event) => otelSpan(pageSpan(event), undefined))
}
