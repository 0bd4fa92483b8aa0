import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { putRun } from '../contract/rows.ts'
import { sqliteDialect } from '../migrations/dialect.ts'
import { statementsSince } from '../migrations/migrations.ts'
import type { Change } from '../projection.ts'
import { connectSqlite, SqliteConnection } from '../sqlite/sqlite-connection.ts'
import { changeStatement, changeStatements } from './change.ts'

const key = fc.constantFrom({ run: 'r1' }, { run: 'r2' }, { agent: 'billing' })
const number = fc.integer({ min: -5, max: 5 })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    change: fc.constant('patch' as const),
    table: fc.constant('runs'),
    key,
    set: fc.oneof(fc.record({ turns: number }), fc.record({ reason: fc.constantFrom('a', null), updated_at: number })),
  }),
  fc.record({
    change: fc.constant('add' as const),
    table: fc.constant('runs'),
    key,
    by: fc.oneof(fc.record({ turns: number }), fc.record({ updated_at: number, turns: number })),
  }),
  fc.constantFrom<Change>(
    { change: 'remove', table: 'runs', key: { run: 'r2' } },
    putRun('r2'),
    { change: 'patch', table: 'runs', key: { agent: 'billing' }, set: { agent: 'other' } },
    { change: 'patch', table: 'runs', key: { agent: 'other' }, set: { agent: 'billing' } },
    { change: 'remove', table: 'stops', key: { stop: 's1' } },
  ),
)

function rowsAfter(statements: readonly { sql: string; params: object }[]) {
  const connection = new SqliteConnection(':memory:', connectSqlite)
  for (const statement of statementsSince(0, sqliteDialect)) connection.exec(statement)
  for (const run of ['r1', 'r2']) connection.run(changeStatement(putRun(run), 'acme'))
  for (const { sql, params } of statements) connection.run({ sql, params: { ...params } })
  const rows = connection.plainRows({ sql: 'SELECT * FROM runs ORDER BY run', params: {} })
  connection.close()
  return rows
}

test('changes that are said at once leave the rows that they leave one by one', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      const oneByOne = changes.map((one) => changeStatement(one, 'acme'))
      assert.deepEqual(rowsAfter(changeStatements(changes, 'acme')), rowsAfter(oneByOne))
    }),
    { numRuns: 150 },
  )
})

test('what the events of a turn say of their run is one statement', () => {
  const patch: Change = { change: 'patch', table: 'runs', key: { run: 'r1' }, set: { updated_at: 1 } }
  const add: Change = { change: 'add', table: 'runs', key: { run: 'r1' }, by: { turns: 1 } }
  const elsewhere: Change = { change: 'remove', table: 'stops', key: { stop: 's1' } }
  assert.equal(changeStatements([patch, add, elsewhere, patch, patch, add], 'acme').length, 2)
})
