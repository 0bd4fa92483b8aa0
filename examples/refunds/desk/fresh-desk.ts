/** For tests: a desk in a temporary folder, gone with its file when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { connectDesk } from './client.ts'
import { type DeskOptions, startDesk } from './start-desk.ts'

export async function freshDesk(test: TestContext, options: Omit<DeskOptions, 'file'> = {}) {
  const desk = await startDesk({ ...options, file: freshFile(test) })
  test.after(desk.close)
  return { desk, client: connectDesk(desk.url) }
}

export function freshFile(test: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'desk-'))
  // A process that was told to die may still be closing its file.
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return path.join(folder, 'desk.sqlite')
}

/** Waits until it is so; half a minute at most. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`it never came true: ${isSo}`)
    await pause(2)
  }
}
