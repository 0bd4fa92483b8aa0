/** What a page offers is made once for each page, and never shared by two. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageText } from '../../test/page-text.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import { createPriceBook } from '../models/price-book.ts'
import type { Tool } from '../tools/tool.ts'
import { createOffers } from './offers.ts'
import { releaseOf } from './release.ts'
import { shownTools } from './shown-tools.ts'

const own = refundTools('http://127.0.0.1:1')
const named = (tools: readonly Tool[]) => new Map(tools.map((tool) => [tool.name, tool]))
const compiled = (parts = {}, tools: readonly Tool[] = own) =>
  compileCharter(loadCharter({ file: 'page.yaml', text: pageText(parts), readFile: () => undefined }).page, tools)
const book = createPriceBook({
  version: '1',
  prices: { 'scripted/refunds': { inputPerMillionUsd: '1', outputPerMillionUsd: '1' } },
})

test('the tools and the release of a page are made once, and are what is made of them each time', () => {
  const looked: string[] = []
  const offers = createOffers({
    ...book,
    contentOf: (models) => {
      looked.push(...models)
      return book.contentOf(models)
    },
  })
  const page = compiled()
  const [first, again] = [offers.release(page, named(own)), offers.release(page, named(own))]
  assert.equal(again, first)
  assert.deepEqual(looked, ['scripted/refunds'])
  assert.equal(offers.shownTools(page, named(own)), offers.shownTools(page, named(own)))
  assert.deepEqual(first, releaseOf(page, named(own), shownTools(page, named(own)), book))
})

test('another page, and the same page compiled with other tools, are offered for what they are', () => {
  const offers = createOffers(book)
  const renewed = own.map((tool) => (tool.name === 'get_invoice' ? { ...tool, description: 'Reads it.' } : tool))
  const [one, other, anew] = [compiled(), compiled({ tools: { add_note: { allowed: false } } }), compiled({}, renewed)]
  const offered = [
    offers.shownTools(one, named(own)),
    offers.shownTools(other, named(own)),
    offers.shownTools(anew, named(renewed)),
  ]
  const notes = offered.map(({ tools }) => tools.some(({ name }) => name === 'add_note'))
  assert.deepEqual(notes, [true, false, true])
  const hashes = [
    offers.release(one, named(own)),
    offers.release(other, named(own)),
    offers.release(anew, named(renewed)),
  ].map(({ hash }) => hash)
  assert.equal(new Set(hashes).size, 3)
})

test('a price that nobody knows is an error each time, not only the first', () => {
  const offers = createOffers(createPriceBook({ version: '1', prices: {} }))
  const page = compiled()
  for (const _ of ['once', 'again']) assert.throws(() => offers.release(page, named(own)), { code: 'price_unknown' })
})
