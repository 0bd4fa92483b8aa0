import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { systemClock } from '../clock.ts'
import { callTool } from './call-tool.ts'
import { defineTool } from './define-tool.ts'
import { money } from './money.ts'
import { parseArguments, validateArguments } from './parse-arguments.ts'

const basics = {
  name: 'request_refund',
  description: 'Refund a paid invoice.',
  inputSchema: z.strictObject({ invoice: z.string(), amount: money('usd') }),
  outputSchema: z.object({ refund: z.string() }),
  execute: () => ({ refund: 're_1' }),
}

const refund = { ...basics, kind: 'write', idempotency: { honoured: '24h' } } as const

/** As JavaScript would call it: nothing is said by the compiler. */
const define = (definition: object): unknown => Reflect.apply(defineTool, undefined, [definition])

const refused = (change: object, message: RegExp, hint?: RegExp) =>
  assert.throws(
    () => define({ ...refund, ...change }),
    (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && 'hint' in error)
      assert.equal(error.code, 'tool_invalid')
      assert.match(error.message, message)
      if (hint !== undefined) assert.match(String(error.hint), hint)
      return true
    },
  )

test('a tool has sensible times, counts and risk where nothing is said', () => {
  const { version, risk, deadlineMs, settlesWithinMs, retry, breaker, maxOutputBytes, idempotency, egress } =
    defineTool(refund)
  assert.deepEqual(
    { version, risk, deadlineMs, settlesWithinMs, retry, breaker, maxOutputBytes, idempotency, egress },
    {
      version: '1',
      risk: 'high',
      deadlineMs: 10_000,
      settlesWithinMs: 5_000,
      retry: { attempts: 3, backoffMs: 200, maxMs: 5_000 },
      breaker: { failures: 5, coolDownMs: 30_000 },
      maxOutputBytes: 1_000_000,
      idempotency: { honouredMs: 86_400_000 },
      egress: false,
    },
  )
})

test('a tool keeps what is said of it', () => {
  const tool = defineTool({
    ...refund,
    version: '2',
    subjects: ({ invoice }) => ({ invoice }),
    once: { per: 'invoice', within: '30d' },
    rate: '10/min',
    deadline: '250ms',
    settlesWithin: '0s',
    retry: { attempts: 2, backoff: '1s' },
    breaker: { failures: 2, coolDown: '1m' },
    fallback: 'add_note',
    conflictsWith: ['change_iban'],
  })
  assert.deepEqual(tool.once, { per: 'invoice', withinMs: 2_592_000_000 })
  assert.deepEqual(tool.rate, { count: 10, withinMs: 60_000 })
  assert.deepEqual(tool.retry, { attempts: 2, backoffMs: 1_000, maxMs: 5_000 })
  assert.deepEqual([tool.deadlineMs, tool.settlesWithinMs, tool.breaker.coolDownMs], [250, 0, 60_000])
  assert.deepEqual([tool.version, tool.fallback, tool.conflictsWith], ['2', 'add_note', ['change_iban']])
  assert.ok(Object.isFrozen(tool))
})

test('risk follows from what can be undone', () => {
  const risk = (definition: object) => Reflect.get(Object(define(definition)), 'risk')
  assert.equal(risk({ ...basics, kind: 'read' }), 'low')
  assert.equal(risk({ ...refund, undo: async () => undefined }), 'medium')
  assert.equal(risk(refund), 'high')
  assert.equal(risk({ ...refund, risk: 'forbidden' }), 'forbidden')
})

test('D6 a write that cannot deal with a lost answer is refused', () => {
  refused({ idempotency: undefined }, /a write needs one of: idempotency, verify, atMostOnce/)
  refused({ idempotency: undefined, atMostOnce: false }, /a write needs one of/)
  for (const way of [{ verify: () => ({ answer: 'absent' }) }, { atMostOnce: true }]) {
    define({ ...refund, ...way, idempotency: undefined })
  }
})

test('D7 what is sent at most once is sent once: it has one attempt, and no keys to send again under', () => {
  assert.equal(defineTool({ ...basics, kind: 'write', atMostOnce: true }).retry.attempts, 1)
  refused({ atMostOnce: true }, /`atMostOnce` is never sent again/)
  refused(
    { idempotency: undefined, atMostOnce: true, retry: { attempts: 2, backoff: '1s' } },
    /`atMostOnce` is never sent again/,
  )
})

test('D3 a read that sends data out is dispatched at most once, unless it can deal with a lost answer', () => {
  const search = { ...basics, kind: 'read', egress: true } as const
  const search2 = { ...search, idempotency: { honoured: '1h' } } as const
  assert.deepEqual([defineTool(search).atMostOnce, defineTool(search).retry.attempts], [true, 1])
  assert.deepEqual([defineTool(search2).atMostOnce, defineTool(search2).retry.attempts], [false, 3])
  assert.equal(defineTool({ ...basics, kind: 'read' }).atMostOnce, false)
})

test('the names that the runtime reserves are refused as arguments, and only at the top', () => {
  for (const name of ['intent', 'dry_run']) {
    refused({ inputSchema: z.object({ [name]: z.string() }) }, new RegExp(`the runtime adds \`${name}\``))
    define({ ...refund, inputSchema: z.object({ inner: z.object({ [name]: z.string() }) }) })
  }
})

test('an input that is not an object by names is refused', () => {
  for (const inputSchema of [
    z.string(),
    z.record(z.string(), z.string()),
    z.union([z.object({}), z.object({ a: z.string() })]),
  ]) {
    refused({ inputSchema }, /the input is not an object that lists its members/)
  }
})

test('a name is what a page and a model can write', () => {
  for (const name of ['', 'Refund', 'request-refund', '1st', '_x', 'a b', 'naïve'])
    refused({ name }, /a name is lower-case/)
})

test('a write is never of a lower risk than it is', () => {
  refused({ risk: 'low' }, /a write cannot be of low risk/)
  refused({ risk: 'medium' }, /a write that cannot be undone is of high risk/, /write an `undo`/)
  refused({ risk: 'none' }, /`risk` is none of/)
})

test('a read does not claim what only a write has', () => {
  const read = { kind: 'read', idempotency: undefined }
  refused({ kind: 'read' }, /a read has no effect to look up or to protect/)
  refused({ ...read, atMostOnce: true }, /a read has no effect/)
  refused({ ...read, undo: async () => undefined }, /a read has neither `undo` nor `once`/)
})

test('parts that only make sense together come together', () => {
  refused({ facts: () => ({}) }, /`facts` and `factsSchema` come together/)
  refused({ factsSchema: z.object({}) }, /`facts` and `factsSchema` come together/)
  refused({ previewSchema: z.object({}) }, /there is a `previewSchema` and no `preview`/)
  refused({ once: { per: 'invoice', within: '1d' } }, /`once` counts by a subject/)
})

test('times, rates and counts that are none are refused, with the option they stand in', () => {
  refused({ deadline: '10 seconds' }, /`deadline` is no time: `10 seconds`/, /`10s`/)
  refused({ deadline: '0s' }, /`deadline` is no time/)
  refused({ idempotency: { honoured: '1w' } }, /`idempotency.honoured` is no time/)
  refused({ rate: '10/week' }, /`rate` is no rate: `10\/week`/)
  refused({ retry: { attempts: 0, backoff: '1s' } }, /`retry.attempts`/)
  refused({ breaker: { failures: 0.5, coolDown: '1s' } }, /`breaker.failures`/)
  refused({ maxOutputBytes: -1 }, /`maxOutputBytes`/)
})

test('an option that does not exist is refused, and the nearest named', () => {
  refused({ idempotancy: { honoured: '24h' } }, /there is no option `idempotancy`/, /did you mean `idempotency`/)
  refused({ approval: 'finance' }, /there is no option `approval`/, /authority lives in the charter alone/)
})

test('a schema that cannot be used is refused, and says which', () => {
  refused(
    { outputSchema: z.object({ at: z.date() }) },
    /tool `request_refund`, `outputSchema`: .*cannot be said as JSON Schema/,
  )
})

test('a tool is neither its own fallback nor in conflict with itself', () => {
  refused({ fallback: 'request_refund' }, /neither its own fallback/)
  refused({ conflictsWith: ['request_refund'] }, /nor in conflict with itself/)
})

test('facts may hold more than the schema asks for: the rest is dropped', async () => {
  const tool = defineTool({
    ...refund,
    factsSchema: z.object({ paid: money('usd') }),
    facts: () => ({ paid: '49.90', customer: 'c_17' }),
  })
  const facts = await tool.factsSchema?.validate({ paid: '49.90', customer: 'c_17' })
  assert.deepEqual(facts, { ok: true, value: { paid: { minor: 4990, currency: 'usd' } } })
})

test('a refund, from what a model writes to what the desk is sent', async () => {
  const sent: unknown[] = []
  const getInvoice = defineTool({
    name: 'get_invoice',
    description: 'Show an invoice.',
    kind: 'read',
    inputSchema: z.strictObject({ invoice: z.string() }),
    outputSchema: z.object({ customer: z.string(), paid: money('usd'), refunded: money('usd') }),
    execute: () => ({ customer: 'c_17', paid: '49.90', refunded: 0, internal_note: 'call back' }),
  })
  const tool = defineTool({
    ...refund,
    factsSchema: z.object({ paid: money('usd'), refunded: money('usd') }),
    facts: ({ invoice }, { read }) => read(getInvoice, { invoice }),
    check: ({ amount }, { paid, refunded }) => amount.minor <= paid.minor - refunded.minor || 'more than was paid',
    execute: ({ invoice, amount }, { key }) => {
      sent.push({ invoice, amount, key })
      return { refund: 're_1' }
    },
  })
  const sending = { key: 'key_1', attempt: 1, deadline: 0, withinMs: 1_000 }

  const parsed = await parseArguments('{"invoice":"in_93K2","amount":49.90,"dry_run":false}', tool)
  assert.ok(parsed.ok)
  const validated = await validateArguments(tool, parsed.input)
  assert.ok(validated.ok)
  const invoice = await callTool(getInvoice, { invoice: 'in_93K2' }, sending, systemClock)
  assert.ok(invoice.ended === 'returned')
  const facts = await tool.factsSchema?.validate(invoice.output)
  assert.ok(facts?.ok)

  assert.equal(tool.check?.({ invoice: '', amount: { minor: 4990, currency: 'usd' } }, facts.value), true)
  assert.equal(
    tool.check?.({ invoice: '', amount: { minor: 4991, currency: 'usd' } }, facts.value),
    'more than was paid',
  )
  assert.equal((await callTool(tool, validated.value, sending, systemClock)).ended, 'returned')
  assert.deepEqual(sent, [{ invoice: 'in_93K2', amount: { minor: 4990, currency: 'usd' }, key: 'key_1' }])
})
