/** `charter run what-if` over every recorded run, in a process of its own, as a user calls it. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { WhatIf } from '../../src/replays/what-if/what-if.ts'
import type { Recorded } from './record-runs.ts'

const program = path.resolve(import.meta.dirname, '../../src/cli/main.ts')
const config = path.join(import.meta.dirname, 'charter.config.ts')
const run = promisify(execFile)

export async function suppose(folder: string, { ledger, deskUrl }: Recorded, page: string): Promise<readonly WhatIf[]> {
  const args = [program, 'run', 'what-if', '--all', '--charter', page, '--config', config, '--ledger', ledger, '--json']
  const env = { ...process.env, DESK_URL: deskUrl }
  const { stdout } = await run(process.execPath, args, { cwd: folder, env, maxBuffer: 1 << 28 })
  return JSON.parse(stdout)
}
