import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDesk, DeskFailed, DeskRefused } from './client.ts'
import type { FaultRule } from './faults.ts'
import { freshDesk, until } from './fresh-desk.ts'
import type { Desk } from './start-desk.ts'

const usd = (minor: number) => ({ minor, currency: 'usd' })
const failed = (status: number | undefined) => (error: unknown) =>
  error instanceof DeskFailed && error.status === status
const counts = (desk: Desk) => ({ arrivals: desk.arrivals().length, commits: desk.commits().length })
const arrived = (desk: Desk) => until(() => desk.arrivals().length > 0)

test('`fail`: a 500, and nothing was done', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/refunds', times: 1, fault: 'fail' })
  await assert.rejects(client.refund('in_93K2', usd(100), { key: 'k' }), failed(500))
  assert.deepEqual(counts(desk), { arrivals: 1, commits: 0 })
  await client.refund('in_93K2', usd(100), { key: 'k' })
  assert.deepEqual(counts(desk), { arrivals: 2, commits: 1 })
})

test('`hang`: the request arrives, nothing is done, and the client gives up', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/refunds', fault: 'hang' })
  const patience = new AbortController()
  const sent = client.refund('in_93K2', usd(100), { key: 'k', signal: patience.signal })
  await arrived(desk)
  patience.abort()
  await assert.rejects(sent, failed(undefined))
  assert.deepEqual(counts(desk), { arrivals: 1, commits: 0 })
})

test('`hang`: a desk that closes lets go of who is waiting', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/*', fault: 'hang' })
  const sent = assert.rejects(client.getInvoice('in_93K2'), failed(undefined))
  await arrived(desk)
  await desk.close()
  await sent
})

test('`commit_then_disconnect`: the write is there, the answer is not, and nothing sends it twice', async (t) => {
  const { desk, client } = await freshDesk(t)
  await client.getInvoice('in_93K2') // so that the refund goes out on a used connection, where a client might retry
  desk.setFault({ method: 'post', path: '/refunds', times: 1, fault: 'commit_then_disconnect' })
  await assert.rejects(client.refund('in_93K2', usd(100), { key: 'k' }), failed(undefined))
  assert.deepEqual(counts(desk), { arrivals: 2, commits: 1 })
  const found = await client.findRefund('k')
  assert.equal(found?.id, desk.commits()[0]?.id)
  assert.deepEqual(await client.refund('in_93K2', usd(100), { key: 'k' }), found)
  assert.equal(desk.commits().length, 1)
})

test('`delay`: it is done late, even when the client has left meanwhile', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/refunds', times: 1, fault: 'delay', ms: 150 })
  const patience = new AbortController()
  const sent = client.refund('in_93K2', usd(100), { key: 'k', signal: patience.signal })
  await arrived(desk)
  patience.abort()
  await assert.rejects(sent, failed(undefined))
  assert.deepEqual(counts(desk), { arrivals: 1, commits: 0 })
  await until(() => desk.commits().length > 0)
  assert.equal(desk.commits()[0]?.idempotency_key, 'k')
})

test('`delay`: a desk that closes meanwhile does nothing any more', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/refunds', fault: 'delay', ms: 60_000 })
  const sent = assert.rejects(client.refund('in_93K2', usd(100)), failed(undefined))
  await arrived(desk)
  const before = performance.now()
  await desk.close()
  await sent
  assert.ok(performance.now() - before < 5_000)
})

test('`commit_then_delay`: the write is there long before its answer', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/tickets/:id/notes', fault: 'commit_then_delay', ms: 120 })
  let answered = false
  const sent = client.addNote('ZD-188233', 'slow').finally(() => {
    answered = true
  })
  await until(() => desk.commits().length > 0)
  assert.equal(answered, false)
  assert.equal((await sent).id, desk.commits()[0]?.id)
})

for (const [status, code] of [
  [409, 'conflict'],
  [422, 'unprocessable'],
  [429, 'rate_limited'],
] as const) {
  test(`\`reject\` ${status}: refused before anything was done, with the time to come again`, async (t) => {
    const { desk, client } = await freshDesk(t)
    desk.setFault({ path: '/refunds', times: 1, fault: 'reject', status, retry_after_seconds: 7 })
    const error = await client.refund('in_93K2', usd(100)).catch((error) => error)
    assert.ok(error instanceof DeskRefused)
    assert.deepEqual([error.status, error.code, error.retryAfterMs], [status, code, 7_000])
    assert.deepEqual(counts(desk), { arrivals: 1, commits: 0 })
  })
}

test('`garbage`: the write is there, the answer is a 200 of another shape', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/*', fault: 'garbage' })
  const answer: unknown = await client.refund('in_93K2', usd(100), { key: 'k' })
  assert.deepEqual(answer, { id: 42, unexpected: [null] })
  assert.deepEqual(counts(desk), { arrivals: 1, commits: 1 })
  await assert.rejects(client.findRefund('k'), DeskFailed, 'garbage is not read as absence')
  await assert.rejects(client.refund('in_none', usd(100)), DeskRefused, 'a refusal stays a refusal')
})

test('`huge`: the write is there, the answer weighs what was asked', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ path: '/refunds', times: 1, fault: 'huge', megabytes: 3 })
  const answer = await client.refund('in_93K2', usd(100), { key: 'k' })
  assert.ok(JSON.stringify(answer).length > 3 * 2 ** 20)
  assert.equal(answer.id, desk.commits()[0]?.id)
  assert.ok(JSON.stringify(await client.refund('in_93K2', usd(100), { key: 'k' })).length < 1_000)
})

test('a rule befalls only the method and path it names, as often as it says, in order of setting', async (t) => {
  const { desk, client } = await freshDesk(t)
  desk.setFault({ method: 'POST', path: '/tickets/:id/notes', times: 1, fault: 'fail' })
  desk.setFault({ path: '/tickets/*', times: 1, fault: 'reject', status: 429 })

  desk.setFault({ method: 'POST', path: '/notes', times: 1, fault: 'fail' })

  await client.getInvoice('in_93K2')
  await client.findNote('k')
  await assert.rejects(client.addNote('ZD-188233', 'a'), DeskFailed)
  await assert.rejects(client.getTicket('ZD-188233'), DeskRefused)
  await client.addNote('ZD-188233', 'a')
  assert.deepEqual(
    desk.faults().map(({ path, taken }) => [path, taken]),
    [['/notes', 0]],
  )
})

test('faults are set, listed and cleared over the socket, and leave no arrival', async (t) => {
  const { desk } = await freshDesk(t)
  const faults = (method: string, rule?: object) =>
    fetch(`${desk.url}/_faults`, { method, ...(rule && { body: JSON.stringify(rule) }) })
  const rule: FaultRule = { path: '/invoices/:id', fault: 'fail' }

  assert.equal((await faults('POST', rule)).status, 201)
  assert.deepEqual(await (await faults('GET')).json(), { faults: [{ ...rule, id: 1, taken: 0 }] })
  await assert.rejects(connectDesk(desk.url).getInvoice('in_93K2'), DeskFailed)
  assert.equal(desk.faults()[0]?.taken, 1)
  await faults('DELETE')
  await connectDesk(desk.url).getInvoice('in_93K2')
  assert.equal((await faults('POST', { path: '/refunds', fault: 'explode' })).status, 422)
  assert.equal((await faults('POST', { path: '/refunds', fault: 'delay' })).status, 422)
  assert.deepEqual(
    desk.arrivals().map((arrival) => arrival.path),
    ['/invoices/in_93K2', '/invoices/in_93K2'],
  )
})
