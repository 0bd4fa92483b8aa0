/**
 * One request and its answer. It is recorded before anything else becomes of it, then faulted or served, then answered;
 * a write is on the disk before its answer begins.
 */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { control, isControl } from './controls.ts'
import { type Faults, play } from './faults.ts'
import { once } from './idempotency.ts'
import { type Answer, answerOf, Refusal } from './refusal.ts'
import { findRoute } from './routes.ts'
import { type Store, transact } from './store.ts'
import { recordArrival } from './witness.ts'

/** What every exchange of a desk has at hand. */
export interface Counter {
  store: Store
  faults: Faults
  /** How long a key is honoured, in milliseconds; 0 for never. */
  keyWindowMs: number
  /** Rejects when the desk closes. */
  wait(ms: number): Promise<void>
}

export async function exchange(counter: Counter, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await receive(request)
  if (isControl(received.path))
    return send(
      response,
      answerOf(() => control(counter.store, counter.faults, received)),
    )
  const arrival = arrive(counter.store, received)
  if (!received.complete) return
  const fault = counter.faults.take(received.method, received.path)
  const outcome = await play(fault, () => serve(counter, arrival, received), counter.wait)
  if (outcome === 'disconnect') response.destroy()
  else if (outcome !== 'silence') send(response, outcome)
}

type Received = Awaited<ReturnType<typeof receive>>

async function receive(request: IncomingMessage) {
  const { method = 'GET', url = '/', headers } = request
  const [path = '/', search] = url.split('?')
  const key = headers['idempotency-key']?.toString() ?? null
  return { method, url, path, query: new URLSearchParams(search), key, ...(await bodyOf(request)) }
}

/** As much of the body as came. */
async function bodyOf(request: IncomingMessage): Promise<{ body: string; complete: boolean }> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
    return { body: Buffer.concat(chunks).toString(), complete: true }
  } catch {
    return { body: Buffer.concat(chunks).toString(), complete: false }
  }
}

function arrive(store: Store, { method, url, key, body, complete }: Received): number {
  return recordArrival(store, {
    at: store.now(),
    method,
    path: url,
    idempotency_key: key,
    body_sha256: sha256(body),
    body,
    complete: complete ? 1 : 0,
  })
}

function serve({ store, keyWindowMs }: Counter, arrival: number, received: Received): Answer {
  const { method, url, path, query, key, body } = received
  return answerOf(() => {
    const route = findRoute(method, path)
    if (!route) throw new Refusal(404, 'route_not_found', `there is no \`${method} ${path}\``)
    const deed = () => route.deed(store, { arrival, at: store.now(), key, params: route.params, query, body })
    if (!route.writes) return deed()
    return transact(store, () =>
      once(store, { key, fingerprint: sha256(`${method} ${url} ${body}`) }, keyWindowMs, deed),
    )
  })
}

/** Also when the client is gone: then nobody reads it. */
export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
