import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { fromJSONSchema } from 'zod'
import { charterJsonSchema, charterJsonSchemaText, type Draft, drafts } from './json-schema.ts'
import { listKeys } from './list-keys.ts'

const root = path.resolve(import.meta.dirname, '../..')
const both: Draft[] = ['2020-12', 'draft-07']
const fixtures = path.resolve(root, '../shared/fixtures')
const absent = existsSync(fixtures) ? false : 'the public examples are not beside this checkout'

/** A JSON value as the schema of that draft sees it. */
function accepts(draft: Draft, value: unknown): boolean {
  const schema: Parameters<typeof fromJSONSchema>[0] = JSON.parse(charterJsonSchemaText(draft))
  return fromJSONSchema(schema).safeParse(value).success
}

for (const draft of both) {
  test(`the committed schema of ${draft} is the one that the table of keys makes`, () => {
    const committed = path.join(root, 'schema', drafts[draft].file)
    if (process.env.UPDATE_SCHEMAS === '1') writeFileSync(committed, charterJsonSchemaText(draft))
    const isInSync = readFileSync(committed, 'utf8') === charterJsonSchemaText(draft)
    assert.ok(isInSync, 'run this test with UPDATE_SCHEMAS=1 and commit what it writes')
  })

  test(`the page of the design fits the schema of ${draft}`, () => {
    const sample = readFileSync(path.join(import.meta.dirname, 'sample.charter.yaml'), 'utf8')
    assert.equal(accepts(draft, parse(sample)), true)
  })

  test(`the public examples fit the schema of ${draft}`, { skip: absent }, () => {
    for (const name of ['agent-policy.yaml', 'refund-assistant.yaml']) {
      assert.equal(accepts(draft, parse(readFileSync(path.join(fixtures, name), 'utf8'))), true, name)
    }
  })

  test(`the schema of ${draft} refuses what the page refuses`, () => {
    const tool = (rules: object) => accepts(draft, { charter: 1, tools: { pay: { allowed: true, ...rules } } })
    assert.equal(tool({ max_amount_usd: 50 }), true)
    assert.equal(tool({ max_amout_usd: 50 }), false)
    assert.equal(tool({ max_amount_usd: '0.755' }), false)
    assert.equal(tool({ rate: '10/minute' }), false)
    assert.equal(tool({ once: { within: '30d' } }), false)
    assert.equal(tool({ limits: { calls: { per: 'tool', within: '1d', max: 1 } } }), false)
    assert.equal(tool({ approval: [] }), false)
    assert.equal(tool({ once: null }), false)
    assert.equal(accepts(draft, { charter: 2 }), false)
    assert.equal(accepts(draft, { agent: { stage: 'bold' } }), false)
  })
}

test('the schema describes every key, and says of which ones nothing enforces yet', () => {
  const text = JSON.stringify(charterJsonSchema('2020-12'))
  for (const { about, path: key } of listKeys()) {
    assert.match(about, /^[A-Z].*\.$/, key)
    assert.ok(text.includes(JSON.stringify(about).slice(1, -1)), key)
  }
  assert.match(text, /What the agent may read, and how old it may be\. Nothing enforces it yet/)
})
