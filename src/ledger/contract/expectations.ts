/** What a caller expects to find saves a round trip where it is so, and is never decided on where it is not. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Append, Ledger, Transaction } from '../ledger.ts'
import type { Found } from '../reads.ts'
import { append, change, happened, headOf, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'
import { put, stopRow } from './rows.ts'

const reads = { stops: { read: 'stops' } } as const

interface Decided {
  readonly stops: number
  readonly found: Found<typeof reads>
  readonly now: number
}

/** Appends to `run/1` onto its head, and says what the last `decide` saw. */
function goOn(ledger: Ledger, after: Append['after'], more: Partial<Append>, expect?: Found<typeof reads>) {
  const work: Transaction<typeof reads, Decided> = {
    tenant,
    locks: [{ lock: 'stream', stream: 'run/1' }],
    reads,
    durable: 'soon',
    expect,
    decide: (found, now) => ({
      append: [{ stream: 'run/1', after, events: [happened, happened], ...more }],
      answer: { stops: found.stops.length, found, now },
    }),
  }
  return ledger.transact(work)
}

export function testExpectations(name: string, under: LedgerUnderTest): void {
  const givenRun = async (t: TestContext) => {
    const { ledger } = await openFresh(t, under)
    await ledger.leases.enter('eng_1')
    const lease = await ledger.leases.take(tenant, '1', 'eng_1', 60_000)
    assert.ok(lease)
    await append(ledger, 'run/1', [happened])
    const first = await goOn(ledger, await headOf(ledger, 'run/1'), { lease })
    return { ledger, lease, first }
  }

  test(`${name}: what is expected and so is decided on, and its events stand where those of any other do`, async (t) => {
    const { ledger, lease, first } = await givenRun(t)
    const second = await goOn(ledger, await headOf(ledger, 'run/1'), { lease }, first.found)
    const third = await goOn(ledger, await headOf(ledger, 'run/1'), { lease }, second.found)
    const events = await ledger.read(tenant, 'run/1')
    assert.deepEqual([events.length, third.stops], [7, 0])
    const positions = events.map(({ position }) => position)
    assert.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(positions).size, 7)
    assert.ok(Math.abs(third.now - Date.now()) < 60_000)
    assert.ok(events.every(({ at }) => at >= (events[0]?.at ?? 0)))
    assert.equal(events.at(-1)?.at, third.now)
  })

  test(`D2 ${name}: a stop that came since is decided on, whatever was expected`, async (t) => {
    const { ledger, lease, first } = await givenRun(t)
    await change(ledger, put('stops', stopRow('stop_1')))
    const second = await goOn(ledger, await headOf(ledger, 'run/1'), { lease }, first.found)
    assert.equal(second.stops, 1)
    assert.equal((await ledger.read(tenant, 'run/1')).length, 5)
  })

  test(`D9 ${name}: a head that moved on, or a lease that is gone, is refused whatever was expected`, async (t) => {
    const { ledger, lease, first } = await givenRun(t)
    const stale = await headOf(ledger, 'run/1')
    await append(ledger, 'run/1', [happened])
    await assert.rejects(goOn(ledger, stale, { lease }, first.found), { code: 'ledger_version_conflict' })
    const head = await headOf(ledger, 'run/1')
    await ledger.leases.release(tenant, '1', 'eng_1', lease.epoch)
    await assert.rejects(goOn(ledger, head, { lease }, first.found), { code: 'ledger_lease_lost' })
    const anew = await ledger.leases.take(tenant, '1', 'eng_2', 60_000)
    assert.ok(anew)
    await assert.rejects(goOn(ledger, head, { lease }, first.found), { code: 'ledger_lease_lost' })
    await goOn(ledger, head, { lease: anew }, first.found)
    assert.equal((await ledger.read(tenant, 'run/1')).length, 6)
  })
}
