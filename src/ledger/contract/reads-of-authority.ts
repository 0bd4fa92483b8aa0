import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, openWith } from './ask.ts'
import { append, happened, type LedgerUnderTest, tenant } from './ledger-under-test.ts'
import { grantRow, put, stopRow } from './rows.ts'

export function testReadsOfAuthority(name: string, under: LedgerUnderTest): void {
  test(`${name}: the head of a stream is its last event`, async (t) => {
    const ledger = await openWith(t, under)
    await append(ledger, 'run/1', [happened, happened])
    const { head } = await ask(ledger, { head: { read: 'head', stream: 'run/1' } })
    const last = (await ledger.read(tenant, 'run/1')).at(-1)
    assert.deepEqual(head, { seq: 2, hash: last?.hash })
  })

  test(`${name}: all stops in force are found, and none that was lifted`, async (t) => {
    const ledger = await openWith(
      t,
      under,
      put('stops', stopRow('s1')),
      put('stops', stopRow('s2', { level: 'abort' })),
      put('stops', stopRow('s3')),
      { change: 'remove', table: 'stops', key: { stop: 's1' } },
    )
    const { stops } = await ask(ledger, { stops: { read: 'stops' } })
    assert.deepEqual(stops, [stopRow('s2', { level: 'abort' }), stopRow('s3')])
  })

  test(`${name}: a grant comes with all those above it, the nearest first`, async (t) => {
    const rows = [
      grantRow('g_a', { parent: 'g_z', until: 9, uses: 3, terms: '{"tools":["x"]}', on_behalf_of: 'ada' }),
      grantRow('g_z', { parent: 'g_m', revoked: 5 }),
      grantRow('g_m'),
    ]
    const ledger = await openWith(
      t,
      under,
      ...rows.map((row) => put('grants', row)),
      put('grants', grantRow('g_other')),
    )
    const { grants, top } = await ask(ledger, {
      grants: { read: 'grants', grant: 'g_a' },
      top: { read: 'grants', grant: 'g_m' },
    })
    assert.deepEqual(grants, rows)
    assert.deepEqual(top, [rows[2]])
  })

  test(`${name}: grants that name each other in a ring do not hang a read`, async (t) => {
    const ledger = await openWith(
      t,
      under,
      put('grants', grantRow('g_1', { parent: 'g_2' })),
      put('grants', grantRow('g_2', { parent: 'g_1' })),
    )
    const { grants } = await ask(ledger, { grants: { read: 'grants', grant: 'g_1' } })
    assert.ok(grants.length < 100)
  })

  test(`${name}: the charter in force is that of the agent and the environment`, async (t) => {
    const row = { agent: 'billing', environment: 'dev', charter: 'sha', applied_at: 7 }
    const ledger = await openWith(t, under, put('charters', row))
    const { mine, elsewhere } = await ask(ledger, {
      mine: { read: 'charter', agent: 'billing', environment: 'dev' },
      elsewhere: { read: 'charter', agent: 'billing', environment: 'production' },
    })
    assert.deepEqual([mine, elsewhere], [{ charter: 'sha', applied_at: 7 }, null])
  })

  test(`${name}: a circuit breaker is found by its tool`, async (t) => {
    const ledger = await openWith(t, under, put('breakers', { tool: 'refund', state: 'open', since: 1, until: 9 }))
    const { open, none } = await ask(ledger, {
      open: { read: 'breaker', tool: 'refund' },
      none: { read: 'breaker', tool: 'other' },
    })
    assert.deepEqual([open, none], [{ state: 'open', since: 1, until: 9 }, null])
  })
}
