/** Scripts of runs as chance would have them: what models propose, what the desk does to it, what people answer. */
import * as fc from 'fast-check'
import type { FaultRule } from '../../examples/refunds/desk/faults.ts'
import type { Answer } from '../../src/commands/answer-approval.ts'
import type { JsonObject } from '../../src/json.ts'
import type { WrittenTurn } from '../../src/testing.ts'

export interface Script {
  readonly runs: readonly (readonly WrittenTurn[])[]
  readonly faults: readonly FaultRule[]
  readonly answers: readonly (Answer['answer'] | { readonly type: 'silence' })[]
}

const invoice = fc.constantFrom('in_1', 'in_2', 'in_3', 'in_none')
/** Some need nobody, some need a person, some are refused, some are no money. */
const amount = fc.constantFrom('10.00', '20.00', '60.00', '99.00', '101.00', '0.755', '-1.00')
const ticket = fc.constantFrom('t_1', 't_2', 't_none')
const words = fc.constantFrom('first', 'second', 'third')

const refund = (tool: string) =>
  fc.record({ invoice, amount, reason: words }).map((input: JsonObject) => ({ tool, input }))

const toolCall = fc.oneof(
  { arbitrary: refund('request_refund'), weight: 5 },
  { arbitrary: refund('refund_by_lookup'), weight: 3 },
  { arbitrary: fc.record({ ticket, body: words }).map((input) => ({ tool: 'add_note', input })), weight: 3 },
  { arbitrary: fc.record({ ticket, body: words }).map((input) => ({ tool: 'send_reply', input })), weight: 2 },
  { arbitrary: fc.record({ invoice }).map((input) => ({ tool: 'get_invoice', input })), weight: 2 },
  { arbitrary: fc.record({ query: words }).map((input) => ({ tool: 'search_policy', input })), weight: 1 },
  {
    arbitrary: fc.constant({ tool: 'request_refund', input: { invoice: 'in_1', amount: '10.00', dry_run: true } }),
    weight: 1,
  },
  {
    arbitrary: fc.constantFrom({ tool: 'no_such_tool', input: {} }, { tool: 'get_invoice', inputText: '{' }),
    weight: 1,
  },
)

const turn = fc.array(toolCall, { minLength: 1, maxLength: 3 }).map((calls): WrittenTurn => ({ calls }))
const run = fc.array(turn, { minLength: 2, maxLength: 4 }).map((turns) => [...turns, { say: 'done' }])

const path = fc.constantFrom('/refunds', '/tickets/:id/notes', '/tickets/:id/replies', '/invoices/:id')
const times = fc.integer({ min: 1, max: 2 })
const fault: fc.Arbitrary<FaultRule> = fc.oneof(
  fc.record({
    path,
    times,
    fault: fc.constantFrom('fail' as const, 'commit_then_disconnect' as const, 'garbage' as const),
  }),
  fc.record({
    path,
    times,
    fault: fc.constant('reject' as const),
    status: fc.constantFrom(409 as const, 422 as const, 429 as const),
  }),
)

const answer: fc.Arbitrary<Script['answers'][number]> = fc.oneof(
  fc.constant({ type: 'grant' as const }),
  fc.constant({ type: 'deny' as const, reason: 'no' }),
  fc.constant({ type: 'edit' as const, arguments: { invoice: 'in_2', amount: '55.00', reason: 'edited' } }),
  fc.constant({ type: 'silence' as const }),
)

export const script: fc.Arbitrary<Script> = fc.record({
  runs: fc.array(run, { minLength: 2, maxLength: 3 }),
  faults: fc.array(fault, { maxLength: 4 }),
  answers: fc.array(answer, { minLength: 1, maxLength: 6 }),
})
