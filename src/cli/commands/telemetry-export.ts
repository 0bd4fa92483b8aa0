import { CharterError } from '../../errors.ts'
import { connectCollector, tracesUrl } from '../../telemetry/collector.ts'
import { exportSpans } from '../../telemetry/exporter.ts'
import { conventional } from '../../telemetry/semantic-conventions.ts'
import type { Call } from '../call.ts'
import { exporterCursor } from '../exporter-cursors.ts'
import { withHouse } from '../open-house.ts'
import { flag, fromEnv, needed, several, text, withDefault } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { asJson } from '../shown-json.ts'
import { verb } from '../verb.ts'
import { readVersion } from '../version.ts'

export const telemetryExport = verb({
  name: 'telemetry export',
  about: 'Export the spans of runs to an OpenTelemetry collector, from the ledger, until told to end.',
  help: [
    'OTLP over HTTP, protobuf. Only what is durable is exported, and nothing is dropped: while the collector is away the',
    'ledger keeps it, and what it may have lost is sent again under the same ids. No content of people or models is sent.',
    'Headers may also stand in OTEL_EXPORTER_OTLP_HEADERS, where other users of the machine do not see them.',
  ].join('\n'),
  options: {
    otlp: needed(
      fromEnv(text('--otlp <url>', 'the collector; /v1/traces is put behind it'), 'OTEL_EXPORTER_OTLP_ENDPOINT'),
      'http://127.0.0.1:4318',
    ),
    header: several('--header <name=value>', 'sent with every request; may be given again'),
    service: fromEnv(withDefault(text('--service <name>', 'the name of the service'), 'charter'), 'OTEL_SERVICE_NAME'),
    once: flag('--once', 'export what is there, and end'),
    fromNow: flag('--from-now', 'where nothing was exported yet, pass over what has happened before'),
    cursor: text('--cursor <file>', 'where to keep how far it has come; beside the keyring unless named'),
    ...placeOptions,
  },
  examples: [
    'telemetry export --otlp http://127.0.0.1:4318',
    'telemetry export --otlp https://otlp.nr-data.net --header api-key=$NEW_RELIC_LICENSE_KEY --once',
  ],
  endsOnSignal: true,
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const { clock, interrupted } = call.terminal
      const headers = headersOf(call, given.header)
      const collector = connectCollector({ url: tracesUrl(given.otlp), headers, clock })
      const cursor = exporterCursor(house, collector.name, given.cursor)
      const source = { resource: resourceOf(call, house, given.service), version: readVersion() }
      try {
        const parts = { from: house, source, collector, cursor, clock, note: (line: string) => call.note(line) }
        const exported = await exportSpans(parts, { signal: interrupted, once: given.once, fromNow: given.fromNow })
        call.answer(asJson({ collector: collector.name, ...exported }), () => [
          `${exported.spans} spans exported to ${collector.name}, up to position ${exported.position} of the ledger`,
        ])
        return 0
      } finally {
        collector.close()
      }
    }),
})

/** What stands in OTEL_RESOURCE_ATTRIBUTES is said too; what Charter knows itself, it says itself. */
const resourceOf = (call: Call, { ledger, tenant, environment }: Whose, service: string) => ({
  ...Object.fromEntries(pairsOf(call, 'OTEL_RESOURCE_ATTRIBUTES').map(([name, value]) => [name, value])),
  [conventional.serviceName]: service,
  [conventional.environment]: environment,
  'charter.ledger': ledger.id,
  'charter.tenant': tenant,
})

type Whose = Parameters<typeof exporterCursor>[0]

/** A header of the command line wins. */
const headersOf = (call: Call, given: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...pairsOf(call, 'OTEL_EXPORTER_OTLP_HEADERS').map(([name, value]) => headerIn(`${name}=${value}`)),
    ...given.map(headerIn),
  ])

/** `name=value,name=value` of a variable, with %20 and the like, as OpenTelemetry has it. */
const pairsOf = ({ terminal }: Call, variable: string): readonly (readonly [name: string, value: string])[] =>
  (terminal.env[variable] ?? '')
    .split(',')
    .map((pair) => /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [])
    .flatMap(([, name, value]) => (name === undefined || value === undefined ? [] : [[name, decoded(value)] as const]))

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** The message names no value: it may be a key. */
function headerIn(pair: string): readonly [name: string, value: string] {
  const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)=([\t\x20-\x7e]+)$/.exec(pair) ?? []
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value.trim()]
  throw new CharterError('usage', `\`${pair.split('=')[0]}\` with what follows it is no header`, {
    param: '--header',
    hint: '--header api-key=$API_KEY, and look whether the variable is set',
  })
}
