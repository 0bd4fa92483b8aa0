/** The command line as people use it: a process of its own, in the folder of the project. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import type { JsonObject } from '../../src/json.ts'
import { childEnvironment } from './child-environment.ts'
import type { PlaceNames } from './place.ts'

const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

export interface Said {
  readonly exit: number
  /** Of the error that it ended in. */
  readonly code: string | undefined
  readonly document: JsonObject
}

export async function charter({ folder, ledger }: PlaceNames, ...args: readonly string[]): Promise<Said> {
  const child = spawn(process.execPath, [main, ...args, '--json'], {
    cwd: folder,
    env: { ...childEnvironment, CHARTER_DATABASE_URL: ledger },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const document: JsonObject = JSON.parse(exit === 0 ? out : err)
  return { exit, code: exit === 0 ? undefined : String(document.code), document }
}
