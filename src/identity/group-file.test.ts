import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCharterError } from '../errors.ts'
import { groupsOf, readGroupFile } from './group-file.ts'

const read = (text: string) => readGroupFile('groups.yaml', text)

const acme = `principals:
  - ada@acme.example
  - fay@acme.example
  - agent:billing
groups:
  finance: [fay@acme.example]
  support-leads: [ada@acme.example, Fay@acme.example]
`

/** Code, place and hint of what is thrown: `group_file_invalid 3:5 did you mean …`. */
function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    assert.ok(isCharterError(error), String(error))
    const at = error.place === undefined ? '' : `${error.place.file}:${error.place.line}:${error.place.column}`
    return [error.code, at, error.message, error.hint ?? ''].join(' | ')
  }
  return 'nothing was refused'
}

test('a group file says who there is and who belongs to which group', () => {
  const file = read(acme)
  assert.deepEqual([...file.principals.keys()], ['ada@acme.example', 'fay@acme.example', 'agent:billing'])
  assert.deepEqual(file.groups.get('support-leads'), ['ada@acme.example', 'fay@acme.example'])
  assert.deepEqual(groupsOf(file, 'Fay@acme.example'), ['finance', 'support-leads'])
  assert.deepEqual(groupsOf(file, 'agent:billing'), [])
})

test('principals may be written by address with what to call them, and groups left out', () => {
  const { principals, groups } = read('principals: { ada@acme.example: Ada Lovelace, fay@acme.example: }')
  assert.deepEqual(principals.get('ada@acme.example'), {
    kind: 'person',
    name: 'ada@acme.example',
    called: 'Ada Lovelace',
  })
  assert.deepEqual(principals.get('fay@acme.example'), { kind: 'person', name: 'fay@acme.example' })
  assert.equal(groups.size, 0)
})

test('whoever does not stand in the file is unknown, and the nearest name is offered', () => {
  assert.equal(
    refusal(() => groupsOf(read(acme), 'fey@acme.example')),
    'principal_unknown |  | no principal `fey@acme.example` stands in the group file | did you mean `fay@acme.example`?',
  )
})

test('a member who is no principal is refused where the name stands', () => {
  assert.equal(
    refusal(() => read(acme.replace('[fay@', '[fey@'))),
    'principal_unknown | groups.yaml:6:13 | no principal `fey@acme.example` stands in the group file | did you mean `fay@acme.example`?',
  )
})

test('each mistake in the file is refused with its place', () => {
  const cases: readonly [string, string][] = [
    ['', '1:1 | a group file is a mapping'],
    ['- ada@acme.example', '1:1 | a group file is a mapping'],
    ['groups: {}', '1:1 | the group file names no `principals`'],
    ['principals: []\ngruops: {}', '2:1 | a group file has no key `gruops` | did you mean `groups`?'],
    ['principals: ada@acme.example', '1:13 | `principals` is a mapping'],
    ['principals: [ada]', '1:14 | `ada` names no principal'],
    ['principals:\n  - ada@acme.example\n  - Ada@acme.example', '3:5 | `ada@acme.example` stands twice'],
    ['principals: [12]', '1:14 | a name is wanted here'],
    ['principals: { ada@acme.example: [Ada] }', '1:33 | a name is wanted here'],
    ['principals: []\ngroups: [finance]', '2:9 | `groups` is a mapping'],
    ['principals: []\ngroups: { finance: ada@acme.example }', '2:11 | `finance` is a list of principals'],
    ['principals: []\ngroups: { "subject:customer": [] }', '2:11 | `subject:customer` is no name for a group'],
    ['principals: [a@b]\ngroups:\n  x: [a@b, A@b]', '3:12 | `a@b` stands twice in `x`'],
    ['principals: []\nprincipals: []', '2:1 | this is not YAML: map keys must be unique'],
    ['principals: [', '1:14 | this is not YAML'],
  ]
  for (const [text, expected] of cases) {
    const said = refusal(() => read(text))
    assert.ok(said.startsWith(`group_file_invalid | groups.yaml:${expected}`), `${JSON.stringify(text)}: ${said}`)
  }
})
