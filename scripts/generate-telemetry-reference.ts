/**
 * Writes `docs/reference/telemetry.md` from the tables of spans and metrics.
 *
 *   node scripts/generate-telemetry-reference.ts
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { latencyBuckets, type MetricEntry, metrics } from '../src/telemetry/metric-table.ts'
import { conventional, semanticConventionsVersion } from '../src/telemetry/semantic-conventions.ts'
import { markdownTable } from './docs/markdown-table.ts'
import { type SpanEntry, spanTable } from './span-table.ts'

export const telemetryReferenceFile = path.resolve(import.meta.dirname, '../docs/reference/telemetry.md')

const opening = `# Telemetry

Spans and numbers are made from the ledger, never the other way round: what has not been written down is not told, and what was
told is true. Exporting again gives the same spans, ids included. This page is made from \`scripts/span-table.ts\` and
\`src/telemetry/metric-table.ts\` by \`scripts/generate-telemetry-reference.ts\`.

    charter telemetry export --otlp http://127.0.0.1:4318     # spans, to any collector that takes OTLP over HTTP
    charter telemetry metrics --listen 9464                   # numbers, for Prometheus

## What is exported, and when

- **From the tail.** An exporter reads what is durable, oldest first, and sends a span when it has ended: a run that waits for people
  shows what it did so far. No engine waits for an exporter.
- **Nothing is dropped.** A collector that is away, or refuses, is tried again, more and more seldom, at most half a minute apart; that is said on
  stderr with how far behind the exporter is. The position up to which everything is with the collector stands in a file of its own.
- **Nothing is told twice under two names.** What a collector acknowledged in the ten seconds before it was lost is sent again, because it
  may not have been written yet; after a kill of the exporter, too. Ids are derived from the run and the place in it, so a backend sees one span.
- **An ended span never changes.** What is learnt of a write later is a span of its own, \`settle\`.
- **No content.** Attributes are ids, enums, numbers, hashes and keyed pseudonyms. The exporter opens no sealed content, so it has none to send.
  What a caller gives as session or trace, and the names of agents, tools, models and groups, are told as they are.
- **One environment.** An exporter tells of the runs of \`--env\` alone.

The wire is OTLP over HTTP in protobuf. A request that the collector rejects for good is said and not repeated, as OTLP wants it.

## Trace context

\`run start --traceparent\`, \`TRACEPARENT\` or \`traceparent\` of \`start\` puts a run below its caller's span, in its caller's trace; what is no
W3C traceparent is refused. A run that nobody put in a trace has one of its own. A tool finds in \`traceparent\` of its execution the name of the
span that this very call will be, to be passed on to its vendor as a header; \`verify\` is told the effect's, a read that facts are gathered with the
action's. The caller's recorded flag is passed on as it is, and every run is exported whatever it says. \`tracestate\` is not
kept. \`run show --json\` says in which trace a run stands (\`trace_id\`).

## Spans

Each has \`charter.span\` (its kind), \`charter.run\` and \`charter.place\` (where it stands in the run); the attributes below have \`charter.\` before them. A
span that failed has status *error* with the code as its message, and as \`${conventional.errorType}\`. Links say in \`charter.link\` where they lead: \`decision\`,
\`approval\`, \`charter\` (the page), \`effect\`.

Beside these stand the names of OpenTelemetry's conventions for generative AI, version ${semanticConventionsVersion}, which are not stable yet:
${Object.values(conventional)
  .filter((name) => name.startsWith('gen_ai.'))
  .map((name) => `\`${name}\``)
  .join(', ')}.
The resource has \`${conventional.serviceName}\`, \`${conventional.environment}\`, \`charter.ledger\`, \`charter.tenant\`, and what stands in
\`OTEL_RESOURCE_ATTRIBUTES\`.
`

const ofMetrics = `## Metrics

Prometheus' text format. Labels take few values: agents, tools and models as pages name them, and words of Charter; a tool that only the model
knows is \`unknown\`, and beyond 500 series of a metric further ones count as \`other\`. Counters are counted from the first event of the ledger, so
they are the same after a restart. \`deploy/prometheus/charter.rules.yml\` has alerts, \`deploy/grafana/charter.json\` a dashboard.
`

export function telemetryReference(): string {
  const spans = Object.entries(spanTable).map(([kind, entry]) => spanSection(kind, entry))
  const rows = Object.entries<MetricEntry>(metrics).map(([name, { type, about, labels }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    about,
  ])
  const table = markdownTable(['metric', 'type', 'labels', 'what it counts'], rows)
  const buckets = `Buckets of the latency, in seconds: ${latencyBuckets.join(', ')}.\n`
  return [opening, ...spans, ofMetrics, `${table}\n`, buckets].join('\n')
}

function spanSection(kind: string, { name, under, about, attributes }: SpanEntry): string {
  const rows = Object.entries(attributes).map(([attribute, says]) => [`\`${attribute}\``, says])
  return `### ${kind}\n\n\`${name}\`, under: ${under}. ${about}\n\n${markdownTable(['attribute', 'says'], rows)}\n`
}

if (import.meta.main) writeFileSync(telemetryReferenceFile, telemetryReference())
