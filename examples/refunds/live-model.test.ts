import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { deskLog, freshHome, runDemo } from './demo-for-tests.ts'
import { givenEndpoint } from './endpoint-for-tests.ts'
import { liveModelIn } from './live-model.ts'

test('an endpoint that speaks OpenAI’s chat completions takes the place of the script', async (t) => {
  const home = freshHome(t)
  const endpoint = await givenEndpoint(t)
  const { status, out, said } = await runDemo(home, {
    CHARTER_MODEL: 'local/small-1',
    CHARTER_MODEL_BASE_URL: endpoint.baseUrl,
    CHARTER_MODEL_API_KEY: 'a-key',
    CHARTER_MODEL_PRICE: '2/10',
  })
  assert.equal(status, 0, said)
  assert.match(out, /^ledger verified: /m)
  assert.match(out, /^ {2}model +local\/small-1$/m)
  const refunds = deskLog(home).commits.filter(({ kind }) => kind === 'refund')
  assert.deepEqual(
    refunds.map(({ amount_minor: minor }) => minor),
    [2400, 4900, 800, 2200],
  )

  const [first] = endpoint.requests
  assert.deepEqual([first?.authorization, first?.body.model], ['Bearer a-key', 'small-1'])
  assert.match(JSON.stringify(first?.body.messages[0]), /The ticket of this run is ZD-188240\./)
  assert.ok(first?.body.tools?.some((tool) => tool.function.name === 'request_refund'))
  // A thousand tokens in at 2 dollars a million and a hundred out at 10: 3000 micro-dollars a turn.
  const dollars = (endpoint.requests.length * 0.003).toFixed(4)
  assert.match(out, new RegExp(`^ {2}cost +\\$${dollars}$`, 'm'))
  const page = readFileSync(path.join(home, '.charter', 'live', 'billing.charter.yaml'), 'utf8')
  assert.match(page, /^models: \{ default: "local\/small-1" \}$/m)
})

test('without `CHARTER_MODEL` the script plays', () => {
  assert.equal(liveModelIn({ CHARTER_MODEL_BASE_URL: 'http://127.0.0.1:1/v1' }), undefined)
  assert.equal(liveModelIn({ CHARTER_MODEL: '' }), undefined)
})

test('a model without an endpoint is left to its provider’s package', () => {
  assert.deepEqual(liveModelIn({ CHARTER_MODEL: 'openai/gpt-4.1' }), { id: 'openai/gpt-4.1' })
})
