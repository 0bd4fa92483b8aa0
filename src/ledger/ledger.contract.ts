/** What any ledger must do, one test for each promise of `ledger.ts`. Every adapter, ours or yours, runs these. */
import { testAppends } from './contract/appends.ts'
import { testCheckpoints } from './contract/checkpoints.ts'
import { testExpectations } from './contract/expectations.ts'
import { testLeases } from './contract/leases.ts'
import type { LedgerUnderTest } from './contract/ledger-under-test.ts'
import { testLocks } from './contract/locks.ts'
import { testReads } from './contract/reads.ts'
import { testRebuilding } from './contract/rebuilding.ts'
import { testRiding } from './contract/riding.ts'
import { testSnapshots } from './contract/snapshots.ts'
import { testStoredPayloads } from './contract/stored-payloads.ts'
import { testTails } from './contract/tails.ts'

export type { LedgerUnderTest, OpenLedger } from './contract/ledger-under-test.ts'

export function testLedger(name: string, under: LedgerUnderTest): void {
  testAppends(name, under)
  testReads(name, under)
  testLeases(name, under)
  testTails(name, under)
  testRiding(name, under)
  testExpectations(name, under)
  testLocks(name, under)
  testCheckpoints(name, under)
  testRebuilding(name, under)
  testSnapshots(name, under)
  testStoredPayloads(name, under)
}
