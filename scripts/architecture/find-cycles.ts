/** Rings of files that load each other. Imports of types are gone at run time, so they make none. */
import path from 'node:path'
import { readImports } from './read-imports.ts'
import type { SourceFiles } from './source-files.ts'

/** Each ring once, as `a.ts → b.ts → a.ts`. */
export function findCycles(files: SourceFiles): readonly string[] {
  const rings = new Set<string>()
  const finished = new Set<string>()
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start !== -1) rings.add(fromLeast(trail.slice(start)))
    if (start !== -1 || finished.has(file)) return
    for (const next of loadedBy(file, files)) visit(next, [...trail, file])
    finished.add(file)
  }
  for (const file of files.keys()) visit(file, [])
  return [...rings]
}

function loadedBy(file: string, files: SourceFiles): readonly string[] {
  const values = readImports(files.get(file) ?? '').filter(({ typesOnly }) => !typesOnly)
  const relative = values.flatMap(({ target }) => (target?.startsWith('.') ? [target] : []))
  return relative.map((target) => path.posix.join(path.posix.dirname(file), target)).filter((to) => files.has(to))
}

/** The same ring reads the same wherever it was entered. */
function fromLeast(ring: readonly string[]): string {
  const least = ring.indexOf([...ring].sort()[0] ?? '')
  const turned = [...ring.slice(least), ...ring.slice(0, least)]
  return [...turned, turned[0]].join(' → ')
}
