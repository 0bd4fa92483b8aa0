/** A lane of the bench: a process that plays seeds, of this project or of a copy of it with a fault planted. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import type { LaneWork, Sum } from './sum.ts'

const run = promisify(execFile)

/** Of a process that has gone round in circles; a world's own steps are bounded. */
const graceMs = 60_000

/** Throws when the process came to nothing: its harness broke, and no invariant spoke. */
export async function playLane(root: string, work: LaneWork, env: NodeJS.ProcessEnv = {}): Promise<Sum> {
  const program = path.join(root, 'bench/simulate/lane-process.ts')
  const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 28, timeout: work.forMs + graceMs }
  // An abort is an error, and worlds abort much: what the stack was costs more than the rest of it.
  const args = ['--stack-trace-limit=0', program, JSON.stringify(work)]
  const { stdout } = await run(process.execPath, args, options)
  return JSON.parse(stdout)
}
