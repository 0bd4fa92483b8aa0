import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharterError } from '../errors.ts'
import { readPolicyFile } from './policy-file.ts'

const read = (text: string) => readPolicyFile({ file: 'refunds.cedar', text })

function refused(text: string): CharterError {
  try {
    read(text)
  } catch (error) {
    assert.ok(error instanceof CharterError)
    return error
  }
  return assert.fail('the file was not refused')
}

test('each policy of a file has its id, its sentence and its place', () => {
  const policies = read(`// Refunds, as the übliche ones go.
@id("weekend")
@says("no refunds at the weekend")
forbid (principal, action, resource);

  permit (principal, action, resource);
`)
  assert.deepEqual(
    policies.map(({ id, says, place }) => [id, says, place?.line, place?.column]),
    [
      ['weekend', 'no refunds at the weekend', 2, 1],
      ['refunds.cedar#2', 'rule 2 of refunds.cedar', 6, 3],
    ],
  )
})

test('policies stand in the order of the file, more than ten of them too', () => {
  const lines = Array.from(
    { length: 12 },
    (_, index) => `permit (principal, action, resource) when { context.n == ${index} };`,
  )
  const policies = read(lines.join('\n'))
  assert.deepEqual(
    policies.map(({ text, place }) => [text, place?.line]),
    lines.map((line, index) => [line, index + 1]),
  )
})

test('a policy is not taken for its copy in a comment, nor for its twin', () => {
  const twin = 'permit (principal, action, resource) when { "//" == "//" };'
  const places = read(`// ${twin}\n${twin}\n${twin} // ${twin}\n`).map(({ place }) => place)
  assert.deepEqual(
    places.map((place) => [place?.line, place?.column]),
    [
      [2, 1],
      [3, 1],
    ],
  )
})

test('text that is no Cedar is refused at its line and column, counted in characters', () => {
  const error = refused('// ä ö 𝒳\npermit (principal, action, resource)\nwhen { "äö" == contxt.a };')
  assert.equal(error.code, 'policy_invalid')
  assert.match(error.message, /^not a Cedar policy: invalid member access `contxt\.a`/)
  assert.deepEqual(error.place, { file: 'refunds.cedar', line: 3, column: 16 })
})

test('a template is refused, since nothing fills it', () => {
  const error = refused('permit (principal, action, resource);\npermit (principal == ?principal, action, resource);')
  assert.match(error.message, /template/)
  assert.deepEqual(error.place, { file: 'refunds.cedar', line: 2, column: 1 })
})

test('an empty file holds no policies', () => assert.deepEqual(read('// nothing yet\n'), []))
