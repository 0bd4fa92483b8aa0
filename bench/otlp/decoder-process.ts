/**
 * What stands in for the collector where Go is not: `decoder-process.ts PORT FILE HOLDS_MS`. A process of its own that reads
 * OTLP by the numbers of opentelemetry-proto, holds what it acknowledged for a while as a collector does, and writes its JSON.
 */
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { readRequest } from '../../src/telemetry/receiver-for-tests.ts'

const [port, file = '', holdsMs] = process.argv.slice(2)
const held: string[] = []

createServer(async (request, response) => {
  const body = await buffer(request)
  held.push(lineOf(new Uint8Array(body)))
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
}).listen(Number(port), '127.0.0.1')

const write = () => {
  if (held.length > 0) appendFileSync(file, held.splice(0).join(''))
}
setInterval(write, Number(holdsMs))
process.once('SIGTERM', () => {
  write()
  process.exit()
})

function lineOf(body: Uint8Array): string {
  const spans = readRequest('', {}, body).spans.map(({ startNanos, endNanos, attributes, ...span }) => ({
    ...span,
    startTimeUnixNano: String(startNanos),
    endTimeUnixNano: String(endNanos),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
    })),
  }))
  return `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })}\n`
}
