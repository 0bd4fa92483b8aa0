/** The command line as its users have it: a process of its own for each call. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { childEnvironment } from '../../test/approvals/child-environment.ts'
import type { Verdict } from './verdict.ts'

const program = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

export interface Ledger {
  /** Where its owner works. */
  readonly folder: string
  readonly ledger: string
}

/** The export's file. */
export async function exportLedger({ folder, ledger }: Ledger, out: string, ...args: readonly string[]): Promise<void> {
  await succeed(folder, 'ledger', 'export', '--ledger', ledger, '--out', out, ...args)
}

/** The public key that its exports are signed with, as the file that `--key` wants. */
export async function writeKey({ folder, ledger }: Ledger, file: string): Promise<void> {
  writeFileSync(file, await succeed(folder, 'ledger', 'key', '--ledger', ledger))
}

/** In a folder that holds no ledger and no keyring: the file and the key are all there is. */
export async function verifyFile(folder: string, file: string, key: string): Promise<Verdict> {
  const { exit, out, err } = await charter(folder, 'ledger', 'verify', file, '--key', key, '--json')
  if (exit !== 0 && exit !== 6) throw new Error(`\`charter ledger verify\` ended with ${exit}: ${err}`)
  const verdict: Verdict = JSON.parse(out)
  if (verdict.ok !== (exit === 0)) throw new Error(`\`charter ledger verify\` ended with ${exit} and said ${out}`)
  return verdict
}

async function succeed(folder: string, ...args: readonly string[]): Promise<string> {
  const { exit, out, err } = await charter(folder, ...args)
  if (exit !== 0) throw new Error(`\`charter ${args.join(' ')}\` ended with ${exit}: ${err}`)
  return out
}

async function charter(folder: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...childEnvironment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { exit: Number(exit), out, err }
}
