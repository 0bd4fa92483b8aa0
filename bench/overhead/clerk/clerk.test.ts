import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileCharter } from '../../../src/charter/compile.ts'
import { defineAgent } from '../../../src/define-agent.ts'
import { openClerk, pageFile } from './open-clerk.ts'
import { clerkTools } from './tools.ts'

test('the page judges a read and a write by six policies or more each, and counts what is written over a window', () => {
  const clerk = defineAgent({ charter: pageFile, tools: clerkTools({ reads: 0, writes: 0 }) })
  const { tools } = compileCharter(clerk.read().page, [...clerk.tools.values()])
  for (const { policies } of tools.values()) assert.ok(policies.policies.length >= 6, policies.tool)
  assert.deepEqual([...tools.keys()], ['read_account', 'post_entry'])
  assert.deepEqual(Object.keys(tools.get('post_entry')?.limits ?? {}), ['amount_usd'])
})

test('no two actions of any runs ask the same', async () => {
  await using clerk = await openClerk({ ledger: ':memory:', keyring: ':memory:' }, 'p-')
  await Promise.all([clerk.play('reads'), clerk.play('writes'), clerk.play('reads')])
  const { ledger, tenant } = clerk.runtime.house
  const proposed = (await ledger.tail(tenant, 0, 1_000)).filter(({ type }) => type === 'action.proposed')
  const digests = proposed.map(({ body }) => body.digest)
  assert.equal(new Set(digests).size, 15)
  assert.deepEqual(clerk.carried, { reads: 10, writes: 5 })
})
