/** The command line as its users have it: a process of its own for each call, and what it says kept in a log. */
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { childEnvironment } from '../../test/approvals/child-environment.ts'

const program = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

export interface Place {
  readonly folder: string
  readonly ledger: string
}

/** What it wrote to stdout. Throws where it ends otherwise than it should. */
export function charter(
  { folder, ledger }: Place,
  args: readonly string[],
  { log, exits = [0] }: { log?: string; exits?: readonly number[] } = {},
): string {
  const ran = spawnSync(process.execPath, [program, ...args, '--ledger', ledger], {
    cwd: folder,
    env: { ...childEnvironment, NO_COLOR: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (log !== undefined) appendFileSync(log, `$ charter ${args.join(' ')}\n${ran.stdout}${ran.stderr}`)
  if (exits.includes(Number(ran.status))) return ran.stdout
  throw new Error(`\`charter ${args.join(' ')}\` ended with ${ran.status}: ${ran.stderr}`)
}
