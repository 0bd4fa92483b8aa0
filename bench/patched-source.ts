/** A copy of the project with one place of its source changed: one protection switched off, or one fault put in. */
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
  const copy = copySource()
  ends.defer(() => copy[Symbol.dispose]())
  const { folder } = copy
  writeFileSync(path.join(folder, patch.file), patchedText(patch))
  return folder
}

export interface SourceCopy extends Disposable {
  readonly folder: string
  /** Changes one place for as long as the work lasts. */
  whilePatched<Answer>(patch: Patch, work: () => Promise<Answer>): Promise<Answer>
}

export function copySource(): SourceCopy {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-patched-'))
  for (const name of copied)
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true, filter: isSource })
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  return {
    folder,
    async whilePatched(patch, work) {
      writeFileSync(path.join(folder, patch.file), patchedText(patch))
      try {
        return await work()
      } finally {
        writeFileSync(path.join(folder, patch.file), readFileSync(path.join(root, patch.file)))
      }
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
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
