import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Snapshot } from '../ledger.ts'
import { append, happened, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'

const at = (seq: number): Snapshot => ({ seq, hash: `h${seq}`, fold: 'f', state: `{"of":${seq}}`, seal: `s${seq}` })

export function testSnapshots(name: string, under: LedgerUnderTest): void {
  test(`${name}: the last snapshot of a stream is kept, and each stream and tenant has its own`, async (t) => {
    const { ledger } = await openFresh(t, under)
    assert.equal(await ledger.snapshots.latest(tenant, 'run/1'), undefined)
    for (const seq of [200, 400]) await ledger.snapshots.keep(tenant, 'run/1', at(seq))
    await ledger.snapshots.keep(tenant, 'run/2', at(250))
    await ledger.snapshots.keep('other', 'run/1', at(500))
    assert.deepEqual(await ledger.snapshots.latest(tenant, 'run/1'), at(400))
    assert.deepEqual(await ledger.snapshots.latest(tenant, 'run/2'), at(250))
    assert.deepEqual(await ledger.snapshots.latest('other', 'run/1'), at(500))
  })

  if (under.opener)
    test(`${name}: a snapshot is there for whoever opens the ledger again, and is no event`, async (t) => {
      const { ledger, openAgain } = await openFresh(t, under)
      await append(ledger, 'run/1', [happened])
      await ledger.snapshots.keep(tenant, 'run/1', at(1))
      const again = await openAgain()
      assert.deepEqual(await again.snapshots.latest(tenant, 'run/1'), at(1))
      assert.equal((await again.read(tenant, 'run/1')).length, 1)
    })
}
