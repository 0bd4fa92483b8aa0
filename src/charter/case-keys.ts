/** What a page is expected to say of one action: the keys of a case, as it stands in a file beside the page. */
import { list, mapping, record } from './composite-kinds.ts'
import { writtenNumber, writtenObject } from './json-kind.ts'
import { key, requiredKey, type ValueOf } from './key.ts'
import type { Kind } from './kind.ts'
import { noAuthority } from './order.ts'
import { stages } from './page.ts'
import { choice, flag, group, line, subjectKind, whole, word } from './scalar-kinds.ts'

const may = <Value>(kind: Kind<Value>, about: string) => key(kind, noAuthority, about)
const must = <Value>(kind: Kind<Value>, about: string) => requiredKey(kind, noAuthority, about)

const subjects = record(subjectKind, may(line, 'As the system of record names it.'))
const decision = choice(['allow', 'ask', 'deny', 'invalid'])

const expected = mapping({
  decision: must(decision, 'What judgement says.'),
  rule: may(line, 'The rule that decides, or one of them.'),
  code: may(line, 'The code of the refusal.'),
  asks: may(record(group, may(whole(1, 20), 'So many signatures.')), 'Exactly whose signatures are asked for.'),
})

export type Expectation = ValueOf<{ kind: typeof expected }>

/** `expect: allow` for short. */
const expectation: Kind<Expectation> = {
  ...expected,
  says: `${decision.says}, or a mapping with \`decision\``,
  schema: { anyOf: [decision.schema, expected.schema] },
  read(node, path, reading) {
    if (node.node === 'map') return expected.read(node, path, reading)
    const said = decision.read(node, path, reading)
    return said && { decision: said }
  },
}

const caseKind = mapping({
  name: must(line, 'What the case shows, in a sentence.'),
  tool: must(word, 'The tool that is called.'),
  arguments: may(
    writtenObject,
    'What the model writes: the arguments, and `intent` and `dry_run` where it gives them.',
  ),
  subjects: may(subjects, 'What the call touches, where the tool reads other tools to know it.'),
  facts: may(writtenObject, 'What the system of record says beforehand.'),
  read: may(
    list(mapping({ kind: must(word, 'A read tool, or `document`.'), id: must(line, 'As it is cited.') })),
    'What the run has read, and may cite as evidence.',
  ),
  stage: may(choice(stages), "The stage, in the place of the page's own."),
  signatures: may(record(group, may(whole(0, 20), 'So many people.')), 'Who has signed, by group.'),
  moved: may(
    record(word, may(writtenNumber, 'In the unit of the limit.')),
    'What has moved within the window, by limit.',
  ),
  done_before: may(flag, 'Whether the effect that `once` allows has happened within its time.'),
  on_behalf_of: may(line, 'Who the run acts for.'),
  grant: may(
    mapping({
      tools: may(list(word), 'The tools that it names; all of them unless said.'),
      subjects: may(subjects, 'The subjects that it names.'),
    }),
    'What the grant names; unless said, what the call touches.',
  ),
  expect: must(expectation, 'What judgement is expected to say.'),
})

export type PolicyCase = ValueOf<{ kind: typeof caseKind }>

export const casesKind = mapping({ cases: must(list(caseKind, 1), 'The cases, in the order in which they are told.') })
