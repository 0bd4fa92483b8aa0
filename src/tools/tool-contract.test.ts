/** A contract stands in for a tool wherever its code is not asked: it compiles to the same policies, as the same release. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../../test/page-text.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import { createPriceBook } from '../models/price-book.ts'
import { releaseOf } from '../runs/release.ts'
import { shownTools } from '../runs/shown-tools.ts'
import type { Tool } from './tool.ts'
import { contractOf, toolOfContract } from './tool-contract.ts'

const own = refundTools('http://127.0.0.1:1')
const asked = {
  validate: () => ({ ok: true, value: {} }) as const,
  check: () => 'no',
  documents: () => [{ id: 'doc_1' }],
}
const withoutCode = own.map((tool) => toolOfContract(JSON.parse(JSON.stringify(contractOf(tool))), asked))

const narrow = {
  max_amount_usd: 100,
  require_citation: true,
  limits: { amount_usd: { per: 'customer', within: '24h', max: 100 } },
}
const page = loadCharter({
  file: 'page.yaml',
  text: pageText({ tools: { request_refund: narrow } }),
  readFile: () => undefined,
}).page
const prices = createPriceBook({
  version: '1',
  prices: { 'scripted/refunds': { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } },
})

test('a page compiles with contracts to the policies and the release that it has with the tools', () => {
  const releases = [own, withoutCode].map((tools: readonly Tool[]) => {
    const named = new Map(tools.map((tool) => [tool.name, tool]))
    const compiled = compileCharter(page, tools)
    return releaseOf(compiled, named, shownTools(compiled, named), prices)
  })
  assert.match(releases[0]?.parts.policies ?? '', /^sha256:/)
  assert.deepEqual(releases[1], releases[0])
})

test('a contract has the functions that its tool has, asks the record for what they said, and is never called', async () => {
  const refund = withoutCode.find(({ name }) => name === 'request_refund')
  const search = withoutCode.find(({ name }) => name === 'search_policy')
  assert.ok(refund && search)
  assert.deepEqual([refund.verify, refund.undo, search.check], [undefined, undefined, undefined])
  assert.equal(refund.check?.({}, {}), 'no')
  assert.deepEqual(search.documents?.({}), [{ id: 'doc_1' }])
  assert.deepEqual(await refund.input.validate({}), { ok: true, value: {} })
  assert.throws(() => refund.execute({}, {} as never), { code: 'internal' })
})
