#!/usr/bin/env node
// Plain enough that an old Node reads it too, and can say what it lacks.
const oldest = 24
const major = Number(process.versions.node.split('.')[0])

if (major < oldest) {
  process.stderr.write(
    `charter needs Node ${oldest} or newer, and this is ${process.version}: see https://nodejs.org\n`,
  )
  process.exitCode = 3
} else {
  // A checkout runs its source, which is never older than what was last built.
  const source = new URL('../src/cli/main.ts', import.meta.url)
  const built = new URL('../dist/cli/main.js', import.meta.url)
  void import('node:fs').then(({ existsSync }) => import((existsSync(source) ? source : built).href))
}
