/**
 * `npm test`: every `*.test.ts` of the project, two files at a time, over one PostgreSQL server that is started here.
 *
 *   npm test                     everything
 *   npm test -- ledger cli       files whose path holds one of the words
 *   npm test -- --name='^D2 '    tests whose name matches; may be given with words, and more than once
 *
 * The last line is `N passed, N failed`; what was skipped is named above it. Exit 1 when a test failed or none ran.
 */
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { startPostgresServer } from '../test/postgres-server.ts'

const root = path.resolve(import.meta.dirname, '..')
const folders = ['src', 'test', 'examples', 'bench', 'scripts']
const filesAtOnce = 2

function testFiles(words: readonly string[]): string[] {
  const patterns = folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .map((folder) => `${folder}/**/*.test.ts`)
  return globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' })
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => path.join(root, file))
}

interface Result {
  passed: number
  failed: number
  readonly skipped: string[]
}

function runFiles(files: string[], names: readonly string[]): Promise<Result> {
  const result: Result = { passed: 0, failed: 0, skipped: [] }
  const patterns = names.length > 0 ? { testNamePatterns: names.map((name) => new RegExp(name)) } : {}
  const tests = run({ files, concurrency: filesAtOnce, ...patterns })
  return new Promise((resolve, reject) => {
    tests.on('test:pass', ({ name, skip }) => {
      if (skip !== undefined && skip !== false)
        result.skipped.push(typeof skip === 'string' ? `${name}: ${skip}` : name)
    })
    tests.on('test:summary', ({ file, counts }) => {
      if (file !== undefined) return
      result.passed = counts.passed
      result.failed = counts.tests - counts.passed - counts.skipped - counts.todo
    })
    tests
      .compose(new spec())
      .on('end', () => resolve(result))
      .on('error', reject)
      .pipe(process.stdout, { end: false })
  })
}

async function withPostgres<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (process.env.CHARTER_TEST_POSTGRES_URL) return work()
  const server = await startPostgresServer()
  process.once('exit', () => server.remove())
  process.env.CHARTER_TEST_POSTGRES_URL = server.url
  return work()
}

const args = process.argv.slice(2)
const names = args.flatMap((arg) => (arg.startsWith('--name=') ? [arg.slice('--name='.length)] : []))
const unknown = args.filter((arg) => arg.startsWith('-') && !arg.startsWith('--name='))
const files = testFiles(args.filter((arg) => !arg.startsWith('-')))
if (unknown.length > 0 || files.length === 0) {
  process.stderr.write(unknown.length > 0 ? `unknown option: ${unknown.join(' ')}\n` : 'no test file matches\n')
  process.exit(3)
}

const { passed, failed, skipped } = await withPostgres(() => runFiles(files, names))
for (const line of skipped) process.stdout.write(`skipped: ${line}\n`)
if (skipped.length > 0) process.stdout.write(`${skipped.length} skipped\n`)
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
