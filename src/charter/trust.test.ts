import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { notPromised } from './trust.ts'
import { type TrustParts, trustOf } from './trust-for-tests.ts'
import { trustHtml, trustText } from './trust-text.ts'

const said = (parts: TrustParts = {}) => trustText(trustOf(parts))
const refund = { allowed: true, max_amount_usd: 50, require_approval_over_usd: 25 }

test('what is not promised is what the page on promises says, all of it', () => {
  const docs = readFileSync(path.join(import.meta.dirname, '../../docs/explanation/what-is-promised.md'), 'utf8')
  const [, section = ''] = /^## Not promised\n([\s\S]*?)^## /m.exec(docs) ?? []
  const bold = [...section.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, title]) => title)
  assert.deepEqual(
    notPromised.map(([title]) => title),
    bold,
  )
  for (const [title] of notPromised) assert.ok(said().includes(title))
})

test('every model, tool, marked field, the ledger and the keyring stand where data goes', () => {
  const page = said()
  for (const words of [
    /model scripted\/refunds\n/,
    /the system behind get_invoice\n.*email \(personal, from it\)/,
    /the system behind request_refund\n.*card \(secret, to it\)/,
    /the ledger \(one SQLite file\)/,
    /the keyring \(beside it\)/,
  ])
    assert.match(page, words)
  assert.doesNotMatch(page, /close_account/, 'a tool that is not allowed receives nothing')
})

const askings: readonly [string, TrustParts, RegExp][] = [
  ['above a threshold', { refund }, /asks: above 25\.00 USD: 1 of finance within 4h\n/],
  ['at stage draft', { refund, stage: 'draft' }, /asks: always: 1 of finance within 4h\n/],
  ['at stage observe', { refund, stage: 'observe' }, /asks: nobody: at stage observe nothing is written\n/],
  ['of high risk without a threshold', { refund: { allowed: true } }, /asks: always: 1 of finance within 4h\n/],
  ['of high risk at stage auto', { refund: { allowed: true }, stage: 'auto' }, /asks: nobody\n/],
  ['where nobody is named', { refund, approvals: {} }, /asks: above 25\.00 USD: nobody is named, so it is refused\n/],
]
for (const [when, parts, asks] of askings) {
  test(`the page says who is asked for a write: ${when}`, () => {
    const [, row = ''] = /^ {2}request_refund\n([\s\S]*?)\n {2}\S/m.exec(`${said(parts)}\n  end`) ?? []
    assert.match(`${row}\n`, asks)
  })
}

test('how long things are kept is what the page says, and what nothing enforces is said to be so', () => {
  assert.match(said(), /prompts and answers of the model\n +how long: until it is erased: the page names no time/)
  const kept = said({ logging: { store_prompts: '30_days' } })
  assert.match(kept, /how long: 30d/)
})

test('whether the page is in force is said, and a page without its tools says what it does not know', () => {
  assert.match(said(), /It is in force in dev since 2026-11-21 10:00 UTC\./)
  assert.match(said({ inForce: { isThisPage: false, since: 0 } }), /Another page is in force in dev/)
  assert.match(said({ inForce: undefined }), /No run has been started under it here/)
  assert.match(said({ withoutTools: true }), /The tools are not known here/)
})

test('the HTML loads nothing, names its language and headings, and gives every table its header cells', () => {
  const html = trustHtml(trustOf())
  assert.match(html, /<html lang="en">/)
  assert.match(html, /<meta name="viewport"/)
  assert.match(html, /default-src 'none'/)
  assert.doesNotMatch(html, /<script|<link|<img|@import|url\(|https?:\/\//i)
  assert.equal(html.match(/<h1>/g)?.length, 1)
  const tables = html.split('<table>').slice(1)
  assert.ok(tables.length >= 4)
  for (const table of tables) {
    assert.match(table, /^<caption>[^<]+<\/caption><thead><tr>(<th scope="col">[^<]+<\/th>)+<\/tr><\/thead>/)
    const columns = table.match(/<th scope="col">/g)?.length ?? 0
    for (const row of table.split('<tbody>')[1]?.match(/<tr>.*?<\/tr>/gs) ?? []) {
      assert.match(row, /^<tr><th scope="row">/)
      assert.equal((row.match(/<td>/g)?.length ?? 0) + 1, columns)
    }
  }
  for (const [, id = ''] of html.matchAll(/aria-labelledby="([^"]+)"/g)) assert.ok(html.includes(`<h2 id="${id}">`))
})

test('what stands on a page or in a tool is text, in a browser and on a terminal', () => {
  const hostile = { purpose: 'Refund <img src=x onerror=alert(1)> & "more".', describes: 'red \u001b[31m' }
  const html = trustHtml(trustOf(hostile))
  assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;'))
  assert.ok(!html.includes('<img'))
  assert.ok(!said(hostile).includes('\u001b'))
})
