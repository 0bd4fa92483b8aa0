/**
 * Writes `docs/reference/cli.md` from the verbs and the program that is made of them: of each verb what `--help` says,
 * and with which statuses it may end.
 *
 *   node scripts/generate-cli-reference.ts
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { placeOptions } from '../src/cli/place.ts'
import type { Verb } from '../src/cli/verb.ts'
import { nouns, verbs } from '../src/cli/verbs.ts'
import { charterProgram, commandOf } from './docs/charter-program.ts'
import { endingsOf } from './docs/exit-statuses.ts'
import { markdownTable } from './docs/markdown-table.ts'

export const cliReferenceFile = path.resolve(import.meta.dirname, '../docs/reference/cli.md')

const opening = `# The command line

\`charter\` is said as noun and verb: \`charter approval list\`. What was asked for is on stdout, everything else on stderr.
In a project it is \`npx charter\`, in a checkout of Charter \`node bin/charter.js\` with Node 24.

- \`--json\` prints one JSON document on stdout, and errors as JSON on stderr. \`--no-color\` (or \`NO_COLOR\`) leaves colours out.
- What is needed and missing is asked for on a terminal. Elsewhere the command ends with 3 and prints the call that would do.
- What cannot be taken back wants \`--yes\` where nobody can be asked.
- Whoever says it is named by \`--as\` or \`CHARTER_AS\`, as the group file has the name. The group file is trusted: whoever
  may write it, or may call the command with it, can sign as anybody in it.
- Verbs of approvals, handoffs, stops, grants, effects and the ledger load no configuration: a project that does not load
  can still be stopped.

Every verb may end with 1 (unexpected), 2 (cancelled), 3 (bad input) and, where it opens the ledger, 5 (unreachable); what
else it ends with is said below. All of them: [exit statuses](errors.md#exit-statuses). This page is made from \`src/cli\` by
\`scripts/generate-cli-reference.ts\`.

## Where things are

The project is the nearest folder upwards with a \`charter.config.ts\`, a \`charter.groups.yaml\` or a \`.charter\`. The ledger is
\`.charter/ledger.db\` in it unless another is named; the keyring is \`keyring.db\` beside the ledger's file, with PostgreSQL in
\`.charter\`. The group file is \`charter.groups.yaml\`, or \`.charter/groups.yaml\`. Verbs that look for them take these options:

${optionTable(Object.values(placeOptions))}
`

export function cliReference(): string {
  const program = charterProgram()
  const single = verbs.filter(({ name }) => !name.includes(' '))
  const groups = Object.entries(nouns).map(([noun, about]) => {
    const own = verbs.filter(({ name }) => name.startsWith(`${noun} `))
    return [`## ${noun}\n\n${about}\n`, ...own.map((verb) => entryOf(program, verb))]
  })
  return [opening, '## The project\n', ...single.map((verb) => entryOf(program, verb)), ...groups.flat()].join('\n')
}

function entryOf(program: Command, verb: Verb): string {
  const command = commandOf(program, verb.name)
  const parts = [
    `### charter ${verb.name}`,
    verb.about,
    ...(verb.help === undefined ? [] : [verb.help]),
    code('text', [`charter ${verb.name} ${command.usage()}`]),
    ...argumentsOf(command),
    ...optionsOf(command),
    code(
      'sh',
      verb.examples.map((example) => `charter ${example}`),
    ),
    `Ends with ${endings(verb)}.`,
  ]
  return `${parts.join('\n\n')}\n`
}

function endings({ name }: Verb): string {
  const link = (code: string) => `[${code}](errors.md#${code})`
  return ['0', ...endingsOf(name).map(({ status, codes }) => `${status}: ${codes.map(link).join(', ')}`)].join('; ')
}

const code = (language: string, lines: readonly string[]) => `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``

function argumentsOf({ registeredArguments }: Command): string[] {
  const rows = registeredArguments.map((each) => [`\`${each.name()}\``, each.description])
  return rows.length === 0 ? [] : [markdownTable(['argument', ''], rows)]
}

function optionsOf({ options }: Command): string[] {
  const places = Object.values(placeOptions).map(({ flags }) => flags)
  const own = options
    .filter(({ flags }) => !places.includes(flags))
    .map(({ flags, description: about }) => ({ flags, about }))
  const looks = options.some(({ flags }) => places.includes(flags))
  return [
    ...(own.length === 0 ? [] : [optionTable(own)]),
    ...(looks ? ['Also `--ledger`, `--groups` and `--env`: [where things are](#where-things-are).'] : []),
  ]
}

function optionTable(options: readonly { readonly flags: string; readonly about: string }[]): string {
  return markdownTable(
    ['option', ''],
    options.map(({ flags, about }) => [`\`${flags}\``, about]),
  )
}

if (import.meta.main) writeFileSync(cliReferenceFile, cliReference())
