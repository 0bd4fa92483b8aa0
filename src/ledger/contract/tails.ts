import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { append, happened, type LedgerUnderTest, openFresh, tailOf, tenant } from './ledger-under-test.ts'

export function testTails(name: string, under: LedgerUnderTest): void {
  test(`${name}: a tail gives the tenant's events in order, page by page`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await append(ledger, 'run/1', [happened, happened])
    await append(ledger, 'run/1', [happened], 'other')
    await append(ledger, 'run/2', [happened])
    await tailOf(ledger, 3)
    const first = await ledger.tail(tenant, 0, 2)
    const second = await ledger.tail(tenant, first.at(-1)?.position ?? 0, 2)
    assert.deepEqual(
      [...first, ...second].map(({ stream, seq }) => `${stream} ${seq}`),
      ['run/1 1', 'run/1 2', 'run/2 1'],
    )
    assert.deepEqual(await ledger.tail(tenant, second.at(-1)?.position ?? 0, 2), [])
    assert.deepEqual(await ledger.tenants(), ['acme', 'other'])
  })

  test(`L7 ${name}: a reader that tails while many write sees every event once, in rising order`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const writers = Array.from({ length: 16 }, async (_, i) => {
      for (let k = 0; k < 10; k++) await append(ledger, `run/${i}`, [happened, happened])
    })
    let done = false
    const written = Promise.all(writers).then(() => {
      done = true
    })
    const seen: number[] = []
    for (let last = false; !last; ) {
      last = done && seen.length >= 320
      await nextTurn()
      for (let page = await ledger.tail(tenant, seen.at(-1) ?? 0, 7); page.length > 0; ) {
        seen.push(...page.map(({ position }) => position))
        page = await ledger.tail(tenant, seen.at(-1) ?? 0, 7)
      }
    }
    await written
    assert.equal(seen.length, 320)
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((a, b) => a - b),
    )
  })

  test(`${name}: whoever waits for a change is woken by a commit of the same process`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const signal = t.signal
    const changed = ledger.changed(signal)
    await append(ledger, 'run/1', [happened])
    await changed
  })

  test(`${name}: what was committed between two waits of one caller ends the second at once`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const { signal } = new AbortController()
    const changed = ledger.changed(signal)
    await append(ledger, 'run/1', [happened])
    await changed
    await append(ledger, 'run/1', [happened])
    await ledger.changed(signal)
  })

  test(`${name}: whoever says what they care about sleeps through everything else, also between two waits`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const { signal } = new AbortController()
    const cares = ({ stream }: { stream: string }) => stream === 'run/2'
    let wakings = 0
    const wait = () => ledger.changed(signal, cares).then(() => (wakings += 1))
    const first = wait()
    await append(ledger, 'run/1', [happened])
    await nextTurn()
    assert.equal(wakings, 0)
    await append(ledger, 'run/2', [happened])
    await first
    await append(ledger, 'run/1', [happened])
    const second = wait()
    await nextTurn()
    assert.equal(wakings, 1)
    await append(ledger, 'run/2', [happened])
    await second
    await append(ledger, 'run/2', [happened])
    await wait()
    assert.equal(wakings, 3)
  })

  test(`${name}: a wait ends when its signal aborts`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const abort = new AbortController()
    const changed = ledger.changed(abort.signal)
    abort.abort()
    await changed
    await ledger.changed(AbortSignal.abort())
  })

  if (under.opener)
    test(`${name}: whoever waits for a change is woken by a commit of another connection within a moment`, async (t) => {
      const { ledger, openAgain } = await openFresh(t, under)
      const other = await openAgain()
      const changed = ledger.changed(t.signal)
      await append(other, 'run/1', [happened])
      const committed = performance.now()
      await changed
      const took = performance.now() - committed
      assert.ok(took < 5_000, `it took ${Math.round(took)} ms`)
    })
}
