import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from '../canonical-json.ts'
import { coverage, decideGrant, evolveGrant, foldGrant, type GrantCommand, type GrantRow, noGrant } from './grant.ts'
import type { GrantEvent, GrantTerms } from './grant-events.ts'

const row = ({ terms = {}, ...given }: Partial<Omit<GrantRow, 'terms'>> & { terms?: GrantTerms } = {}): GrantRow => ({
  grant: 'grant_1',
  parent: null,
  agent: 'billing',
  environment: 'dev',
  until: null,
  revoked: null,
  uses: null,
  on_behalf_of: 'ada@acme.example',
  ...given,
  terms: canonicalJson(terms),
})
const refund = {
  agent: 'billing',
  environment: 'dev',
  tool: 'request_refund',
  subjects: [{ kind: 'invoice', id: 'invoice:93' }],
  now: 50,
}
const issue: GrantCommand & { type: 'issue' } = {
  type: 'issue',
  grant: 'grant_1',
  agent: 'billing',
  environment: 'dev',
  charter: 'sha256:c1',
  until: 100,
  uses: 3,
  terms: { tools: ['request_refund'] },
  on_behalf_of: 'ada@acme.example',
  now: 0,
}
const { type: _type, now: _now, ...body } = issue
const issued: GrantEvent = { type: 'grant.issued', body: { ...body, parent: null } }
const revoked: GrantEvent = { type: 'grant.revoked', body: { grant: 'grant_1', reason: null } }

const given = (...events: GrantEvent[]) => ({
  when: (command: GrantCommand) => decideGrant(events.reduce(evolveGrant, noGrant), command),
})

test('a grant is issued once, and revoked once', () => {
  assert.deepEqual(given().when(issue), [issued])
  assert.throws(() => given(issued).when(issue), { code: 'internal' })
  const revoke = { type: 'revoke', grant: 'grant_1', reason: null, now: 60 } as const
  assert.deepEqual(given(issued).when(revoke), [revoked])
  assert.deepEqual(given(issued, revoked).when(revoke), [])
  assert.throws(() => given().when(revoke), { code: 'grant_not_found', message: 'no grant `grant_1`' })
})

test('a grant is the fold of its stored events', () => {
  const grant = foldGrant([issued, revoked, { type: 'grant.seen', body: {} }])
  assert.deepEqual(grant, { status: 'revoked', issued: issued.body })
  assert.deepEqual(foldGrant([revoked]), noGrant)
})

test('a grant is handed on with less in it, and what is not said is inherited', () => {
  const from = [row({ until: 100, uses: 3, terms: { tools: ['request_refund', 'get_invoice'] } })]
  const child = { type: 'hand_on', from, grant: 'grant_2', agent: 'clerk', charter: 'sha256:c2', now: 50 } as const
  assert.deepEqual(given().when({ ...child, uses: 1, terms: { tools: ['get_invoice'] } }), [
    {
      type: 'grant.issued',
      body: {
        grant: 'grant_2',
        parent: 'grant_1',
        agent: 'clerk',
        charter: 'sha256:c2',
        environment: 'dev',
        until: 100,
        uses: 1,
        terms: { tools: ['get_invoice'] },
        on_behalf_of: 'ada@acme.example',
      },
    },
  ])
  assert.throws(() => given().when({ ...child, uses: 4 }), { code: 'grant_widens', param: 'uses' })
})

test('only a grant that is in force can be handed on', () => {
  const child = { type: 'hand_on', grant: 'grant_3', agent: 'clerk', charter: 'sha256:c2', now: 50 } as const
  const under = row({ grant: 'grant_2', parent: 'grant_1' })
  assert.throws(() => given().when({ ...child, from: [] }), { code: 'grant_not_found' })
  assert.throws(() => given().when({ ...child, from: [row({ until: 50 })] }), {
    code: 'grant_invalid',
    message: /has ended/,
  })
  assert.throws(() => given().when({ ...child, from: [under] }), { code: 'grant_invalid', message: /cannot be found/ })
  assert.throws(() => given().when({ ...child, from: [under, row({ revoked: 40 })] }), {
    code: 'grant_invalid',
    message: 'grant `grant_1` was revoked',
  })
})

test('a grant covers what it names, for whoever holds it, where and until it says', () => {
  const grant = row({ until: 51, terms: { tools: ['request_refund'], subjects: { invoice: ['invoice:93'] } } })
  assert.deepEqual(coverage([grant], refund), { covered: true })
  const uncovered: readonly [GrantRow, Partial<typeof refund>, RegExp][] = [
    [grant, { now: 51 }, /has ended/],
    [grant, { agent: 'clerk' }, /is held by `billing`/],
    [grant, { environment: 'prod' }, /belongs to environment `dev`/],
    [grant, { tool: 'delete_customer' }, /does not name tool `delete_customer`/],
    [grant, { subjects: [...refund.subjects, { kind: 'invoice', id: 'invoice:94' }] }, /does not name this invoice/],
    [row({ revoked: 50 }), {}, /was revoked/],
    [row({ terms: { tools: [] } }), {}, /does not name tool/],
    [row({ terms: { subjects: { invoice: [] } } }), {}, /does not name this invoice/],
  ]
  for (const [grant, other, why] of uncovered) {
    const found = coverage([grant], { ...refund, ...other })
    assert.ok(!found.covered && why.test(found.why), JSON.stringify(found))
  }
  assert.deepEqual(coverage([], refund), { covered: false, why: 'there is no grant', grant: null })
})

test('a grant without terms leaves the bounds to the page', () => {
  assert.deepEqual(coverage([row()], refund), { covered: true })
  const customers = row({ terms: { subjects: { customer: ['customer:1'] } } })
  assert.deepEqual(coverage([customers], refund), { covered: true })
})

test('D13 what a grant handed on allows ends with its parent, and with every grant above', () => {
  const line = (root: Partial<GrantRow>) => [
    row({ grant: 'grant_3', parent: 'grant_2' }),
    row({ grant: 'grant_2', parent: 'grant_1', agent: 'clerk' }),
    { ...row({ agent: 'front-desk' }), ...root },
  ]
  assert.deepEqual(coverage(line({}), refund), { covered: true })
  for (const root of [{ revoked: 10 }, { until: 50 }, { environment: 'prod' }, { terms: '{"tools":[]}' }]) {
    const found = coverage(line(root), refund)
    assert.ok(!found.covered && found.grant === 'grant_1', JSON.stringify(root))
  }
})

test('D13 a grant whose ancestors cannot all be found covers nothing', () => {
  const child = row({ grant: 'grant_2', parent: 'grant_1' })
  const other = row({ grant: 'grant_9' })
  for (const line of [[child], [child, other], [child, { ...child }]]) {
    const found = coverage(line, refund)
    assert.ok(!found.covered && /cannot be found/.test(found.why))
  }
})

test('a limit over what an action does not say in whole units covers nothing', () => {
  const limited = row({ terms: { limits: { request_refund: { amount: 5000, calls: 2 } } } })
  assert.deepEqual(coverage([limited], { ...refund, measures: { amount: 4000 } }), { covered: true })
  for (const measures of [{}, { amount: 0.5 }, { amount: -1 }, { amount: Number.NaN }]) {
    const found = coverage([limited], { ...refund, measures })
    assert.ok(!found.covered && /limits `amount` of `request_refund`/.test(found.why), JSON.stringify(measures))
  }
})
