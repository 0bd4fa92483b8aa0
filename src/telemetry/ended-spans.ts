/** Spans that ended in the next stretch of the ledger: of runs of one environment, and of pages put in force there. */
import type { LedgerEvent } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { pageSpan } from '../traces/page-span.ts'
import { endedSpansOf } from '../traces/run-spans.ts'
import type { SpanNaming } from '../traces/span.ts'
import { type OtelSpan, otelSpan } from './otel-span.ts'
import type { RunsHeld } from './runs-held.ts'

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
export async function endedSpans(
  from: SpanReading,
  after: number,
  { most, held }: { readonly most: number; readonly held: RunsHeld },
): Promise<Stretch> {
  const events = await from.ledger.tail(from.tenant, after, most)
  const last = events.at(-1)
  const through = last?.position ?? after
  const spans: OtelSpan[] = []
  for (const [stream, news] of Map.groupBy(events, (event) => event.stream)) {
    if (stream.startsWith('run/')) spans.push(...(await spansOfRunStream(from, news, held)))
    if (stream.startsWith('charter/')) spans.push(...(await pagesOfStream(from, stream, [after, through])))
  }
  return { through, events: events.length, lastAt: last?.at ?? 0, spans }
}

type Window = readonly [after: number, through: number]

/** `news` are all events of the stretch that stand in the stream of one run. */
async function spansOfRunStream(
  from: SpanReading,
  news: readonly LedgerEvent[],
  runs: RunsHeld,
): Promise<readonly OtelSpan[]> {
  const [first] = news
  if (!first) return []
  const run = first.stream.slice('run/'.length)
  const endedBy = (events: readonly LedgerEvent[]) =>
    events[0]?.body.environment === from.environment ? endedSpansOf(run, events, from.sealer) : []
  const held = runs.before(first)
  const before = held?.events ?? (await eventsBefore(from, first))
  const known = held?.ended ?? new Set(endedBy(before).map(({ spanId }) => spanId))
  const events = [...before, ...news]
  const ended = endedBy(events)
  runs.keep(first.stream, { events, ended: new Set(ended.map(({ spanId }) => spanId)) })
  return ended.filter(({ spanId }) => !known.has(spanId)).map((span) => otelSpan(span, run))
}

async function eventsBefore({ ledger, tenant }: SpanReading, { stream, seq }: LedgerEvent) {
  return seq === 1 ? [] : (await ledger.read(tenant, stream)).filter((event) => event.seq < seq)
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
