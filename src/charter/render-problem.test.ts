import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharterError } from '../errors.ts'
import { loadCharter } from './load.ts'
import type { Problem } from './problem.ts'
import { renderProblem } from './render-problem.ts'

const file = 'billing.charter.yaml'

function firstOf(text: string): Problem {
  try {
    loadCharter({ file, text, readFile: () => undefined })
  } catch (error) {
    assert.ok(error instanceof CharterError && Array.isArray(error.details.problems))
    return error.details.problems[0]
  }
  return assert.fail('the page was not refused')
}

test('a problem is shown with its place, the line at fault, a caret and the hint', () => {
  const text = 'charter: 1\nagent: { name: a, stage: gated }\non_call: true\n'
  assert.equal(
    renderProblem(firstOf(text), text),
    [
      'billing.charter.yaml:3:10 error `on_call` must be a name of letters, digits, `.`, `_` and `-`, not `true`',
      '  3 | on_call: true',
      '    |          ^',
      '  hint: put it in quotes if the text is meant: "true"',
    ].join('\n'),
  )
})

test('the caret stands below the fault where tabs come before it', () => {
  const text = 'charter: 1\nagent:\n\tname: a\n'
  const [, shown = '', caret = ''] = renderProblem(firstOf(text), text).split('\n')
  assert.equal(shown, '  3 | \tname: a')
  assert.equal(caret, '    | ^')
})

test('a long line is cut so that the fault stays in sight', () => {
  const text = `charter: 1\nagent: { name: a, stage: gated, purpose: "${'x'.repeat(300)}", mood: good }\n`
  const [, shown = '', caret = ''] = renderProblem(firstOf(text), text).split('\n')
  assert.ok(shown.length < 120)
  assert.equal(shown.slice(caret.indexOf('^')).startsWith('mood'), true)
})

test('without the text of the file a problem is one line', () => {
  assert.equal(
    renderProblem(firstOf('charter: 3')),
    `${file}:1:10 error this Charter reads pages of version 1, not of version \`3\``,
  )
})

test('nothing on the page reaches the terminal as a command', () => {
  const text = 'charter: 1\nagent: { name: "\u001b[31m", stage: gated }\n'
  const problem = firstOf(text)
  for (const said of [problem.message, problem.hint ?? '', renderProblem(problem, text)]) {
    assert.equal(said.includes('\u001b'), false)
  }
})
