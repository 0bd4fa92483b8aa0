import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import type { Read } from '../reads.ts'
import { readStatement } from '../statements/read-statement.ts'
import { numberParameters } from '../statements/statement.ts'
import { connectSqlite } from './sqlite-connection.ts'

const asked: readonly Read[] = [
  { read: 'head', stream: 'run/1' },
  { read: 'grants', grant: 'grant_1' },
  { read: 'charter', agent: 'billing', environment: 'dev' },
  { read: 'moved', key: 'k', withinMs: 86_400_000, except: 'e' },
  { read: 'open_effects', subject: 's' },
  { read: 'business_key', key: 'k', withinMs: 60_000 },
  { read: 'effect', effect: 'e' },
  { read: 'effects', status: 'open', most: 5 },
  { read: 'effects', status: 'dispatched', most: 5, before: 'e' },
  { read: 'effects', status: 'unknown', most: 5, environment: 'dev' },
  { read: 'effects', status: 'not_committed', most: 5 },
  { read: 'in_flight', scope: { scope: 'everything' } },
  { read: 'in_flight', scope: { scope: 'tool', tool: 'request_refund' } },
  { read: 'approval', approval: 'a' },
  { read: 'approvals', status: 'pending' },
  { read: 'approvals', status: 'pending', run: 'run_1' },
  { read: 'handoffs', status: 'assigned' },
  { read: 'handoffs', run: 'run_1' },
  { read: 'incidents', incident: 'inc_1', most: 1 },
  { read: 'incidents', status: 'open', most: 5 },
  { read: 'incidents', environment: 'dev', most: 5, before: 'inc_9' },
  { read: 'run', run: 'run_1' },
  { read: 'runs', status: 'waiting', most: 5 },
  { read: 'runs', agent: 'billing', most: 5, before: 'run_1' },
  { read: 'runs', environment: 'production', most: 5, before: 'run_1' },
  { read: 'runs_of_subject', kind: 'invoice', subject: 's', most: 5 },
  { read: 'runs_of_subject', kind: 'invoice', subject: 's', environment: 'dev', before: 'run_9', most: 5 },
  { read: 'subject_kinds' },
  { read: 'start_key', agent: 'billing', environment: 'dev', key: 'ZD-1' },
  { read: 'ready_runs', environment: 'dev', agents: ['billing', 'crm'], most: 5 },
  { read: 'resting_runs', environment: 'dev', agents: ['billing', 'crm'], most: 5 },
  { read: 'next_timer', environment: 'dev', agents: ['billing', 'crm'] },
  { read: 'breaker', tool: 'request_refund' },
]

/** All that such an index holds is asked for, or little more. */
const few = ['effects_in_flight', 'effects_not_committed', 'attempts_under_way']

for (const read of asked) {
  test(`SQLite answers ${JSON.stringify(read)} by an index that narrows it to more than a tenant's rows`, async (t) => {
    const { place, remove } = await freshPlace()
    t.after(remove)
    await (await open(place, [])).close()
    const database = connectSqlite(place)
    t.after(() => database.close())
    const { text } = numberParameters(readStatement(read).sql, '?')
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all()
    for (const { detail } of steps) {
      if (few.some((index) => String(detail).includes(`INDEX ${index} `))) continue
      assert.doesNotMatch(
        String(detail),
        /\(tenant=\?\)|AUTOMATIC|^SCAN (?!line|parts|kinds$|ready$|b$|CONSTANT)/,
        text,
      )
    }
  })
}
