import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ledger } from '../ledger.ts'
import { appendAll, happened, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'

const ciphertext = new Uint8Array([1, 2, 3])

/** One event with a payload of each class. */
async function keep(ledger: Ledger, stream: string, classes: readonly string[], of = tenant): Promise<void> {
  const payloads = classes.map((name, index) => ({ stream, n: index + 1, class: name, ciphertext }))
  await appendAll(ledger, [{ stream, after: 'any', events: [happened], payloads }], of)
}

export function testStoredPayloads(name: string, under: LedgerUnderTest): void {
  test(`${name}: streams that have payloads are listed in order, page by page, each tenant's own`, async (t) => {
    const { ledger } = await openFresh(t, under)
    assert.deepEqual(await ledger.stored.streams(tenant, '', 10), [])
    for (const stream of ['run/3', 'run/1', 'run/2']) await keep(ledger, stream, ['prompt', 'result'])
    await keep(ledger, 'run/0', ['prompt'], 'other')
    await appendAll(ledger, [{ stream: 'run/4', after: 'any', events: [happened] }])
    assert.deepEqual(await ledger.stored.streams(tenant, '', 2), ['run/1', 'run/2'])
    assert.deepEqual(await ledger.stored.streams(tenant, 'run/2', 2), ['run/3'])
    assert.deepEqual(await ledger.stored.of(tenant, 'run/1'), [
      { n: 1, class: 'prompt' },
      { n: 2, class: 'result' },
    ])
  })

  test(`${name}: payloads that were removed are gone, once, and the events that name them stay`, async (t) => {
    const { ledger } = await openFresh(t, under)
    for (const stream of ['run/1', 'run/2']) await keep(ledger, stream, ['prompt', 'result'])
    await keep(ledger, 'run/1', ['prompt'], 'other')
    assert.equal(await ledger.stored.remove(tenant, 'run/1', [1, 9]), 1)
    assert.equal(await ledger.stored.remove(tenant, 'run/1', [1]), 0)
    assert.deepEqual(await ledger.stored.of(tenant, 'run/1'), [{ n: 2, class: 'result' }])
    assert.equal((await ledger.payloads(tenant, 'run/1', [1, 2])).length, 1)
    assert.equal((await ledger.stored.of(tenant, 'run/2')).length, 2)
    assert.equal((await ledger.stored.of('other', 'run/1')).length, 1)
    assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
    assert.equal(await ledger.stored.scrub(), true)
  })
}
