/**
 * Writes `docs/reference/errors.md` from the registry in `src/errors.ts`. Its headings are what `doc_url` points at.
 *
 *   node scripts/generate-error-reference.ts
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { errorCodes } from '../src/errors.ts'

export const errorReferenceFile = path.resolve(import.meta.dirname, '../docs/reference/errors.md')

const exits: Readonly<Record<number, string>> = {
  1: 'unexpected',
  2: 'cancelled',
  3: 'bad input',
  4: 'not allowed to you',
  5: 'unreachable',
  6: 'ran but not verified',
  7: 'gate failed',
  8: 'denied by policy or stop',
  9: 'waiting for approval',
  10: 'not found or conflict',
}

const opening = `# Errors

Every failure that a caller may branch on has a code, and a code never changes its meaning. The same codes stand in the
ledger and in what a model is told: a denial, an expired approval or a budget that is used up is an outcome with
reasons there, and nothing is thrown.

In a program, catch \`CharterError\` and look at \`code\`. On the command line, \`--json\` prints the code, and the exit
status says which kind of trouble it is. This page is made from \`src/errors.ts\` by \`scripts/generate-error-reference.ts\`.
`

export function errorReference(): string {
  const codes = Object.entries(errorCodes)
  const rows = Object.entries(exits).map(([exit, about]) => `| ${exit} | ${about} |`)
  const entries = codes.map(([code, { type, exit, about }]) => {
    return `### ${code}\n\n${about}\n\nType \`${type}\`, exit status ${exit} (${exits[exit]}).\n`
  })
  const statuses = ['## Exit statuses', '', '| status | meaning |', '|---|---|', '| 0 | ok |', ...rows, ''].join('\n')
  return [opening, statuses, '## Codes\n', ...entries].join('\n')
}

if (import.meta.main) writeFileSync(errorReferenceFile, errorReference())
