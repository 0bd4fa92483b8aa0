import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenLinks } from './broken-links.ts'
import { allPages, linksOf } from './pages.ts'

const pages = allPages()

test('every relative link of a page leads to a file, and to a heading of it where it names one', () => {
  assert.ok(pages.length > 20, 'the scan found hardly any pages')
  assert.ok(pages.flatMap(linksOf).length > 50, 'the scan found hardly any links')
  assert.deepEqual(
    pages.flatMap((page) => brokenLinks(page, pages)),
    [],
  )
})

const target = { file: 'docs/reference/errors.md', text: '# Errors\n\n## Exit statuses\n\n### `run start`, twice\n' }
const broken = (text: string) => {
  const page = { file: 'docs/README.md', text }
  return brokenLinks(page, [page, target])
}

test('a link to a heading is found as GitHub names the heading', () => {
  assert.deepEqual(
    broken('# Here\n[a](reference/errors.md#exit-statuses) [b](reference/errors.md#run-start-twice) [c](#here)'),
    [],
  )
})

test('a link to nothing is named with its line and what is wrong with it', () => {
  assert.deepEqual(broken('[a](gone.md)\n[b](reference/errors.md#gone)\n[c](/etc/passwd)\n[d](../../out.md)'), [
    'docs/README.md:1: `gone.md` leads to no file',
    'docs/README.md:2: `reference/errors.md#gone` leads to no heading',
    'docs/README.md:3: `/etc/passwd` is not relative',
    'docs/README.md:4: `../../out.md` leads out of the repository',
  ])
})

test('what stands in code is no link, and other sites are not asked', () => {
  assert.deepEqual(broken('```md\n[a](gone.md)\n```\n`[b](gone.md)` [c](https://example.com/gone)'), [])
})
