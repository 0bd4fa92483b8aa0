/**
 * The vendor: `vendor-process.ts '{"file": …, "seed": 1, "slowestMs": 80}'`. It takes its time before and after it
 * carries a write out, and carries it out though nobody waits for the answer any more. It says at once how many writes
 * are open at it, so that a kill can be put into the middle of one.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { randomOf } from '../tau-retail/random.ts'
import { openVendorStore, type Write } from './vendor-store.ts'

interface Orders {
  readonly file: string
  readonly seed: number
  /** Longest time before and after a write is carried out. */
  readonly slowestMs: number
}

const { file, seed, slowestMs }: Orders = JSON.parse(process.argv[2] ?? '{}')
const store = openVendorStore(file)
const random = randomOf(seed, 'vendor')
/** Keys of writes that may still be carried out. */
const pending = new Map<string, number>()
let open = 0

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ said: 'ready', port: typeof address === 'object' ? address?.port : 0 })
})
process.once('disconnect', () => process.exit())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'POST') return takeWrite(request, response)
  const key = request.url?.split('/').at(-1) ?? ''
  const receipt = store.receiptOf(key)
  const answer = receipt === undefined ? (pending.has(key) ? 'pending' : 'absent') : 'committed'
  response.end(JSON.stringify({ answer, receipt: receipt ?? null }))
}

async function takeWrite(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers } = request
  const body = await json(request)
  const write: Write = {
    ...(body as Pick<Write, 'tool' | 'business'>),
    key: String(headers['idempotency-key']),
    attempt: Number(headers['x-attempt']),
    engine: Number(headers['x-engine']),
  }
  const n = store.arrived(write, Date.now())
  count(1)
  response.once('close', () => {
    count(-1)
    if (!response.writableFinished) store.cut(n, Date.now())
  })
  hold(write.key, 1)
  await wait(random.below(slowestMs))
  const isLate = Date.now() > Number(headers['x-act-by'])
  const receipt = isLate ? undefined : store.carryOut(write, Date.now())
  hold(write.key, -1)
  await wait(random.below(slowestMs))
  if (response.destroyed) return
  response.writeHead(isLate ? 410 : 200)
  response.end(JSON.stringify({ receipt: receipt ?? null }), () => store.answered(n, Date.now()))
}

function count(by: number): void {
  open += by
  process.send?.({ said: 'open', open })
}

function hold(key: string, by: number): void {
  const left = (pending.get(key) ?? 0) + by
  if (left === 0) pending.delete(key)
  else pending.set(key, left)
}
