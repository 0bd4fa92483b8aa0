/** JSON as it is given on a command line: as it stands, from a file with `@`, or piped in with `-`. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { CharterError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Terminal } from './terminal.ts'

export async function readJson(terminal: Terminal, given: string, param: string): Promise<Json> {
  const text = await textOf(terminal, given, param)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new CharterError('usage', `\`${param}\` is no JSON: ${said}`, {
      param,
      hint: `quote it for the shell: ${param} '{"amount": "25.00"}', or name a file with ${param} @arguments.json`,
      cause,
    })
  }
}

async function textOf(terminal: Terminal, given: string, param: string): Promise<string> {
  if (given === '-') return terminal.input.readAll()
  if (!given.startsWith('@')) return given
  try {
    return readFileSync(path.resolve(terminal.cwd, given.slice(1)), 'utf8')
  } catch (cause) {
    throw new CharterError('usage', `\`${given.slice(1)}\` cannot be read`, { param, cause })
  }
}

/** `kind=id` given any number of times: kind to ids. */
export function readPairs(given: readonly string[], param: string): Record<string, string[]> {
  const pairs: Record<string, string[]> = {}
  for (const pair of given) {
    const at = pair.indexOf('=')
    if (at < 1 || at === pair.length - 1) {
      throw new CharterError('usage', `\`${pair}\` is not NAME=VALUE`, { param, hint: `${param} invoice=in_93K2` })
    }
    const name = pair.slice(0, at)
    pairs[name] = [...(pairs[name] ?? []), pair.slice(at + 1)]
  }
  return pairs
}
