import type { LedgerUnderTest } from './ledger-under-test.ts'
export function testLocks(_name: string, _under: LedgerUnderTest): void {}
