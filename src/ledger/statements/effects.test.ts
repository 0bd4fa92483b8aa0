import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import type { EffectStanding } from '../reads.ts'
import { connectSqlite } from '../sqlite/sqlite-connection.ts'
import { effects } from './effects.ts'
import { numberParameters } from './statement.ts'

const served: readonly [EffectStanding | undefined, string][] = [
  [undefined, 'PRIMARY KEY'],
  ['open', 'INDEX effects_in_flight'],
  ['dispatched', 'INDEX effects_in_flight'],
  ['unknown', 'INDEX effects_in_flight'],
  ['committed', 'PRIMARY KEY'],
  ['not_committed', 'INDEX effects_not_committed'],
]

test('a list of effects is walked along an index that holds its order, so a page costs a page', async (t) => {
  const { place, remove } = await freshPlace()
  t.after(remove)
  await (await open(place, [])).close()
  const database = connectSqlite(place)
  t.after(() => database.close())
  for (const [status, by] of served) {
    const { sql } = effects({ read: 'effects', ...(status && { status }), environment: 'dev', before: 'x', most: 5 })
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${numberParameters(sql, '?').text}`).all()
    const steps = plan.map(({ detail }) => String(detail))
    assert.match(steps[0] ?? '', new RegExp(`^SEARCH effects USING ${by} `), status)
    assert.ok(!steps.some((step) => step.includes('TEMP B-TREE')), steps.join('; '))
  }
})
