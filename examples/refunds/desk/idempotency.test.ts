import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DeskFailed, DeskRefused } from './client.ts'
import { freshDesk } from './fresh-desk.ts'

const usd = (minor: number) => ({ minor, currency: 'usd' })
const post = (url: string, key: string, amount_minor: number) =>
  fetch(`${url}/refunds`, {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: JSON.stringify({ invoice: 'in_93K2', amount_minor, currency: 'usd', reason: '' }),
  })
const replayed = (response: Response) => response.headers.get('idempotent-replayed')

test('the same request under the same key is written once and answered alike', async (t) => {
  const { desk } = await freshDesk(t)
  const first = await post(desk.url, 'k', 100)
  const second = await post(desk.url, 'k', 100)

  assert.deepEqual([first.status, replayed(first)], [201, null])
  assert.deepEqual([second.status, replayed(second)], [201, 'true'])
  assert.equal(await first.text(), await second.text())
  assert.deepEqual([desk.arrivals().length, desk.commits().length], [2, 1])
})

test('of fifty requests at once under one key exactly one writes', async (t) => {
  const { desk, client } = await freshDesk(t)
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(desk.url, 'k', 100)))

  assert.equal(answers.filter((answer) => replayed(answer) === null).length, 1)
  assert.equal(new Set(await Promise.all(answers.map((answer) => answer.text()))).size, 1)
  assert.deepEqual([desk.arrivals().length, desk.commits().length], [50, 1])
  assert.equal((await client.getInvoice('in_93K2')).refunded_minor, 100)
})

test('a key that comes with another body or to another place is refused', async (t) => {
  const { desk, client } = await freshDesk(t)
  await client.refund('in_93K2', usd(100), { key: 'k' })

  const reused = (error: unknown) => error instanceof DeskRefused && error.code === 'idempotency_key_reused'
  await assert.rejects(client.refund('in_93K2', usd(101), { key: 'k' }), reused)
  await client.addNote('ZD-188233', 'hello', { key: 'n' })
  await assert.rejects(client.addNote('ZD-188240', 'hello', { key: 'n' }), reused)
  await assert.rejects(client.sendReply('ZD-188233', 'hello', { key: 'n' }), reused)
  assert.equal(desk.commits().length, 2)
})

test('a refusal keeps no key: the same request may succeed later', async (t) => {
  const { desk, client } = await freshDesk(t)
  const note = await client.addNote('ZD-188233', 'first')
  await assert.rejects(client.refund('in_94E5', usd(100), { key: 'k' }), DeskRefused)
  await client.removeNote(note.id, { key: 'k' })
  assert.equal(desk.commits().at(-1)?.kind, 'note_removed')
})

test('a key is honoured up to the end of its window and not after', async (t) => {
  let now = Date.parse('2026-11-01T09:00:00Z')
  const { desk, client } = await freshDesk(t, { keyWindowMs: 60_000, now: () => now })
  await client.refund('in_93K2', usd(100), { key: 'k' })
  now += 59_999
  await client.refund('in_93K2', usd(100), { key: 'k' })
  assert.equal(desk.commits().length, 1)
  now += 1
  await client.refund('in_93K2', usd(100), { key: 'k' })
  assert.equal(desk.commits().length, 2)
})

test('a desk that knows no keys writes as often as it is asked, and can still be asked for the key', async (t) => {
  let now = 1_000
  const { desk, client } = await freshDesk(t, { honourKeys: false, now: () => now-- }) // nor does a clock set back teach it
  const first = await client.refund('in_93K2', usd(100), { key: 'k' })
  await client.refund('in_93K2', usd(100), { key: 'k' })
  await client.refund('in_93K2', usd(200), { key: 'k' })
  assert.deepEqual(await client.findRefund('k'), first)
  assert.deepEqual(
    desk.commits().map(({ idempotency_key }) => idempotency_key),
    ['k', 'k', 'k'],
  )
})

test('requests without a key are each written', async (t) => {
  const { desk, client } = await freshDesk(t)
  await client.refund('in_93K2', usd(100))
  await client.refund('in_93K2', usd(100))
  assert.equal(desk.commits().length, 2)
})

test('whatever befalls the requests, a key is written once at most and the money adds up', async (t) => {
  const { desk, client } = await freshDesk(t)
  const fault = fc.constantFrom(
    ...(['none', 'fail', 'commit_then_disconnect', 'garbage', 'delay', 'commit_then_delay'] as const),
  )
  let round = 0
  const send = fc.record({ key: fc.integer({ min: 0, max: 3 }), fault })
  await fc.assert(
    fc.asyncProperty(fc.array(send, { minLength: 1, maxLength: 12 }), async (sends) => {
      round++
      for (const { fault } of sends) {
        if (fault === 'delay' || fault === 'commit_then_delay')
          desk.setFault({ path: '/refunds', times: 1, fault, ms: 3 })
        else if (fault !== 'none') desk.setFault({ path: '/refunds', times: 1, fault })
      }
      const settled = await Promise.allSettled(
        sends.map(({ key }) => client.refund('in_93K2', usd(1 + key), { key: `${round}/${key}` })),
      )
      desk.clearFaults()

      for (const one of settled) if (one.status === 'rejected') assert.ok(one.reason instanceof DeskFailed)
      const commits = desk.commits()
      assert.equal(new Set(commits.map((commit) => commit.idempotency_key)).size, commits.length)
      const total = commits.reduce((sum, commit) => sum + (commit.amount_minor ?? 0), 0)
      assert.equal((await client.getInvoice('in_93K2')).refunded_minor, total)
      sends.forEach(({ key }, i) => {
        const written = commits.some((commit) => commit.idempotency_key === `${round}/${key}`)
        assert.ok(settled[i]?.status === 'rejected' || written, 'what was answered was committed')
      })
    }),
    { numRuns: 40, seed: 20261121 },
  )
})
