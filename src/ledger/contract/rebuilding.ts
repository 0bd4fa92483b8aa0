import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rebuildProjections } from '../rebuild.ts'
import { change, type LedgerUnderTest, obedientProjection, openFresh, tenant } from './ledger-under-test.ts'
import { effectRow, movement, put, putRun, runRow } from './rows.ts'

export function testRebuilding(name: string, under: LedgerUnderTest): void {
  test(`L1 ${name}: a row that the events do not give is found when every list is made again, and put right`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await change(ledger, putRun('r1'), putRun('r2'), put('effects', effectRow('e1')), movement('e1', 'k', 10, 5))
    const differing = async (repair = false) => {
      const tables = await rebuildProjections(ledger, [obedientProjection], { repair })
      return tables.flatMap(({ table, differing: count }) => (count > 0 ? [[table, count]] : []))
    }
    assert.deepEqual(await differing(), [])

    const wrong = { ...runRow('r1', { status: 'done' }), input_digest: 'digest of r1', tenant }
    await ledger.rows.mend(0, () => [
      { mend: 'put', table: 'runs', row: wrong },
      { mend: 'remove', table: 'effects', key: { tenant, effect: 'e1' } },
    ])
    assert.deepEqual(await differing(), [
      ['effects', 1],
      ['runs', 1],
    ])
    await differing(true)
    assert.deepEqual(await differing(), [])
  })
}
