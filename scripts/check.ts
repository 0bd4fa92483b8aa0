/**
 * `npm run check`: what can be said of the project without running it, each step by itself and named as a sentence.
 * Ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name)
const tests = (...files: string[]) => [process.execPath, '--test', '--test-reporter=dot', ...files]

const steps: Readonly<Record<string, readonly string[]>> = {
  'The types hold': [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'],
  'The code is formatted and lint finds nothing': [
    bin('biome'),
    'check',
    '--error-on-warnings',
    '--max-diagnostics=50',
  ],
  'No file, export or dependency is unused': [bin('knip'), '--no-progress', '--treat-config-hints-as-errors'],
  'The import map holds, and every rule has its test': tests('src/architecture.test.ts', 'src/rules.test.ts'),
  'Generated pages and schemas are in sync with their source': tests(
    'scripts/generate-charter-reference.test.ts',
    'scripts/generate-cli-reference.test.ts',
    'scripts/generate-error-reference.test.ts',
    'scripts/generate-event-reference.test.ts',
    'scripts/cut-snippets.test.ts',
    'scripts/docs/commands.test.ts',
    'scripts/docs/glossary.test.ts',
    'scripts/docs/links.test.ts',
    'scripts/docs/tool-reference.test.ts',
    'src/charter/json-schema.test.ts',
  ),
}

let failed = 0
for (const [name, [program = '', ...args]] of Object.entries(steps)) {
  const began = performance.now()
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  process.stdout.write(`${status === 0 ? '✔' : '✖'} ${name} (${seconds} s)\n`)
  if (status === 0) continue
  failed++
  process.stdout.write(`${stdout}${stderr}\n`)
}

process.stdout.write(`${Object.keys(steps).length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
