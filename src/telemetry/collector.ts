/**
 * The other side of OTLP over HTTP: takes one request at a time and says what became of it. It also notices when the
 * collector goes away between two requests, because what it had acknowledged may have gone with it.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { CharterError } from '../errors.ts'
import { readTraceResponse } from './otlp.ts'

export type Sent =
  | { readonly sent: 'taken'; readonly rejected: number; readonly message: string }
  /** It was not taken, and may be later. */
  | {
      readonly sent: 'refused'
      readonly status: number
      readonly message: string
      readonly afterMs: number | undefined
    }
  /** It is not known whether it was taken. */
  | { readonly sent: 'lost'; readonly message: string }

export interface Collector {
  /** As it is said to people: host and path, never a header. */
  readonly name: string
  send(body: Uint8Array, signal: AbortSignal): Promise<Sent>
  /** When its connection broke since this was last asked, if it did. */
  takeLoss(): number | undefined
  close(): void
}

export interface CollectorParts {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
}

const answersWithinMs = 10_000

/** A base URL, as OpenTelemetry's own settings have it, or the whole address. Throws `usage`. */
export function tracesUrl(given: string): URL {
  const url = URL.parse(given)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CharterError('usage', `\`${given}\` is no http address`, {
      param: '--otlp',
      hint: 'such as http://127.0.0.1:4318',
    })
  if (!/\/v1\/traces\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`
  return url
}

export function connectCollector({ url, headers, clock }: CollectorParts): Collector {
  const isSecure = url.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: 1 }
  const agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options)
  const known = new WeakSet<Socket>()
  let loss: number | undefined
  /** When its connection may close without anything being lost by that. */
  let mayCloseAt = Number.POSITIVE_INFINITY

  const watch = (socket: Socket) => {
    mayCloseAt = Number.POSITIVE_INFINITY
    if (known.has(socket)) return
    known.add(socket)
    socket.once('close', () => {
      if (clock.now() < mayCloseAt) loss = clock.now()
    })
  }

  return {
    name: `${url.host}${url.pathname}`,
    async send(body, signal) {
      const late = new AbortController()
      const answered = new AbortController()
      void clock.wait(answersWithinMs, answered.signal).then(() => late.abort())
      try {
        const request = (isSecure ? httpsRequest : httpRequest)(url, {
          method: 'POST',
          agent,
          signal: AbortSignal.any([signal, late.signal]),
          headers: { ...headers, 'content-type': 'application/x-protobuf', 'content-length': body.length },
        })
        request.on('socket', watch)
        const response = await answerTo(request, body)
        mayCloseAt = clock.now() + keptOpenMs(response)
        return outcomeOf(response.statusCode ?? 0, response.headers['retry-after'], await bodyOf(response))
      } catch (error) {
        return { sent: 'lost', message: error instanceof Error ? messageOf(error) : String(error) }
      } finally {
        answered.abort()
      }
    },
    takeLoss() {
      const at = loss
      loss = undefined
      return at
    },
    close() {
      mayCloseAt = Number.NEGATIVE_INFINITY
      agent.destroy()
    },
  }
}

/** How long the connection stays open at least, by the collector's own word; whoever says nothing keeps it. */
function keptOpenMs({ headers, httpVersion }: IncomingMessage): number {
  if (headers.connection === 'close' || (httpVersion === '1.0' && headers.connection === undefined)) return 0
  const seconds = /timeout=(\d+)/.exec(String(headers['keep-alive']))?.[1]
  // Node closes a second earlier than it is told, and timers are not exact.
  return seconds === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Number(seconds) - 2) * 1_000
}

const answerTo = (request: ClientRequest, body: Uint8Array): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
    request.end(body)
  })

async function bodyOf(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of response) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function outcomeOf(status: number, retryAfter: string | undefined, body: Uint8Array): Sent {
  if (status >= 200 && status < 300) return { sent: 'taken', ...readTraceResponse(body) }
  const seconds = Number(retryAfter)
  const message = `it answered ${status}`
  return { sent: 'refused', status, message, afterMs: seconds > 0 ? seconds * 1_000 : undefined }
}

const messageOf = (error: Error): string => {
  if (error.name === 'AbortError') return `no answer within ${answersWithinMs} ms`
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
