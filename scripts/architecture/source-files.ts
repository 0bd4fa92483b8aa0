/** The project's TypeScript as a map from path (relative to the folder, with `/`) to text. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export type SourceFiles = ReadonlyMap<string, string>

export function sourceFiles(folder: string): SourceFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.ts') && !name.includes('node_modules')).sort()
  return new Map(files.map((file) => [slashed(file), readFileSync(path.join(folder, file), 'utf8')]))
}

/** What a user of the product may load: everything but tests and what serves them. A contract suite is shipped. */
export const productFiles = (files: SourceFiles): SourceFiles =>
  new Map([...files].filter(([file]) => !/(?:\.test|\.test-d|-for-tests)\.ts$/.test(file)))

const slashed = (file: string) => file.split(path.sep).join('/')
