import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { describePage } from './describe.ts'
import { listKeys } from './list-keys.ts'
import { loadCharter } from './load.ts'
import type { Page } from './page.ts'
import { printCharter } from './print.ts'

const sample = readFileSync(path.join(import.meta.dirname, 'sample.charter.yaml'), 'utf8')
const files: Record<string, string> = { './billing.prompt.md': 'Resolve {{ticket}}.', './refunds.cedar': '' }
const pageOf = (text: string): Page => loadCharter({ file: 'a.yaml', text, readFile: (file) => files[file] }).page

test('the page of the design is printed in sentences that a manager can sign', () => {
  assert.equal(
    printCharter(pageOf(sample)),
    `billing-resolution
Resolve refund requests on paid invoices.
billing-ops@acme.example answers for it.
Runs that it cannot finish go to billing-oncall.
Stage gated: writes go ahead within the bounds below; a high-risk tool without a threshold asks every time.
Each run is for a named person.

A run may use 90s of active time, 8 turns, 5 tool calls, 12000 prompt tokens, 1500 completion tokens and 0.75 USD of model cost.
All runs together may use 40.00 USD a day and 2.00 USD a session.
In one turn: at most 2 tool calls, 2 retries.
A run out of budget is handed to a person; one whose tool keeps failing is handed to a person.
A run with tool error rate > 0.1 is handed to a person.

Who is asked, where a tool does not say
  medium risk: 1 of support-leads within 4h
  high risk: 2 of finance within 4h

It may call
  get_invoice
  request_refund: at most 50.00 USD a call; above 25.00 USD people are asked;
    at most 100.00 USD per customer in 1d; once per invoice in 30d;
    only for the invoice that the grant names; with its intent and evidence stated;
    with a document cited that it read; asks 1 of finance within 4h
  create_ticket: at most 10/min; project is SUP; while it fails, add_note instead
  update_crm_record: sets only email, phone and shipping_address
  run_sql_query: NOT CALLABLE YET, nothing enforces mode, row_level_security; mode parameterized_only;
    rows held back from whom they do not concern

Instructions: ./billing.prompt.md, with ticket.
Model: openai/gpt-4.1-mini.
Further rules in Cedar: ./refunds.cedar.
Kept after a run: what people and models said for 30d and what tools were called with and answered for 180d.
NO RUN STARTS YET: nothing enforces models.escalate and knowledge.`,
  )
})

test('an empty page is printed as what it is: an agent that may do nothing', () => {
  const printed = printCharter(pageOf(''))
  assert.match(printed, /^a\nStage observe: it reads, and writes nothing\./)
  assert.match(printed, /Nothing bounds a run\./)
  assert.match(printed, /It may call nothing\./)
})

test('what a page forbids is printed too', () => {
  const printed = printCharter(
    pageOf(
      'charter: 1\nagent: { name: a, stage: auto }\ntools: { x: { allowed: false }, y: { allowed: true, risk: forbidden, within: { to: [] } } }',
    ),
  )
  assert.match(printed, /y: forbidden; to is nothing/)
  assert.match(printed, /It may not call x\./)
})

test('every rule of a tool is printed, so that nobody signs what they did not read', () => {
  const rules: Readonly<Record<string, [rule: string, printed: RegExp]>> = {
    risk: ['risk: high', /held to be of high risk/],
    subject: ['subject: invoice', /only for the invoice that the grant names/],
    'max_amount_*': ['max_amount_eur: 3', /at most 3\.00 EUR a call/],
    'require_approval_over_*': ['require_approval_over_jpy: 300', /above 300 JPY people are asked/],
    require_citation: ['require_citation: true', /with a document cited/],
    require_intent: ['require_intent: true', /with its intent/],
    once: ['once: { per: invoice, within: 30d }', /once per invoice in 30d/],
    approval: ['approval: [ { from: f, count: 2 } ]', /asks 2 of f within 1d/],
    limits: ['limits: { calls: { per: payee, within: 1h, max: 1 } }', /at most 1 call per payee in 1h/],
    within: ['within: { to: [x, 7] }', /to is x or 7/],
    allowed_fields: ['allowed_fields: []', /sets no field/],
    rate: ['rate: 2/h', /at most 2\/h/],
    fallback: ['fallback: other', /while it fails, other instead/],
    accept_conflict: ['accept_conflict: we looked', /because: we looked/],
    mode: ['mode: fast', /mode fast/],
    row_level_security: ['row_level_security: true', /rows held back/],
    tainted: ['tainted: { to: deny }', /to from untrusted content: deny/],
  }
  const known = listKeys().flatMap(({ path: key }) => /^tools\.\*\.([^.]+)$/.exec(key)?.[1] ?? [])
  assert.deepEqual(Object.keys(rules).toSorted(), known.filter((key) => key !== 'allowed').toSorted())
  for (const [rule, printed] of Object.values(rules)) {
    assert.match(
      printCharter(pageOf(`charter: 1\nagent: { name: a, stage: auto }\ntools: { pay: { allowed: true, ${rule} } }`)),
      printed,
    )
  }
})

test('P6 the table of keys says which ones nothing enforces yet', () => {
  const waiting = listKeys().filter(({ enforced }) => enforced !== true)
  assert.deepEqual(
    waiting.map(({ path: key, enforced }) => (enforced === false ? key : `${key} but ${JSON.stringify(enforced)}`)),
    [
      'models.escalate',
      'tools.*.mode',
      'tools.*.row_level_security but [false]',
      'tools.*.tainted',
      'tools.*.tainted.*',
      'knowledge',
      'knowledge.sources',
      'knowledge.max_age',
      'logging.trace_id but [true]',
      'environment but ["dev"]',
    ],
  )
})

test('a description holds what is in force, the hashes of the files, and what is not enforced', () => {
  const { hash, page, files: named, variables, not_enforced } = describePage(pageOf(sample))
  assert.match(String(hash), /^sha256:/)
  assert.ok(typeof page === 'object' && page !== null && 'agent' in page)
  assert.deepEqual(variables, [{ name: 'ticket', type: 'text' }])
  assert.match(JSON.stringify(named), /"file":"\.\/billing\.prompt\.md","sha256":"[0-9a-f]{64}"/)
  assert.ok(Array.isArray(not_enforced) && not_enforced.includes('tools.run_sql_query.mode'))
})
