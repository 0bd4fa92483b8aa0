/** Asking a ledger, for the tests of its reads. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Ledger } from '../ledger.ts'
import type { Change } from '../projection.ts'
import type { Read } from '../reads.ts'
import { change, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'

/** A ledger whose rows are these. */
export async function openWith(t: TestContext, under: LedgerUnderTest, ...changes: readonly Change[]): Promise<Ledger> {
  const { ledger } = await openFresh(t, under)
  await change(ledger, ...changes)
  return ledger
}

/** The same reads under locks and without: both must say the same. */
export async function ask<const Reads extends Readonly<Record<string, Read>>>(ledger: Ledger, reads: Reads) {
  const found = await ledger.find(tenant, reads)
  const locked = await ledger.transact({
    tenant,
    locks: [],
    reads,
    decide: (answer) => ({ append: [], answer }),
  })
  assert.deepEqual(locked, found)
  return found
}
