/** A project as `charter init` writes it, in a folder of its own, with what `npm install` would bring. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Said, say } from './terminal-for-tests.ts'

export interface Project {
  readonly folder: string
  charter(...argv: string[]): Promise<Said>
  /** The document that a command answers with. */
  json<Document = never>(...argv: string[]): Promise<Document>
  write(name: string, text: string): void
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Removed with the process, because tests of one file may share it, and commands of the last one may still be closing. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-cli-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export async function newProject(): Promise<Project> {
  const folder = emptyFolder()
  const project = projectIn(folder)
  const { exit, err } = await project.charter('init')
  if (exit !== 0) throw new Error(err)
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(path.join(root, 'node_modules', 'zod'), path.join(folder, 'node_modules', 'zod'))
  return project
}

export function projectIn(folder: string): Project {
  const charter = (...argv: string[]) => say({ cwd: folder }, ...argv)
  return {
    folder,
    charter,
    json: async (...argv) => {
      const { out, err } = await charter(...argv, '--json')
      if (out === '') throw new Error(err)
      return JSON.parse(out)
    },
    write: (name, text) => writeFileSync(path.join(folder, name), text),
  }
}

/** What the runs of these tests are about. */
export interface RunDocument {
  readonly run: string
  readonly status: string
  readonly approvals: readonly { readonly id: string }[]
}
