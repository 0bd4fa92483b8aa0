/**
 * Runs one of the project's programs on the Node that package.json pins, after a clean install where
 * `node_modules` is missing or older than the lockfile. Plain Node built-ins, so that it starts on Node 20.
 *
 *   node scripts/with-setup.js PROGRAM.ts [arguments]      without a program it sets up and ends
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const installed = path.join(root, 'node_modules', '.package-lock.json')
const lockfile = path.join(root, 'package-lock.json')
const node = path.join(root, 'node_modules', 'node', 'bin', 'node')

const isFresh =
  existsSync(installed) && existsSync(node) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs - 1000
if (!isFresh) {
  process.stderr.write('setting up: npm ci (once)\n')
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (install.status !== 0) process.exit(install.status ?? 1)
}

const [program, ...args] = process.argv.slice(2)
if (program === undefined) process.exit(0)
const run = spawnSync(node, [path.join(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` },
})
process.exit(run.status ?? (run.signal ? 130 : 1))
