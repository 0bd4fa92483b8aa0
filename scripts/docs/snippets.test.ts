/** What the snippets of the pages do when they are run. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { json } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import live from '../../docs/snippets/live-model/charter.config.ts'
import { pretendCarrier } from '../../docs/snippets/parcels/carrier.ts'
import parcels from '../../docs/snippets/parcels/charter.config.ts'
import { parcelCanceller, parcelReader } from '../../docs/snippets/parcels/tools.ts'
import { openProduction } from '../../docs/snippets/postgres/open-runtime.ts'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, defineAgent } from '../../src/index.ts'
import { scriptedModel } from '../../src/testing.ts'
import { freshDatabase } from '../../test/postgres.ts'

const page = path.resolve(import.meta.dirname, '../../docs/snippets/parcels/parcels.charter.yaml')
const modelId = 'openai/gpt-4.1-mini'

/** Proposes to cancel one parcel, and says what became of it. */
const canceller = (parcel: string) =>
  scriptedModel({
    id: modelId,
    conversations: {
      cancel: [
        { calls: [{ tool: 'cancel_parcel', input: { parcel, reason: 'ordered twice' } }] },
        ({ lastToolResult }) => ({ say: lastToolResult?.isError ? 'refused' : 'cancelled' }),
      ],
    },
  })

async function cancelOne(parcel: string, lostAnswers = 0) {
  const carrier = pretendCarrier(lostAnswers)
  const getParcel = parcelReader(carrier)
  const tools = [getParcel, parcelCanceller(carrier, getParcel)]
  const agent = defineAgent({ charter: page, tools, models: { [modelId]: canceller(parcel) } })
  await using runtime = await createRuntime({ agents: [agent], ledger: ':memory:' })
  const run = await runtime.start(agent, { input: { parcel } })
  const first = await run.settled()
  const asked = first.status === 'waiting' ? first.approvals[0].id : undefined
  if (asked !== undefined) {
    const answer = { type: 'grant' } as const
    await answerApproval(runtime.house, { approval: asked, by: 'max@acme.example', groups: ['shipping'], answer })
  }
  return { asked, ended: await run.settled(), cancelled: carrier.cancelled }
}

test('the tool of the snippet asks shipping, and cancels one parcel when they agree', async () => {
  const { asked, ended, cancelled } = await cancelOne('p_1')
  assert.ok(asked)
  assert.equal(ended.status, 'done')
  assert.deepEqual(
    cancelled.map(({ parcel }) => parcel),
    ['p_1'],
  )
})

test('a parcel that has left is refused by the check, and nobody is asked', async () => {
  const { asked, ended, cancelled } = await cancelOne('p_2')
  assert.deepEqual([asked, ended.status, ended.code, cancelled], [undefined, 'denied', 'denied_by_check', []])
})

/** A carrier without idempotency keys: a second request would be a second cancellation. */
test('when the answer is lost the carrier is asked by its reference, and nothing is sent twice', async () => {
  const { ended, cancelled } = await cancelOne('p_1', 1)
  assert.equal(ended.status, 'done')
  assert.equal(cancelled.length, 1)
})

function givenFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'charter-docs-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('the runtime of the snippet runs on PostgreSQL, in the environment that it names', async (t) => {
  const { url, drop } = await freshDatabase()
  t.after(drop)
  const keyring = path.join(givenFolder(t), 'keyring.db')
  await using runtime = await openProduction(parcels.agents, url, keyring)
  assert.equal(runtime.house.ledger.database, 'postgres')
  assert.equal(runtime.house.environment, 'prod')
  assert.ok(existsSync(keyring))
})

test('a model behind an endpoint is asked there, at the price that the configuration names', async (t) => {
  const charter = path.join(givenFolder(t), 'parcels.charter.yaml')
  writeFileSync(charter, readFileSync(page, 'utf8').replace(modelId, 'local/qwen3-32b'))
  const agent = defineAgent({ charter, tools: [...parcels.agents.flatMap(({ tools }) => [...tools.values()])] })
  const baseUrl = await givenEndpoint(t)
  await using runtime = await createRuntime({ ...live, agents: [agent], ledger: ':memory:', endpoint: { baseUrl } })
  const ended = await (await runtime.start(agent, { input: 'hello' })).settled()
  assert.equal(ended.status, 'done')
  // A thousand tokens in at 0.10 dollars a million, ten out at 0.30.
  assert.equal(ended.costUsd, 0.000103)
})

async function givenEndpoint(t: TestContext): Promise<string> {
  const server = createServer(async (request, response) => {
    const { model } = (await json(request)) as { model: string }
    const message = { role: 'assistant', content: 'nothing to cancel' }
    const usage = { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 }
    const answer = { id: '1', object: 'chat.completion', created: 1, model, usage }
    const choices = [{ index: 0, finish_reason: 'stop', message }]
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...answer, choices }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  return `http://127.0.0.1:${address.port}/v1`
}
