/** A collector for tests: takes what is posted to it, reads it by the numbers of opentelemetry-proto, and keeps it. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageField, type ReadField, readFields, textField, wholeField } from './protobuf.ts'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly kind: number
  readonly startNanos: bigint
  readonly endNanos: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: object }[]
  readonly status: { readonly code: number; readonly message: string }
}

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
  readonly resource: Readonly<Record<string, unknown>>
  readonly spans: readonly ReceivedSpan[]
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** Each span once, by its id. */
  spans(): ReadonlyMap<string, ReceivedSpan>
  /** Answers so to the next requests, and takes none of them. */
  refuse(status: number, times?: number): void
  /** Says of the next request that it rejects so many of its spans. */
  reject(count: number, message: string): void
  /** From now on it breaks every connection off once it has answered, without saying so. */
  turnRude(): void
  /** Goes away, and forgets what it has: it had not been written yet. */
  crash(): Promise<void>
  /** At the same address. */
  comeBack(): Promise<void>
}

/** `keepAliveMs`: how long it keeps a connection open on which nothing comes. */
export async function startReceiver(keepAliveMs = 60_000): Promise<Receiver> {
  const requests: ReceivedRequest[] = []
  const refusals: number[] = []
  let isRude = false
  let rejects: { count: number; message: string } | undefined
  let server = await listen(0)
  const { port } = server.address() as AddressInfo

  async function listen(at: number): Promise<Server> {
    const listening = createServer({ keepAliveTimeout: keepAliveMs }, async (request, response) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of request) chunks.push(chunk)
      const refusal = refusals.shift()
      if (refusal !== undefined) return void response.writeHead(refusal).end()
      requests.push(readRequest(request.url ?? '', request.headers, new Uint8Array(Buffer.concat(chunks))))
      const partial = rejects && messageField(1, [wholeField(1, rejects.count), textField(2, rejects.message)])
      rejects = undefined
      if (isRude) response.once('finish', () => request.socket.destroy())
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(partial)
    })
    listening.listen(at, '127.0.0.1')
    await once(listening, 'listening')
    return listening
  }

  const goAway = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    spans: () => new Map(requests.flatMap(({ spans }) => spans.map((span) => [span.spanId, span] as const))),
    refuse: (status, times = 1) => void refusals.push(...Array.from({ length: times }, () => status)),
    reject: (count, message) => {
      rejects = { count, message }
    },
    turnRude: () => {
      isRude = true
    },
    crash: async () => {
      await goAway()
      requests.length = 0
    },
    comeBack: async () => {
      server = await listen(port)
    },
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await goAway()
    },
  }
}

export function readRequest(path: string, headers: IncomingHttpHeaders, body: Uint8Array): ReceivedRequest {
  const [resourceSpans] = parts(readFields(body), 1)
  const resource = attributesIn(fieldsOf(parts(resourceSpans ?? [], 1)[0]), 1)
  const scopes = parts(resourceSpans ?? [], 2)
  const spans = scopes.flatMap((scope) => parts(scope, 2).map(spanIn))
  return { path, headers, body, resource, spans }
}

type Message = readonly ReadField[]

const fieldsOf = (message: Message | undefined): Message => message ?? []
const parts = (message: Message, field: number): readonly Message[] =>
  message.filter((part) => part.field === field).map(({ bytes }) => readFields(bytes))
const bytesAt = (message: Message, field: number): Uint8Array =>
  message.find((part) => part.field === field)?.bytes ?? new Uint8Array()
const hexAt = (message: Message, field: number) => Buffer.from(bytesAt(message, field)).toString('hex')
const textAt = (message: Message, field: number) => Buffer.from(bytesAt(message, field)).toString('utf8')
const numberAt = (message: Message, field: number) => message.find((part) => part.field === field)?.number ?? 0n

const spanIn = (span: Message): ReceivedSpan => ({
  traceId: hexAt(span, 1),
  spanId: hexAt(span, 2),
  parentSpanId: hexAt(span, 4),
  name: textAt(span, 5),
  kind: Number(numberAt(span, 6)),
  startNanos: numberAt(span, 7),
  endNanos: numberAt(span, 8),
  attributes: attributesIn(span, 9),
  links: parts(span, 13).map((link) => ({
    traceId: hexAt(link, 1),
    spanId: hexAt(link, 2),
    attributes: attributesIn(link, 4),
  })),
  status: statusIn(fieldsOf(parts(span, 15)[0])),
})

const statusIn = (status: Message) => ({ message: textAt(status, 2), code: Number(numberAt(status, 3)) })

const attributesIn = (message: Message, field: number) =>
  Object.fromEntries(parts(message, field).map((pair) => [textAt(pair, 1), valueIn(readFields(bytesAt(pair, 2)))]))

function valueIn([value]: Message): unknown {
  switch (value?.field) {
    case 1:
      return Buffer.from(value.bytes).toString('utf8')
    case 2:
      return value.number === 1n
    case 3:
      return Number(BigInt.asIntN(64, value.number))
    case 4:
      return new DataView(value.bytes.buffer, value.bytes.byteOffset).getFloat64(0, true)
    case 5:
      return readFields(value.bytes).map(({ bytes }) => valueIn(readFields(bytes)))
    default:
      return undefined
  }
}
