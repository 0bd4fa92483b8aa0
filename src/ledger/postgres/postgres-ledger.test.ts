import { postgres } from '../../../test/open-postgres.ts'
import { testLedger } from '../ledger.contract.ts'

testLedger('PostgreSQL', postgres)
