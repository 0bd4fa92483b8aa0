/** The package as a user gets it: packed, installed into an empty project, and run there. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { readmeProgram } from './readme-program.ts'

const root = path.resolve(import.meta.dirname, '..')
const manifest: Manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const program = readmeProgram(path.join(root, 'README.md'))
const noProgram = existsSync(path.join(root, 'README.md')) ? false : 'there is no README yet'
const specifiers = Object.keys(manifest.exports)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => path.posix.join('charter', name))
const oldNode = findOldNode()

interface Manifest {
  readonly version: string
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

let folder: string
let project: string
let packed: readonly string[]

before(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'charter-package-'))
  project = path.join(folder, 'empty-project')
  mkdirSync(project)
  npm(root, 'pack', '--pack-destination', folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? assert.fail('nothing was packed')
  const listed = execFileSync('tar', ['-tzf', path.join(folder, tarball)], { encoding: 'utf8' })
  packed = listed
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''))
  writeFileSync(path.join(project, 'package.json'), '{ "name": "empty-project", "private": true, "type": "module" }')
  npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', path.join(folder, tarball))
})

after(() => rmSync(folder, { recursive: true, force: true }))

test('the tarball holds everything that package.json points at', () => {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  )
  const named = [...targets, ...Object.values(manifest.bin)].map((file) => path.posix.normalize(file))
  assert.deepEqual(
    named.filter((file) => !packed.includes(file)),
    [],
  )
})

test('the tarball holds no test, no source and nothing of the project around it', () => {
  const known = /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|(?:dist|bin|schema)\/[\w./-]+)$/
  assert.deepEqual(
    packed.filter((file) => !known.test(file)),
    [],
  )
  assert.deepEqual(
    packed.filter((file) => /\.test\b|\.test-d\b|-for-tests\b|(?<!\.d)\.ts$/.test(file)),
    [],
  )
})

test('every name that the package exports can be imported', () => {
  const imports = specifiers.map((specifier) => `await import('${specifier}')`)
  const ran = run(process.execPath, '--input-type=module', '--eval', imports.join('\n'))
  assert.deepEqual([ran.status, ran.stderr], [0, ''])
})

test('the program of the README runs in an empty project', { skip: noProgram }, () => {
  assert.ok(program, 'README.md shows no program between `<!-- program -->` markers')
  for (const [name, text] of Object.entries(program.files)) writeFileSync(path.join(project, name), text)
  const ran = run(process.execPath, program.main)
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`)
  assert.notEqual(ran.stdout, '')
})

test('the program of the README compiles in a strict project', { skip: noProgram }, () => {
  assert.deepEqual(compile(program?.main ?? ''), [])
})

test('the types of the package hold, whichever of its names is imported', () => {
  const imports = specifiers.map(
    (specifier, index) => `import * as name${index} from '${specifier}'\nvoid name${index}`,
  )
  writeFileSync(path.join(project, 'every-name.ts'), `${imports.join('\n')}\n`)
  assert.deepEqual(compile('every-name.ts'), [])
})

test('`npx charter --version` says the version', () => {
  const ran = run('npx', '--no-install', 'charter', '--version')
  assert.deepEqual([ran.status, ran.stdout.trim()], [0, manifest.version])
})

test('an older Node is told so in one line', {
  skip: oldNode ? false : 'this machine has no Node older than 24',
}, () => {
  const ran = run(oldNode ?? '', path.join('node_modules', 'charter', 'bin', 'charter.js'), '--version')
  assert.equal(ran.status, 3)
  assert.equal(ran.stdout, '')
  assert.match(ran.stderr, /^charter needs Node 24 or newer, and this is v\d+\.\d+\.\d+[^\n]*\n$/)
})

function npm(cwd: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8' })
  assert.equal(status, 0, `npm ${args[0]} failed:\n${stdout}${stderr}`)
}

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: project, encoding: 'utf8', timeout: 60_000 })
}

/** What a strict compiler says of the file and of our own declarations; those of other packages are theirs to mend. */
function compile(file: string): readonly string[] {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules', '@types')],
  }
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const { stdout } = run(path.join(root, 'node_modules', '.bin', 'tsc'), '-p', 'tsconfig.json')
  const said = stdout.split('\n').filter((line) => line.includes('error TS'))
  return said.filter((line) => !line.startsWith('node_modules/') || line.startsWith('node_modules/charter/'))
}

/** `CHARTER_OLD_NODE`, or whatever older Node stands on the path behind the one that runs the tests. */
function findOldNode(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((place) => path.join(place, 'node'))
  const found = [process.env.CHARTER_OLD_NODE ?? '', '/usr/bin/node', ...onPath].filter((file) => existsSync(file))
  return found.find(
    (file) => Number(/^v(\d+)/.exec(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 24,
  )
}
