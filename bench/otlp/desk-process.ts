/**
 * The system of record, in a process of its own: `desk-process.ts '{"file": …, "seed": 1}'`. It answers what it is asked, fails
 * now and then, and writes down the `traceparent` of every request that reaches it, with its key.
 */
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { randomOf } from '../tau-retail/random.ts'
import type { DeskEntry } from './spawn-desk.ts'

const { file, seed }: { file: string; seed: number } = JSON.parse(process.argv[2] ?? '{}')
const random = randomOf(seed, 'desk')
/** One request in so many fails, with nothing done. */
const failsOneIn = 15

const server = createServer((request, response) => {
  const { headers, url: path = '' } = request
  const entry: DeskEntry = {
    path,
    key: String(headers['idempotency-key'] ?? ''),
    attempt: Number(headers['x-attempt'] ?? 0),
    traceparent: String(headers.traceparent ?? ''),
  }
  appendFileSync(file, `${JSON.stringify(entry)}\n`)
  request.resume()
  if (entry.key !== '' && random.below(failsOneIn) === 0) return void response.writeHead(500).end('{}')
  response.end(JSON.stringify({ id: path, documents: [{ id: `doc_${random.below(9)}`, title: 'Refunds' }] }))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : 0)
})
process.once('disconnect', () => process.exit())
