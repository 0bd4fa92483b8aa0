import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { type LintedPage, lintTools } from './lint-tools.ts'
import { money } from './money.ts'
import type { Tool } from './tool.ts'

const wellDefined = {
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  kind: 'write',
  inputSchema: z.strictObject({
    invoice: z.string().describe('Such as in_93K2.'),
    amount: money('usd', { max: '500' }),
  }),
  outputSchema: z.object({ refund: z.string() }),
  subjects: ({ invoice }: { invoice: string }) => ({ invoice }),
  check: () => true as const,
  idempotency: { honoured: '24h' },
  verify: async () => ({ answer: 'absent' as const }),
  execute: () => ({ refund: 're_1' }),
} as const

const codes = (tools: Tool[], page?: LintedPage) => lintTools(tools, page).map(({ code, level }) => `${level} ${code}`)
const write = (change: object): Tool => ({ ...defineTool(wellDefined), ...change })
const withInput = (inputSchema: z.ZodObject): Tool =>
  defineTool({ ...wellDefined, inputSchema, subjects: () => ({ invoice: 'in_1' }) })

test('nothing is said of a tool that is well defined', () => {
  assert.deepEqual(codes([defineTool(wellDefined)]), [])
})

test('a tool or an argument that nobody described is named', () => {
  assert.deepEqual(codes([write({ description: ' ' })]), ['error description_missing'])
  const [finding] = lintTools([withInput(z.object({ a: z.string(), b: z.string().describe('B.'), c: z.number() }))])
  assert.deepEqual([finding?.code, finding?.message], ['arguments_undescribed', 'no description: `a`, `c`'])
})

test('a write that says less than it should is named', () => {
  const bare = defineTool({
    ...{ name: 'wipe', description: 'Wipes.', kind: 'write', idempotency: { honoured: '24h' } },
    inputSchema: z.object({}),
    outputSchema: z.object({}),
    execute: () => ({}),
  } as const)
  assert.deepEqual(codes([bare]), [
    'warning write_without_subjects',
    'warning high_risk_unguarded',
    'warning verify_absent',
  ])
})

test('an amount that neither tool nor page bounds is named', () => {
  const tool = withInput(z.object({ amount: money('usd') }))
  assert.deepEqual(codes([tool]), ['warning amount_without_maximum'])
  const page = (rules: object): LintedPage => ({ tools: { request_refund: { allowed: true, ...rules } } })
  assert.deepEqual(codes([tool], page({})), ['warning amount_without_maximum'])
  assert.deepEqual(codes([tool], page({ maxAmount: { minor: 1, currency: 'usd' } })), [])
  assert.deepEqual(codes([tool], page({ limits: { amount_usd: { measure: 'amount' } } })), [])
})

test('P2 a tool with two amounts cannot bind the amount keys of a page', () => {
  const tool = withInput(z.object({ amount: money('usd', { max: '5' }), fee: money('usd', { max: '1' }) }))
  assert.deepEqual(codes([tool]), ['warning several_amounts'])
  const page = { tools: { request_refund: { allowed: true, requireApprovalOver: { minor: 1, currency: 'usd' } } } }
  assert.deepEqual(codes([tool], page), ['error several_amounts'])
})

test('ids that any text passes as are named, wherever they stand', () => {
  const tool = withInput(
    z.object({
      order_id: z.string().describe('The order.'),
      items: z.array(z.object({ skuId: z.string(), id: z.string().regex(/^it_/) })).describe('What was bought.'),
      valid: z.string().describe('Not an id.'),
    }),
  )
  assert.deepEqual(
    lintTools([tool]).map(({ message }) => message),
    ['any text passes as `order_id`', 'any text passes as `items.skuId`'],
  )
})

test('an argument that may be anything is named', () => {
  assert.deepEqual(codes([withInput(z.object({ body: z.unknown().describe('Anything.') }))]), [
    'warning untyped_argument',
  ])
})

test('a fallback that is unknown, or not allowed on the page, is named', () => {
  const note = write({ name: 'add_note' })
  const tool = write({ fallback: 'add_note' })
  assert.deepEqual(codes([tool]), ['error fallback_unknown'])
  assert.deepEqual(codes([tool, note]), [])
  const page = { tools: { request_refund: { allowed: true }, add_note: { allowed: false } } }
  assert.deepEqual(codes([tool, note], page), ['error fallback_not_allowed'])
  const other = { tools: { request_refund: { allowed: true, fallback: 'add_nota' } } }
  assert.deepEqual(codes([tool, note], other), ['error fallback_unknown'])
})

test('tools in conflict are named where one page allows both and does not say why', () => {
  const tool = write({ conflictsWith: ['change_iban'] })
  const other = write({ name: 'change_iban' })
  assert.deepEqual(codes([tool]), ['warning conflict_unknown'])
  assert.deepEqual(codes([tool, other]), [])
  const both = (rules: object): LintedPage => ({
    tools: { request_refund: { allowed: true }, change_iban: { allowed: true, ...rules } },
  })
  assert.deepEqual(codes([tool, other], both({})), ['error conflict_not_accepted'])
  assert.deepEqual(codes([tool, other], both({ acceptConflict: 'the desk does both' })), [])
  assert.deepEqual(codes([tool, other], both({ allowed: false })), [])
})

test('a tool that the page does not allow is left out', () => {
  assert.deepEqual(codes([write({ description: '' })], { tools: {} }), [])
})
