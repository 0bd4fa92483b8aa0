/** A page from its file, with the files that it names. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { loadCharter } from '../charter/load.ts'
import type { Page } from '../charter/page.ts'
import type { Problem } from '../charter/problem.ts'
import { CharterError } from '../errors.ts'

export interface ReadPage {
  /** As it is shown: relative to where the command was called, where that is shorter. */
  readonly file: string
  readonly text: string
  readonly page: Page
  readonly problems: readonly Problem[]
}

/** Throws `charter_not_found` or `charter_invalid`. */
export function readPage(cwd: string, file: string): ReadPage {
  const { shown, full } = namesOf(cwd, file)
  const text = readPageText(full, shown)
  return { file: shown, text, ...loadCharter({ file: shown, text, readFile: (name) => readBeside(full, name) }) }
}

export function namesOf(cwd: string, file: string): { shown: string; full: string } {
  const full = path.resolve(cwd, file)
  const relative = path.relative(cwd, full)
  return { full, shown: relative.startsWith('..') ? full : relative }
}

export function readPageText(full: string, shown: string): string {
  try {
    return readFileSync(full, 'utf8')
  } catch (cause) {
    throw new CharterError('charter_not_found', `no page can be read at \`${shown}\``, { param: shown, cause })
  }
}

function readBeside(page: string, name: string): string | undefined {
  try {
    return readFileSync(path.resolve(path.dirname(page), name), 'utf8')
  } catch {
    return undefined
  }
}
