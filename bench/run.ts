/**
 * `npm run bench -- NAME [--seed N] [options]`: runs `bench/NAME/bench.ts`. The last line of stdout is one JSON object,
 * everything else goes to stderr. Exits 1 when a required zero is not zero or a count is not reached, 3 for bad input.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { isCharterError, nearest } from '../src/errors.ts'
import type { RunBench } from './bench.ts'

const benches = readdirSync(import.meta.dirname).filter((name) => existsSync(benchFile(name)))
const largestSeed = 2 ** 31

interface Wanted {
  readonly name: string
  readonly seed: number
  readonly options: readonly string[]
}

const wanted = readCommandLine(process.argv.slice(2))
if (typeof wanted === 'string') {
  process.stderr.write(`${wanted}\n`)
  process.exitCode = 3
} else {
  await runBench(wanted).catch(giveUp)
}

async function runBench({ name, seed, options }: Wanted): Promise<void> {
  const { run }: { run: RunBench } = await import(benchFile(name))
  const progress = (text: string) => void process.stderr.write(`${text}\n`)
  progress(`${name}, seed ${seed}`)
  const { line, failures } = await run({ seed, options, progress })
  for (const failure of failures) progress(`✖ ${failure}`)
  process.stdout.write(`${JSON.stringify({ bench: name, seed, ...commit(), ...line, failures })}\n`)
  process.exitCode = failures.length > 0 ? 1 : 0
}

function giveUp(error: unknown): void {
  if (!isCharterError(error)) throw error
  process.stderr.write(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`)
  process.exitCode = error.code === 'usage' ? 3 : 1
}

/** What is wanted, or what is wrong with the wish. */
function readCommandLine([name = '', ...rest]: readonly string[]): Wanted | string {
  const usage = `usage: npm run bench -- NAME [--seed N] [options], with one of: ${benches.join(', ')}`
  if (!benches.includes(name)) {
    const meant = nearest(name, benches)
    return meant === undefined ? usage : `no bench is called \`${name}\`, did you mean \`${meant}\`?`
  }
  const place = rest.indexOf('--seed')
  if (place === -1) return { name, seed: randomInt(largestSeed), options: rest }
  const seed = Number(rest[place + 1])
  if (!Number.isSafeInteger(seed) || seed < 0) return `\`--seed\` takes a whole number, not \`${rest[place + 1]}\``
  return { name, seed, options: rest.toSpliced(place, 2) }
}

function benchFile(name: string): string {
  return path.join(import.meta.dirname, name, 'bench.ts')
}

function commit() {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() ?? ''
  return { commit: git('rev-parse', 'HEAD'), uncommitted_changes: git('status', '--porcelain') !== '' }
}
