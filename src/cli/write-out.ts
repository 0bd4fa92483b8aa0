import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { CharterError } from '../errors.ts'
import type { Call } from './call.ts'

/** Where `--out` leads, and written. Throws `usage` where that cannot be. */
export function writeOut(call: Call, out: string, content: string): string {
  const file = path.resolve(call.terminal.cwd, out)
  try {
    writeFileSync(file, content)
  } catch (cause) {
    throw cannotWrite(out, cause)
  }
  return file
}

export const cannotWrite = (out: string, cause: unknown): CharterError =>
  new CharterError('usage', `\`${out}\` cannot be written: ${reasonOf(cause)}`, {
    param: '--out',
    hint: 'name a file in a folder that is there and that you may write to',
    cause,
  })

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return reasons[code] ?? (code || String(cause))
}
