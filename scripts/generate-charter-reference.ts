/**
 * Writes `docs/reference/charter.md` from the table of keys in `src/charter/keys.ts`: of each key what it is for, what it
 * holds, what stands in for it, and which change of it lets the agent do more.
 *
 *   node scripts/generate-charter-reference.ts
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { approvalStep } from '../src/charter/approval-step.ts'
import { longestPrint } from '../src/charter/check.ts'
import { escalationRule } from '../src/charter/escalation-rule.ts'
import type { Keys } from '../src/charter/key.ts'
import type { Key } from '../src/charter/kind.ts'
import { type ListedKey, listKeys } from '../src/charter/list-keys.ts'
import { markdownTable } from './docs/markdown-table.ts'
import { changeOf } from './docs/say-order.ts'

export const charterReferenceFile = path.resolve(import.meta.dirname, '../docs/reference/charter.md')

const opening = `# The page

A charter is one YAML file. A page that opens with \`charter: 1\` is strict: an unknown key is an error, with its place and
the nearest name. A page without that line is foreign: unknown keys are warnings, and its stage is \`gated\` unless it says
otherwise. \`charter check\` says what is wrong with a page, and warns when it prints as more than ${longestPrint} lines.

How to read the tables:

- **Value** is what must stand there. Money is written as digits (\`25\`, \`"0.75"\`) and is never rounded. A time is a number
  and a unit: \`250ms\`, \`10s\`, \`5m\`, \`4h\`, \`30d\`.
- **Unsaid** is what holds where the key is left out.
- **A change** says what \`charter diff\` calls it. A narrowing bites at the next dispatch, also in runs that are open. A
  widening reaches new runs only. Where nobody can tell which of two values allows more, the change counts as widening.
- A key that **nothing enforces yet** is known and never passed over: inside a tool it makes that tool not callable,
  elsewhere no run starts under the page (\`not_enforced\`). \`charter check\` says so.

\`*\` stands for a name that the page chooses: a tool, an argument, or a currency such as \`usd\`. The same table as JSON
Schema, for editors: \`charter schema\`. A page in use: [billing.charter.yaml](../../examples/refunds/billing.charter.yaml).
This page is made from \`src/charter/keys.ts\` by \`scripts/generate-charter-reference.ts\`.
`

export function charterReference(): string {
  const listed = listKeys()
  const isSection = ({ key: { kind } }: ListedKey) => kind.keys !== undefined
  const sections = listed.filter(isSection).filter(({ path: here }) => !here.includes('.'))
  const flat = listed.filter((each) => !isSection(each) && !each.path.includes('.'))
  return [
    opening,
    section('Single keys', '', flat),
    ...sections.map(({ path: name, about }) => section(`\`${name}\``, about, below(listed, name))),
    section('An approval step', stepAbout, keysOf(approvalStep.keys), []),
    section('An escalation rule', ruleAbout, keysOf(escalationRule.keys), []),
  ].join('\n')
}

const stepAbout =
  'What stands in the lists of `approvals` and of `tools.*.approval`. Steps of one group add up, one person counts once, four steps are the most; what a change means is said of the list.'
const ruleAbout = 'What stands in the list of `escalation_rules`. What a change means is said of the list.'

/** What stands below a key; mappings that only hold others are left out, but for those that nothing enforces. */
const below = (listed: readonly ListedKey[], name: string): readonly ListedKey[] =>
  listed.filter(({ path: here }) => here.startsWith(`${name}.`))

function keysOf(keys: Keys | undefined): readonly ListedKey[] {
  return Object.entries(keys ?? {}).map(([name, each]) => listedOf(name, each))
}

const listedOf = (name: string, each: Key<unknown>): ListedKey => ({
  path: name,
  about: each.about,
  says: each.kind.says,
  enforced: each.enforced,
  aliases: each.aliases,
  ...(each.fallsBackTo !== undefined && { fallsBackTo: each.fallsBackTo }),
  key: each,
})

function section(title: string, about: string, keys: readonly ListedKey[], more: readonly Column[] = [change]): string {
  const columns = [...always, ...more]
  const heads = columns.map(({ head }) => head)
  const rows = keys.map((listed) => columns.map(({ cell }) => cell(listed)))
  const table = markdownTable(heads, rows)
  return [`## ${title}`, '', ...(about === '' ? [] : [about, '']), table, ''].join('\n')
}

interface Column {
  readonly head: string
  cell(listed: ListedKey): string
}

const always: readonly Column[] = [
  {
    head: 'key',
    cell: ({ path: name, aliases }) => [`\`${name}\``, ...aliases.map((alias) => `or \`${alias}\``)].join(' '),
  },
  { head: 'what it is', cell: (listed) => [listed.about, ...enforcement(listed)].join(' ') },
  { head: 'value', cell: ({ says }) => says },
  { head: 'unsaid', cell: unsaid },
]
const change: Column = { head: 'a change', cell: (listed) => changeOf(listed.key) }

function enforcement({ enforced }: ListedKey): string[] {
  if (enforced === true) return []
  if (enforced === false) return ['**Nothing enforces it yet.**']
  return [`**Only ${enforced.map((value) => `\`${String(value)}\``).join(', ')} is enforced yet.**`]
}

function unsaid({ fallsBackTo, key: each }: ListedKey): string {
  if (fallsBackTo !== undefined) return `\`${String(fallsBackTo)}\``
  return each.required ? 'it must be there' : '–'
}

if (import.meta.main) writeFileSync(charterReferenceFile, charterReference())
