import { sqliteFile, sqliteMemory } from '../../../test/open-sqlite.ts'
import { testLedger } from '../ledger.contract.ts'

testLedger('SQLite', sqliteFile)
testLedger('SQLite in memory', sqliteMemory)
