import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Happening, rowsAfter } from '../../test/projected-ledger.ts'
import { coverage, decideGrant, type GrantRow, noGrant } from './grant.ts'
import { grantProjection } from './grant-projection.ts'

const root = decideGrant(noGrant, {
  type: 'issue',
  grant: 'grant_1',
  agent: 'front-desk',
  environment: 'dev',
  charter: 'sha256:c1',
  until: 100,
  uses: null,
  terms: { subjects: { invoice: ['invoice:93'] } },
  on_behalf_of: 'ada@acme.example',
  now: 10,
})
const asRow: GrantRow = {
  grant: 'grant_1',
  parent: null,
  agent: 'front-desk',
  environment: 'dev',
  until: 100,
  revoked: null,
  uses: null,
  terms: '{"subjects":{"invoice":["invoice:93"]}}',
  on_behalf_of: 'ada@acme.example',
}
const child = decideGrant(noGrant, {
  type: 'hand_on',
  from: [asRow],
  grant: 'grant_2',
  agent: 'billing',
  charter: 'sha256:c2',
  uses: 2,
  now: 20,
})
const revoked = [{ type: 'grant.revoked', body: { grant: 'grant_1', reason: null } }]

const happening = (at: number, grant: string, events: Happening['events']): Happening => ({
  at,
  stream: `grant/${grant}`,
  actor: 'ada@acme.example',
  events,
})
const issued = [happening(10, 'grant_1', root), happening(20, 'grant_2', child)]
const refund = {
  agent: 'billing',
  environment: 'dev',
  tool: 'request_refund',
  subjects: [{ kind: 'invoice', id: 'invoice:93' }],
  now: 30,
}

const lineAfter = async (happenings: readonly Happening[]) =>
  (await rowsAfter(grantProjection, happenings, { line: { read: 'grants', grant: 'grant_2' } })).line

test('a grant and those above it are read back nearest first, as they were issued', async () => {
  const line = await lineAfter(issued)
  assert.deepEqual(line, [{ ...asRow, grant: 'grant_2', parent: 'grant_1', agent: 'billing', uses: 2 }, asRow])
  assert.deepEqual(coverage(line, refund), { covered: true })
})

test('D13 revoking a grant takes away what was handed on from it', async () => {
  const line = await lineAfter([...issued, happening(25, 'grant_1', revoked)])
  assert.deepEqual(
    line.map(({ revoked }) => revoked),
    [null, 25],
  )
  assert.deepEqual(coverage(line, refund), { covered: false, grant: 'grant_1', why: 'grant `grant_1` was revoked' })
})
