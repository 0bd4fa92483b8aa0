/** A copy of the project with one place of its source changed: one protection switched off, for the control of a bench. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Patch {
  /** From the root of the project. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly replace: string
}

const root = path.resolve(import.meta.dirname, '..')
const copied = ['package.json', 'src', 'test', 'examples', 'bench']

/** The folder of the copy, which is removed with `ends`. */
export function patchedSource(ends: DisposableStack | AsyncDisposableStack, patch: Patch): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-patched-'))
  ends.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  for (const name of copied)
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true, filter: isSource })
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  writeFileSync(path.join(folder, patch.file), patchedText(patch))
  return folder
}

/** Throws where the source has become another, so that no control runs without its patch. */
export function patchedText({ file, find, replace }: Patch): string {
  const text = readFileSync(path.join(root, file), 'utf8')
  const parts = text.split(find)
  if (parts.length !== 2) throw new Error(`\`${find}\` stands ${parts.length - 1} times in ${file}, and not once`)
  return parts.join(replace)
}

/** Benches may have packages of their own. */
const isSource = (file: string): boolean => path.basename(file) !== 'node_modules'
