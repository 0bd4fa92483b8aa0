import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CharterError } from '../../errors.ts'
import { LedgerMetrics } from '../../telemetry/ledger-metrics.ts'
import { prometheusContentType } from '../../telemetry/prometheus-text.ts'
import type { Call } from '../call.ts'
import { exportersOf } from '../exporter-cursors.ts'
import { type OpenHouse, withHouse } from '../open-house.ts'
import { text, whole, withDefault } from '../parameter.ts'
import { placeOptions } from '../place.ts'
import { verb } from '../verb.ts'

export const telemetryMetrics = verb({
  name: 'telemetry metrics',
  about: 'The numbers of this ledger as Prometheus reads them: printed, or served at /metrics.',
  help: 'Labels are agents, tools, models and words of Charter; never runs, subjects or people.',
  options: {
    listen: whole('--listen <port>', 'serve them until told to end; 0 for any free port'),
    host: withDefault(text('--host <address>', 'where to listen'), '127.0.0.1'),
    ...placeOptions,
  },
  examples: ['telemetry metrics', 'telemetry metrics --listen 9464'],
  endsOnSignal: true,
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const reading = new LedgerMetrics(house)
      const textNow = async () => {
        await reading.catchUp(call.terminal.interrupted)
        return reading.text(exportersOf(house))
      }
      if (given.listen !== undefined) return serve(call, house, { port: given.listen, host: given.host }, textNow)
      const metrics = await textNow()
      call.answer({ metrics }, () => [metrics.trimEnd()])
      return 0
    }),
})

async function serve(
  call: Call,
  { environment }: OpenHouse,
  { port, host }: { port: number; host: string },
  textNow: () => Promise<string>,
): Promise<number> {
  await using server = await listenAt(port, host, answerWith(call, textNow))
  const { port: found } = server.address() as AddressInfo
  const url = `http://${host}:${found}/metrics`
  call.answer({ url, environment, process: process.pid }, () => [`${url} (${environment}), process ${process.pid}`])
  const { interrupted } = call.terminal
  if (!interrupted.aborted) await once(interrupted, 'abort')
  server.closeAllConnections()
  return 0
}

async function listenAt(port: number, host: string, listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return server
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new CharterError('usage', `nothing can listen at ${host}:${port}: ${said}`, { param: '--listen', cause })
  }
}

/** One reading at a time: the numbers are folded from where the last reading ended. */
function answerWith(call: Call, textNow: () => Promise<string>): RequestListener {
  let reading: Promise<unknown> = Promise.resolve()
  return (request, response) => {
    const path = (request.url ?? '').split('?')[0]
    if (path !== '/metrics') return void response.writeHead(404).end('the numbers are at /metrics\n')
    const next = reading.then(textNow)
    reading = next.catch(() => {})
    next.then(
      (metrics) => response.writeHead(200, { 'content-type': prometheusContentType }).end(metrics),
      (error) => {
        call.note(`the numbers could not be read: ${error instanceof Error ? error.message : error}`)
        response.writeHead(503).end('the ledger cannot be read\n')
      },
    )
  }
}
