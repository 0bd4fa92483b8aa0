import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counted, cut, sayArguments, sayIntent, sayOutcome, saySubjects } from './say.ts'

test('one thing is said in the singular', () => {
  assert.deepEqual(
    [counted(0, 'turn'), counted(1, 'tool call'), counted(2, 'turn')],
    ['0 turns', '1 tool call', '2 turns'],
  )
})

test('subjects are said as people name them', () => {
  assert.equal(
    saySubjects([
      { kind: 'invoice', id: 'in_1' },
      { kind: 'customer', id: 'c_1' },
    ]),
    'invoice in_1, customer c_1',
  )
  assert.equal(saySubjects([]), '')
})

test('an intent is said as a sentence, and one of another shape as it stands', () => {
  const intent = {
    doing: 'refund 4.00 USD',
    allowed_by: '"Damaged goods"',
    evidence: [{ kind: 'document', id: 'doc_1' }],
  }
  assert.equal(sayIntent(intent), 'refund 4.00 USD; allowed by "Damaged goods"; read document doc_1')
  assert.equal(sayIntent({ ...intent, evidence: [] }), 'refund 4.00 USD; allowed by "Damaged goods"')
  assert.equal(sayIntent({ why: 'because' }), '{"why":"because"}')
})

test('what a terminal would obey is shown instead, wherever a model or a vendor wrote it', () => {
  const wiped = 'ok\u001b[2J\u009b2J\u202e'
  const said = [
    sayArguments({ word: wiped, words: `two ${wiped}`, list: [wiped] }),
    sayIntent({ doing: `a\nb ${wiped}`, allowed_by: wiped, evidence: [{ kind: 'document', id: wiped }] }),
    saySubjects([{ kind: 'invoice', id: wiped }]),
    cut(`${wiped}\r\nnext`, 100),
  ]
  for (const line of said) assert.doesNotMatch(line, /[\p{Cc}\u202e]/u)
})

test('a call that failed is said in the words of its tool, one that cannot be read with what is wrong in it', () => {
  const error = { code: 'tool_failed', message: 'the shop is closed' }
  assert.equal(
    sayOutcome({ outcome: 'failed', code: 'tool_failed', content: { error } }),
    'failed tool_failed: the shop is closed',
  )
  const problems = [{ path: 'amount', message: 'expected a number' }, { message: 'unknown key `tip`' }]
  assert.equal(
    sayOutcome({ outcome: 'refused', code: 'arguments_invalid', content: { error: { problems } } }),
    'refused arguments_invalid: amount: expected a number; unknown key `tip`',
  )
  assert.equal(sayOutcome({ outcome: 'result', content: { hits: [] } }), 'result')
  assert.equal(sayOutcome({ outcome: 'failed', code: 'tool_failed', content: undefined }), 'failed tool_failed')
})
