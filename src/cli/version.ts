import { readFileSync } from 'node:fs'

/** Two folders up, both in `src/cli` and in `dist/cli`. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return version
}
