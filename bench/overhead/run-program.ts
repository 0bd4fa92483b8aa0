/** Starts a measured program under this very Node and reads the line that it prints. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Measured } from '../peers/measure.ts'

export interface Printed<One extends Measured = Measured> {
  readonly measured: readonly One[]
}

/** `before` is put before the command: a tracer. Throws with what the program said where it failed. */
export async function runProgram<Line>(file: string, orders: object, before: readonly string[] = []): Promise<Line> {
  const [command = process.execPath, ...args] = [...before, process.execPath, file, JSON.stringify(orders)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const out = collect(child.stdout)
  const complaints = collect(child.stderr)
  const [code, signal] = await once(child, 'close')
  const line = out().trim().split('\n').at(-1) ?? ''
  if (code === 0 && line.startsWith('{')) return JSON.parse(line)
  throw new Error(`\`${file}\` ended with ${code ?? signal}: ${complaints().slice(-2_000)}`)
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const parts: string[] = []
  stream.setEncoding('utf8').on('data', (part: string) => parts.push(part))
  return () => parts.join('')
}
