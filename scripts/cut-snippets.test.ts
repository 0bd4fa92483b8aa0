import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSnippets } from './cut-snippets.ts'
import { allPages } from './docs/pages.ts'

test('every snippet of a page is what its tested file says', () => {
  const pages = allPages().filter(({ text }) => text.includes('<!-- snippet: '))
  assert.ok(pages.length > 2, 'hardly any page has a snippet')
  const stale = pages.filter(({ text }) => withSnippets(text) !== text).map(({ file }) => file)
  assert.deepEqual(stale, [], 'run `node_modules/.bin/node scripts/cut-snippets.ts` and commit what it writes')
})

const source = [
  "import { defineTool } from '../../../src/index.ts'",
  'function f() {',
  '  // #region outer',
  '  const a = 1',
  '    // #region inner',
  '    const b = 2',
  '    // #endregion',
  '  // #endregion',
  '}',
].join('\n')
const page = (name: string) =>
  `Before.\n<!-- snippet: a.ts${name} -->\n\`\`\`ts\nstale\n\`\`\`\n\nAfter.\n\`\`\`ts\nmine\n\`\`\`\n`
const cut = (name: string, text = source) => withSnippets(page(name), () => text)

test('a region is cut with its indent and its marks taken off, and nothing else of the page is touched', () => {
  assert.equal(cut('#outer'), page('#outer').replace('stale', 'const a = 1\n  const b = 2'))
  assert.equal(cut('#inner'), page('#inner').replace('stale', 'const b = 2'))
})

test('a whole file is cut as someone who installed the package would write it', () => {
  const text = "import { defineTool } from 'charter'\nfunction f() {\n  const a = 1\n    const b = 2\n}"
  assert.equal(cut(''), page('').replace('stale', text))
})

test('marks in YAML are marks too', () => {
  const yaml = 'a: 1\n# #region tools\ntools:\n  b: { allowed: true }\n# #endregion\n'
  assert.equal(cut('#tools', yaml), page('#tools').replace('stale', 'tools:\n  b: { allowed: true }'))
})

test('a region that is not there, or has no end, is an error', () => {
  assert.throws(() => cut('#gone'), /`a\.ts` has no region `gone`/)
  assert.throws(() => cut('#open', '// #region open\nconst a = 1'), /region `open` of `a\.ts` has no end/)
})
