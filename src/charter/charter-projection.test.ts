import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsAfter } from '../../test/projected-ledger.ts'
import { charterProjection } from './charter-projection.ts'

const applied = (at: number, environment: string, charter: string) => ({
  at,
  stream: `charter/${environment}:billing`,
  actor: 'ada@acme.example',
  events: [
    {
      type: 'charter.applied',
      body: { agent: 'billing', environment, charter, page: { n: 1, class: 'charter', sha256: 'ab' } },
    },
  ],
})

test('the page in force is the one applied last, in each environment its own', async () => {
  const history = [applied(10, 'dev', 'sha256:c1'), applied(20, 'prod', 'sha256:c1'), applied(30, 'dev', 'sha256:c2')]
  const found = await rowsAfter(charterProjection, history, {
    dev: { read: 'charter', agent: 'billing', environment: 'dev' },
    prod: { read: 'charter', agent: 'billing', environment: 'prod' },
    none: { read: 'charter', agent: 'clerk', environment: 'dev' },
  })
  assert.deepEqual(found, {
    dev: { charter: 'sha256:c2', applied_at: 30 },
    prod: { charter: 'sha256:c1', applied_at: 20 },
    none: null,
  })
})
