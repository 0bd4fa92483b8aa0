/** Tells of saved code and pages of a project, once for a burst of them: editors write a file in several steps. */
import { type FSWatcher, readdirSync, watch } from 'node:fs'
import path from 'node:path'

const settledMs = 150
const watched = /\.(ts|mts|js|mjs|ya?ml|md|cedar)$/
const leftOut = (name: string): boolean => name.startsWith('.') || name === 'node_modules' || name === 'dist'

/** `folders` with all below them; where nobody writes code is left out, or a large project would need thousands of watchers. */
export function watchProject(folders: readonly string[], saved: (file: string) => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  const note = (folder: string, name: string | null) => {
    if (name === null || !watched.test(name)) return
    clearTimeout(timer)
    timer = setTimeout(() => saved(path.join(folder, name)), settledMs)
  }
  for (const folder of new Set(folders.flatMap(withFoldersBelow))) {
    watchers.set(
      folder,
      watch(folder, (_event, name) => note(folder, name)).on('error', () => {}),
    )
  }
  return {
    close: () => {
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}

function withFoldersBelow(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !leftOut(entry.name),
  )
  return [folder, ...below.flatMap(({ name }) => withFoldersBelow(path.join(folder, name)))]
}
