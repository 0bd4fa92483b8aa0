/** `charter` in a process of its own, as a person would call it in the folder of the project. */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { text } from 'node:stream/consumers'

const program = path.resolve(import.meta.dirname, '../../../bin/charter.js')
const groups = path.resolve(import.meta.dirname, '../charter.groups.yaml')

export type CommandLine = (...words: readonly string[]) => Promise<string>

/** `home` is the folder that holds `.charter`. What it prints comes back; another exit than 0 is an error. */
export function commandLine(home: string, more: Readonly<Record<string, string>> = {}): CommandLine {
  const env = { ...process.env, ...more, CHARTER_GROUPS: groups, CHARTER_ENV: 'dev', NO_COLOR: '1' }
  return async (...words) => {
    const child = spawn(process.execPath, [program, ...words], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject))
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    if (status !== 0) throw new Error(`\`charter ${words.join(' ')}\` ended with ${status}: ${err || out}`)
    return out
  }
}

/** What to type in that folder to call the same program on the same Node. */
export function aliasFor(home: string): string {
  return `alias charter='${path.relative(home, process.execPath)} ${path.relative(home, program)}'`
}
