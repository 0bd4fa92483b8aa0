/**
 * Holds the import map of ARCHITECTURE.md. A folder may import itself, the root files, and what stands in its row;
 * a judgement may not reach the outside world at all. To change the architecture, change this table.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { findCycles } from '../scripts/architecture/find-cycles.ts'
import { importTable, importViolations, type Purity, type Row } from '../scripts/architecture/import-map.ts'
import { withoutComments } from '../scripts/architecture/read-imports.ts'
import { productFiles, sourceFiles } from '../scripts/architecture/source-files.ts'

const ledgerTypes = {
  of: ['ledger/event.ts', 'ledger/projection.ts'],
  into: /-(?:events|projection)\.ts$/,
  said: "the ledger's types in `*-events.ts` and `*-projection.ts`",
}
const keyringTypes = { of: ['ledger/event.ts'], into: /./, said: 'types of ledger/event.ts' }

const importMap: readonly Row[] = [
  {
    folders: ['errors.ts', 'clock.ts', 'ids.ts', 'json.ts', 'canonical-json.ts', 'duration.ts'],
    kind: 'root',
    imports: [],
  },
  {
    folders: ['approvals', 'budgets', 'handoffs', 'identity', 'outcomes', 'reviews', 'stops', 'tools', 'workflows'],
    kind: 'judgement',
    imports: [],
    types: ledgerTypes,
  },
  {
    folders: ['redaction'],
    kind: 'judgement',
    imports: ['tools'],
  },
  {
    folders: ['policy'],
    kind: 'judgement',
    imports: ['identity', 'tools', 'budgets', 'approvals'],
    types: ledgerTypes,
  },
  { folders: ['charter'], kind: 'judgement', imports: ['tools', 'policy'], types: ledgerTypes },
  { folders: ['ledger', 'models', 'knowledge'], kind: 'port', imports: [] },
  { folders: ['keyring'], kind: 'port', imports: ['ledger/checkpoint.ts'], types: keyringTypes },
  { folders: ['commands'], kind: 'command', imports: ['judgement', 'ledger', 'keyring'] },
  { folders: ['retention'], kind: 'command', imports: ['commands', 'judgement', 'ledger', 'keyring'] },
  { folders: ['runs'], kind: 'engine', imports: ['judgement', 'port'] },
  {
    folders: ['traces', 'replays', 'capsules', 'telemetry', 'measures', 'evals', 'releases', 'drills'],
    kind: 'learning',
    imports: ['runs', 'judgement', 'port', 'learning', 'retention/deletion-of.ts'],
  },
  {
    folders: ['incidents'],
    kind: 'learning',
    imports: ['commands', 'runs', 'judgement', 'port', 'learning'],
  },
  { folders: ['define-agent.ts'], kind: 'entry', imports: ['charter', 'tools'] },
  { folders: ['run-handle.ts'], kind: 'entry', imports: ['runs', 'ledger', 'keyring'] },
  { folders: ['define-config.ts'], kind: 'entry', imports: ['define-agent.ts', 'models', 'measures', 'redaction'] },
  { folders: ['create-runtime.ts'], kind: 'entry', imports: ['anything', 'entry'] },
  { folders: ['index.ts', 'testing.ts'], kind: 'public', imports: ['anything', 'entry'] },
  { folders: ['cli', 'http', 'mcp'], kind: 'door', imports: ['anything', 'entry'] },
]

const purity: Purity = {
  builtins: { 'node:crypto': ['createHash', 'createHmac', 'hash'], 'node:util': ['isDeepStrictEqual'] },
  packages: new Set(['@cedar-policy/cedar-wasm/nodejs', 'yaml', 'zod']),
  forbidden:
    /\b(?:Date\.now|new Date\(\)|performance\.|Math\.random|process\.[a-z]|globalThis|console\.|fetch\(|set(?:Timeout|Interval|Immediate)\(|queueMicrotask\(|AbortSignal\.timeout)/,
  typesOnlyFrom: new Set(['clock.ts', 'ids.ts']),
}

const lookedUp = /\b(?:Date\.now|new Date\(\)|performance\.now|hrtime|Math\.random|random(?:Bytes|UUID|Int|FillSync))/
/** A door may wait for the person in front of it. */
const timers = /\b(?:set(?:Timeout|Interval)\(|AbortSignal\.timeout)/
const isDoor = (file: string) => /^(?:cli|http|mcp)\//.test(file)
/** A test that is shipped, for other people's adapters. */
const isContract = (file: string) => /\.contract\.ts$|\/contract\//.test(file)

const src = import.meta.dirname
const files = productFiles(sourceFiles(src))
const page = (name: string) => readFileSync(path.join(src, '..', name), 'utf8')
const violations = (tree: ReadonlyMap<string, string>) => importViolations(tree, importMap, purity)
const planted = (file: string, text: string) => violations(new Map([[file, text]]))

test('every file of src keeps to the import map', () => {
  assert.ok(files.size > 100, 'the scan found hardly any files')
  assert.deepEqual(violations(files), [])
})

test('no file of src waits for itself to load', () => {
  assert.deepEqual(findCycles(files), [])
})

test('time and randomness are handed in: only clock.ts and ids.ts look them up', () => {
  const reaches = (file: string, text: string) => lookedUp.test(text) || (!isDoor(file) && timers.test(text))
  const found = [...files].filter(([file, text]) => reaches(file, withoutComments(text))).map(([file]) => file)
  assert.deepEqual(
    found.filter((file) => !isContract(file)),
    ['clock.ts', 'ids.ts'],
  )
})

test('ARCHITECTURE.md shows this very map', () => {
  assert.ok(page('ARCHITECTURE.md').includes(importTable(importMap)), `it lacks this table:\n${importTable(importMap)}`)
})

test('ARCHITECTURE.md draws the tree as it stands', () => {
  const [, tree = ''] = /^## The tree[\s\S]*?^```\n([\s\S]*?)^```/m.exec(page('ARCHITECTURE.md')) ?? []
  const folders = [...tree.matchAll(/^ {2}([a-z-]+)\//gm)].map(([, folder]) => folder)
  const roots = new Set([...files.keys()].map((file) => file.split('/')[0] ?? ''))
  assert.deepEqual(folders.toSorted(), [...roots].filter((name) => !name.endsWith('.ts')).toSorted())
  assert.deepEqual(
    [...roots].filter((name) => name.endsWith('.ts') && !tree.includes(name)),
    [],
  )
})

for (const name of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
  test(`every file that ${name} names is there`, () => {
    const named = [...page(name).matchAll(/`((?:[a-z0-9.-]+\/)+[a-z0-9.-]*)`/g)].map(([, file = '']) => file)
    const places = [path.resolve(src, '..'), src]
    assert.ok(named.length > 5)
    assert.deepEqual(
      named.filter((file) => !places.some((place) => existsSync(path.join(place, file)))),
      [],
    )
  })
}

test('only src itself has an index, and no file or folder is named for nothing in particular', () => {
  const names = [...files.keys()]
  const barrels = names.filter((file) => file.endsWith('/index.ts'))
  const vague = names.filter((file) =>
    /(?:^|[/-])(?:utils?|helpers?|managers?|types|common|misc|lib)(?=[/.-])/.test(file),
  )
  const notKebab = names.filter((file) => !/^[a-z0-9/-]+(?:\.(?:contract|worker))?\.ts$/.test(file))
  assert.deepEqual({ barrels, vague, notKebab }, { barrels: [], vague: [], notKebab: [] })
})

const breaches: Record<string, { file: string; text: string; said: RegExp }> = {
  'a judgement that imports storage': {
    file: 'approvals/approval.ts',
    text: "import { openLedger } from '../ledger/sqlite/open.ts'",
    said: /`approvals` may not import `ledger\/sqlite\/open\.ts`/,
  },
  'a judgement that imports the type of an event outside its events and projections': {
    file: 'approvals/approval.ts',
    text: "import type { LedgerEvent } from '../ledger/event.ts'",
    said: /may not import `ledger\/event\.ts`/,
  },
  'a projection that loads the ledger and not its types': {
    file: 'approvals/approval-projection.ts',
    text: "import { readEvent } from '../ledger/event.ts'",
    said: /may not import `ledger\/event\.ts`/,
  },
  'an import over several lines': {
    file: 'budgets/run-budget.ts',
    text: "import {\n  a,\n  type B,\n} from '../runs/run.ts'",
    said: /may not import `runs\/run\.ts`/,
  },
  'an import for its side effect': {
    file: 'stops/stop.ts',
    text: "import '../runs/run.ts'",
    said: /may not import `runs\/run\.ts`/,
  },
  'a re-export': {
    file: 'tools/tool.ts',
    text: "export * from '../policy/ask.ts'",
    said: /may not import `policy\/ask\.ts`/,
  },
  'a dynamic import': {
    file: 'policy/ask.ts',
    text: "const run = await import('../runs/run.ts')",
    said: /may not import `runs\/run\.ts`/,
  },
  'an import of a place that is computed': {
    file: 'runs/run.ts',
    text: 'const load = (name) => import(name)',
    said: /computed import/,
  },
  'an import of a door': {
    file: 'runs/run.ts',
    text: "import { say } from '../cli/say.ts'",
    said: /may not import `cli\/say\.ts`/,
  },
  'a door that imports another door': {
    file: 'http/runs.ts',
    text: "import { say } from '../cli/say.ts'",
    said: /may not import `cli\/say\.ts`/,
  },
  'an import of the runtime from inside': {
    file: 'evals/eval.ts',
    text: "import { createRuntime } from '../create-runtime.ts'",
    said: /may not import `create-runtime\.ts`/,
  },
  'an import of the public names from inside': {
    file: 'cli/main.ts',
    text: "import { createRuntime } from '../index.ts'",
    said: /may not import `index\.ts`/,
  },
  'a root file that imports a folder': {
    file: 'ids.ts',
    text: "import { hashOf } from './ledger/hash-chain.ts'",
    said: /may not import `ledger\/hash-chain\.ts`/,
  },
  'an import of what is not the product': {
    file: 'ledger/ledger.contract.ts',
    text: "import { freshDatabase } from '../../test/postgres.ts'",
    said: /outside src/,
  },
  'a folder that is not on the map': { file: 'helping/help.ts', text: '', said: /`helping` is not in the import map/ },
  'a judgement that reads files': {
    file: 'charter/load.ts',
    text: "import { readFileSync } from 'node:fs'",
    said: /may not import `node:fs readFileSync`/,
  },
  'a judgement that draws random bytes': {
    file: 'charter/load.ts',
    text: "import { createHash, randomBytes } from 'node:crypto'",
    said: /may not import `node:crypto/,
  },
  'a judgement that imports a client': {
    file: 'policy/ask.ts',
    text: "import pg from 'pg'",
    said: /may not import `pg`/,
  },
  'a judgement that imports the real clock': {
    file: 'tools/call-tool.ts',
    text: "import { systemClock } from '../clock.ts'",
    said: /may import only types/,
  },
  'a judgement that looks at the time': {
    file: 'budgets/run-budget.ts',
    text: 'export const age = () => Date.now() - born',
    said: /may not reach for `Date\.now`/,
  },
}

for (const [what, { file, text, said }] of Object.entries(breaches)) {
  test(`the map refuses ${what}`, () => {
    const found = planted(file, text)
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0] ?? '', said)
  })
}

test('the map allows what its rows say, and prose about a process or a date', () => {
  const text = [
    '/** The house in this process. Not new Date() nor Date.now(). */',
    "import type { LedgerEvent } from '../ledger/event.ts'",
    "import type { Clock } from '../clock.ts'",
    "import { hash } from 'node:crypto'",
    "import { CharterError } from '../errors.ts'",
    'const at = new Date(event.at) // not Date.now()',
  ].join('\n')
  assert.deepEqual(planted('approvals/approval-projection.ts', text), [])
  assert.deepEqual(planted('approvals/approval-events.ts', text), [])
  assert.deepEqual(planted('runs/run.ts', "import { decide } from '../approvals/approval.ts'\nDate.now()"), [])
})

test('a ring of three files is found, once, and types make none', () => {
  const ring = new Map([
    ['runs/a.ts', "import { b } from './b.ts'"],
    ['runs/b.ts', "import { c } from '../policy/c.ts'"],
    ['policy/c.ts', "import { a } from '../runs/a.ts'"],
    ['runs/d.ts', "import type { e } from './e.ts'"],
    ['runs/e.ts', "import { d } from './d.ts'\nimport { a } from './a.ts'"],
  ])
  assert.deepEqual(findCycles(ring), ['policy/c.ts → runs/a.ts → runs/b.ts → policy/c.ts'])
})
