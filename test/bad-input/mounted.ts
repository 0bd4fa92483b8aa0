/** Real disks for tests: a small one that can be filled, and one that cannot be written. Both need root, as mounting does. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'

export const needsRoot = process.getuid?.() === 0 ? false : 'mounting a disk needs root'

export interface SmallDisk {
  readonly folder: string
  /** Not one byte more fits on it. */
  fill(): void
  free(): void
}

export function smallDisk(t: TestContext, megabytes: number): SmallDisk {
  const folder = mkdtempSync(path.join(tmpdir(), 'charter-disk-'))
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  t.after(() => {
    run('umount', '--lazy', folder)
    rmSync(folder, { recursive: true })
  })
  const ballast = path.join(folder, 'ballast')
  return { folder, fill: () => fillWith(ballast), free: () => unlinkSync(ballast) }
}

function fillWith(file: string): void {
  const to = openSync(file, 'a')
  try {
    for (;;) writeSync(to, new Uint8Array(4096))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(to)
  }
}

/** From now on, and until what it gives back is called, nothing in the folder can be written, not even by root. */
export function makeReadOnly(folder: string): () => void {
  run('mount', '--bind', folder, folder)
  run('mount', '-o', 'remount,bind,ro', folder)
  return () => void spawnSync('umount', ['--lazy', folder])
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr || error?.message}`)
}
