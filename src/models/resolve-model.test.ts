import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { systemClock } from '../clock.ts'
import { callModel } from './call-model.ts'
import { resolveModel } from './resolve-model.ts'
import { scriptedModel } from './scripted-model.ts'

const demo = scriptedModel({ conversations: { demo: [{ say: 'hello' }] } })
const provider = createOpenAICompatible({ name: 'acme', baseURL: 'http://127.0.0.1:9' })

test('a configured model is taken before any package', async () => {
  assert.equal(
    await resolveModel('scripted/demo', { 'scripted/demo': demo }, { load: () => assert.fail('loaded') }),
    demo,
  )
})

test('`provider/name` is the model of the user’s own @ai-sdk package', async () => {
  const asked: string[] = []
  const load = async (specifier: string) => {
    asked.push(specifier)
    return { VERSION: '1', createAcme: createOpenAICompatible, acmeCloud: provider }
  }
  const model = await resolveModel('acme-cloud/vendor/model-1', {}, { load })
  assert.deepEqual([asked, model.modelId], [['@ai-sdk/acme-cloud'], 'vendor/model-1'])
  const renamed = await resolveModel(
    'amazon-acme/model-1',
    {},
    { load: async () => ({ VERSION: '1', bedrock: provider }) },
  )
  assert.equal(renamed.modelId, 'model-1')
})

test('a package that is not installed is named with what to install', async () => {
  await assert.rejects(resolveModel('no-such-provider/x', {}), {
    code: 'model_unknown',
    message: 'model `no-such-provider/x`: `@ai-sdk/no-such-provider` is not installed',
    hint: 'npm install @ai-sdk/no-such-provider',
  })
})

test('a package that is there and broken is not called missing', async () => {
  const load = async () => {
    throw Object.assign(new Error("Cannot find package 'left-pad'"), { code: 'ERR_MODULE_NOT_FOUND' })
  }
  await assert.rejects(resolveModel('acme/x', {}, { load }), { code: 'model_unknown', message: /cannot be loaded/ })
})

test('a misspelt configured model is told apart', async () => {
  await assert.rejects(resolveModel('scripted-demo', { 'scripted/demo': demo }), {
    hint: /did you mean `scripted\/demo`/,
  })
  await assert.rejects(resolveModel('gpt-4.1', {}), { code: 'model_unknown', hint: /`provider\/name`/ })
})

test('a provider’s name cannot lead out of @ai-sdk', async () => {
  const loaded: string[] = []
  const load = async (specifier: string) => loaded.push(specifier)
  for (const id of ['../evil/x', 'a.b/x', '/x', 'openai/', 'OPENAI/x', '__proto__', 'a%2fb/x']) {
    await assert.rejects(resolveModel(id, {}, { load }), { code: 'model_unknown' }, id)
  }
  assert.deepEqual(loaded, [])
})

test('a package without a provider, or of another version, says so', async () => {
  const without = async () => ({ VERSION: '1' })
  await assert.rejects(resolveModel('acme/x', {}, { load: without }), { message: /offers no ready provider/ })
  const old = async () => ({ acme: { languageModel: () => ({ specificationVersion: 'v2' }) } })
  await assert.rejects(resolveModel('acme/x', {}, { load: old }), {
    code: 'model_unknown',
    hint: 'npm install @ai-sdk/acme@latest',
  })
})

test('with a base URL any other model is asked for at that endpoint', async (t) => {
  const seen: unknown[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    seen.push(request.url, request.headers.authorization, JSON.parse(Buffer.concat(chunks).toString()).model)
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }]
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ model: 'vendor/m', choices }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(address && typeof address === 'object')
  const endpoint = { baseUrl: `http://127.0.0.1:${address.port}/v1`, apiKey: 'secret' }
  const model = await resolveModel('local/vendor/m', {}, endpoint)
  const answer = await callModel(model, { messages: [{ role: 'user', text: 'hi' }], tools: [] }, { clock: systemClock })
  assert.equal(answer.text, 'hi')
  assert.deepEqual(seen, ['/v1/chat/completions', 'Bearer secret', 'vendor/m'])
  assert.equal(await resolveModel('scripted/demo', { 'scripted/demo': demo }, endpoint), demo)
})
