import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import pg from 'pg'
import { freshPlace as freshDatabase } from '../../test/open-postgres.ts'
import { freshPlace as freshFile } from '../../test/open-sqlite.ts'
import { systemClock } from '../clock.ts'
import { systemRandomness } from '../ids.ts'
import { append, change, changing, happened, obedientProjection, tenant } from './contract/ledger-under-test.ts'
import {
  approvalRow,
  attemptRow,
  effectRow,
  grantRow,
  handoffRow,
  incidentRow,
  movement,
  put,
  putRun,
  stopRow,
  touching,
} from './contract/rows.ts'
import { openPostgresLedger } from './postgres/postgres-ledger.ts'
import type { Change, Projection } from './projection.ts'
import { type RebuiltTable, rebuildProjections } from './rebuild.ts'
import { connectSqlite } from './sqlite/sqlite-connection.ts'
import { openSqliteLedger } from './sqlite/sqlite-ledger.ts'

const parts = { projections: [obedientProjection], clock: systemClock, random: systemRandomness }

const ledgers = {
  SQLite: async () => {
    const { place, remove } = await freshFile()
    return { ledger: await openSqliteLedger({ ...parts, file: place }), remove }
  },
  'SQLite in memory': async () => ({
    ledger: await openSqliteLedger({ ...parts, file: ':memory:' }),
    remove: async () => {},
  }),
  PostgreSQL: async () => {
    const { place, remove } = await freshDatabase()
    return { ledger: await openPostgresLedger({ ...parts, url: place }), remove }
  },
}

const differing = (tables: readonly RebuiltTable[]) => tables.filter(({ same }) => !same).map(({ table }) => table)

for (const [name, openLedger] of Object.entries(ledgers)) {
  const openFresh = async (t: TestContext) => {
    const { ledger, remove } = await openLedger()
    t.after(async () => {
      await ledger.close()
      await remove()
    })
    return ledger
  }
  const rebuild = (ledger: Awaited<ReturnType<typeof openFresh>>, options = {}) =>
    rebuildProjections(ledger, [obedientProjection], options)

  test(`L1 ${name}: projections made again from the events alone are the same, of every table and tenant`, async (t) => {
    const ledger = await openFresh(t)
    await change(ledger, ...rowsOfEveryTable)
    await append(ledger, 'rows/1', [changing(...rowsOfEveryTable)], 'other')
    await change(
      ledger,
      { change: 'patch', table: 'runs', key: { run: 'r1' }, set: { status: 'done', ended_at: 9 } },
      { change: 'add', table: 'runs', key: { run: 'r1' }, by: { turns: 3 } },
      { change: 'remove', table: 'stops', key: { stop: 's1' } },
    )
    const tables = await rebuild(ledger)
    assert.deepEqual(differing(tables), [])
    assert.deepEqual(
      tables.map(({ table, rows }) => [table, rows]),
      [
        ['approvals', 2],
        ['attempts', 2],
        ['breakers', 2],
        ['charters', 2],
        ['effects', 2],
        ['grants', 2],
        ['handoffs', 2],
        ['incidents', 2],
        ['movements', 2],
        ['runs', 2],
        ['stops', 1],
        ['subjects', 2],
        ['movement_sums', 6],
      ],
    )
  })

  test(`L1 ${name}: an edited row, a row too many and a missing row are found and shown`, async (t) => {
    const ledger = await openFresh(t)
    await change(ledger, ...['r1', 'r2', 'r3', 'r4', 'r5'].map((run) => putRun(run)))
    const [first = {}] = (await ledger.rows.look({ after: 0, table: 'runs', most: 1 })).rows
    await ledger.rows.mend(0, () => [
      { mend: 'put', table: 'runs', row: { ...first, run: 'r2', cost_micro_usd: 1 } },
      { mend: 'put', table: 'runs', row: { ...first, run: 'r9' } },
      { mend: 'remove', table: 'runs', key: { tenant, run: 'r5' } },
    ])
    for (const pageSize of [1, 2, 3, 500]) {
      const tables = await rebuild(ledger, { pageSize })
      assert.deepEqual(differing(tables), ['runs'])
      const runs = tables.find(({ table }) => table === 'runs')
      assert.deepEqual(
        runs?.differences
          .map(({ key, found, expected }) => [key.run, found?.cost_micro_usd, expected?.cost_micro_usd])
          .sort(),
        [
          ['r2', 1, 6],
          ['r5', undefined, 6],
          ['r9', 6, undefined],
        ],
        `in pages of ${pageSize}`,
      )
    }
  })

  test(`L1 ${name}: repair puts back what the events say`, async (t) => {
    const ledger = await openFresh(t)
    await change(ledger, ...rowsOfEveryTable)
    const [row = {}] = (await ledger.rows.look({ after: 0, table: 'movements', most: 1 })).rows
    await ledger.rows.mend(0, () => [
      { mend: 'put', table: 'movements', row: { ...row, amount: 1 } },
      { mend: 'put', table: 'movements', row: { ...row, effect: 'e9' } },
      { mend: 'remove', table: 'stops', key: { tenant, stop: 's1' } },
      { mend: 'put', table: 'movement_sums', row: { tenant, key: 'k', level: 0, start: 0, amount: 7, count: 1 } },
    ])
    const repaired = await rebuild(ledger, { repair: true })
    assert.deepEqual(differing(repaired), ['movements', 'stops', 'movement_sums'])
    assert.equal(repaired.find(({ table }) => table === 'movements')?.differing, 2)
    assert.deepEqual(differing(await rebuild(ledger)), [])
    const { moved } = await ledger.find(tenant, { moved: { read: 'moved', key: 'k', withinMs: 60_000 } })
    assert.equal(moved.amount, 5)
  })

  test(`L1 ${name}: of many differences the first are shown and all are counted`, async (t) => {
    const ledger = await openFresh(t)
    const runs = Array.from({ length: 25 }, (_, i) => `r${i}`)
    await change(ledger, ...runs.map((run) => putRun(run)))
    await ledger.rows.mend(0, () => runs.map((run) => ({ mend: 'remove', table: 'runs', key: { tenant, run } })))
    const report = (await rebuild(ledger, { shown: 4, pageSize: 7 })).find(({ table }) => table === 'runs')
    assert.deepEqual([report?.differing, report?.differences.length, report?.rows], [25, 4, 0])
  })

  test(`L1 ${name}: a rebuild beside runs that go on finds no difference that is not there`, async (t) => {
    const ledger = await openFresh(t)
    let stopped = false
    const writers = Array.from({ length: 4 }, async (_, i) => {
      for (let n = 0; !stopped; n++) {
        const run = `r${n % 10}_${i}`
        await append(ledger, `run/${run}`, [
          changing(putRun(run), { change: 'add', table: 'runs', key: { run }, by: { turns: n } }),
          changing(movement(`e${n % 10}`, `k${i}`, n, n)),
        ])
        await systemClock.wait(1)
      }
    })
    for (let round = 0; round < 5; round++) assert.deepEqual(differing(await rebuild(ledger, { pageSize: 15 })), [])
    stopped = true
    await Promise.all(writers)
    assert.deepEqual(differing(await rebuild(ledger)), [])
  })
}

test('L1 PostgreSQL: events behind an older transaction that is still open are applied once, in rows and rebuild alike', async (t) => {
  const { place } = await freshDatabase()
  const ledger = await openPostgresLedger({ ...parts, url: place })
  const older = new pg.Client({ connectionString: place })
  await older.connect()
  t.after(async () => {
    await older.end()
    await ledger.close()
  })
  await change(ledger, putRun('r1'), putRun('r2'), putRun('r3'))
  await older.query('BEGIN; SELECT pg_current_xact_id()')
  await change(ledger, { change: 'add', table: 'runs', key: { run: 'r3' }, by: { turns: 1 } })
  const tables = await rebuildProjections(ledger, [obedientProjection], { pageSize: 1 })
  assert.deepEqual(differing(tables), [])
  assert.equal(tables.find(({ table }) => table === 'runs')?.rows, 3)
})

test('L1 a projection that keeps a part of an event as text keeps the text that a rebuild will make', async (t) => {
  const projection: Projection = {
    name: 'texts',
    tables: ['stops'],
    project: ({ body }) => [put('stops', { ...stopRow('s1'), value: JSON.stringify(body.terms) })],
  }
  const ledger = await openSqliteLedger({ ...parts, file: ':memory:', projections: [projection] })
  t.after(() => ledger.close())
  await append(ledger, 'run/1', [{ ...happened, body: { terms: { zebra: 1, ant: -0 } } }])
  assert.deepEqual(differing(await rebuildProjections(ledger, [projection])), [])
})

test('L1 a row that a person edited in the file is found', async (t) => {
  const { place, remove } = await freshFile()
  const ledger = await openSqliteLedger({ ...parts, file: place })
  t.after(async () => {
    await ledger.close()
    await remove()
  })
  await change(ledger, putRun('r1'))
  const editor = connectSqlite(place)
  editor.exec(`UPDATE runs SET status = 'done'`)
  editor.close()
  const [report] = (await rebuildProjections(ledger, [obedientProjection])).filter(({ same }) => !same)
  assert.deepEqual(
    report?.differences.map(({ key, found, expected }) => [key.run, found?.status, expected?.status]),
    [['r1', 'done', 'running']],
  )
})

const rowsOfEveryTable: Change[] = [
  put('stops', stopRow('s1')),
  put('grants', grantRow('g1')),
  put('charters', { agent: 'billing', environment: 'dev', charter: 'sha', applied_at: 7 }),
  movement('e1', 'k', Date.now(), 5),
  put('effects', effectRow('e1', { business_key: 'b' })),
  put('attempts', attemptRow('e1')),
  put('approvals', approvalRow('a1')),
  put('handoffs', handoffRow('h1')),
  putRun('r1', { start_key: 'ZD-1', wake_at: 5 }),
  put('incidents', incidentRow('inc_1')),
  touching('r1', 'invoice:9f'),
  put('breakers', { tool: 'refund', state: 'open', since: 1, until: 9 }),
]
