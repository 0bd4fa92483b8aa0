/** What the model is sent at each turn: everything that was said, however many turns it took. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pageText } from '../../test/page-text.ts'
import { refundTools } from '../../test/refund-tools.ts'
import { compileCharter } from '../charter/compile.ts'
import { loadCharter } from '../charter/load.ts'
import type { Json } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { estimatePromptTokens } from '../models/estimate-tokens.ts'
import { Conversation } from './conversation.ts'
import type { Payloads } from './payloads.ts'
import type { Run, Said } from './run.ts'
import { foldAll, happened } from './run-events-for-tests.ts'
import { shownTools } from './shown-tools.ts'

const tools = new Map(refundTools('http://127.0.0.1:1').map((tool) => [tool.name, tool]))
const files: Record<string, string> = { './refunds.prompt.md': 'Work on {{ticket}}, "quoted" and {{unnamed}}.' }

function compiled(parts = {}) {
  const { page } = loadCharter({ file: 'page.yaml', text: pageText(parts), readFile: (file) => files[file] })
  return compileCharter(page, [...tools.values()])
}

const plain = compiled()
const withPrompt = compiled({ prompt: './refunds.prompt.md' })

const payload = (n: number): PayloadRef => ({ n, class: 'prompt', sha256: `of ${n}` })

/** Contents by the numbers of their payloads, and the numbers in the order in which they were asked for. */
function contentsOf(contents: ReadonlyMap<number, Json>): { payloads: Payloads; opened: number[] } {
  const opened: number[] = []
  const openAll = async (refs: readonly PayloadRef[]) =>
    refs.map(({ n }) => {
      opened.push(n)
      return contents.get(n) ?? null
    })
  return { payloads: { openAll, open: async (ref) => (await openAll([ref]))[0] ?? null, remember: () => {} }, opened }
}

type Entry =
  | { by: 'model'; content: Json }
  | { by: 'tool'; content: Json; call: string; isError: boolean }
  | { by: 'person'; content: Json }

const inputNumber = 16

/** A run in which this was said, and what its payloads hold. */
function runOf(input: Json, entries: readonly Entry[]): { run: Run; contents: Map<number, Json> } {
  const run = foldAll(happened('run.started', { input: payload(inputNumber) }))
  const said = entries.map((entry, index): Said => {
    const ref = payload(100 + index)
    if (entry.by === 'model') return { by: 'model', answer: ref }
    if (entry.by === 'person') return { by: 'person', message: ref }
    return { by: 'tool', call: entry.call, tool: 'get_invoice', result: ref, isError: entry.isError }
  })
  const contents = entries.map(({ content }, index): [number, Json] => [100 + index, content])
  return { run: { ...run, said }, contents: new Map([[inputNumber, input], ...contents]) }
}

const json: fc.Arbitrary<Json> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.constant(null),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ unit: 'grapheme', maxLength: 8 }), { maxKeys: 3 }),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
)
const toolCall = fc.record({ id: fc.string(), tool: fc.string(), argumentsText: fc.string({ unit: 'grapheme' }) })
const answer = fc.record(
  { text: fc.string({ unit: 'grapheme' }), toolCalls: fc.array(toolCall, { maxLength: 2 }) },
  { requiredKeys: ['toolCalls'] },
)
const entry: fc.Arbitrary<Entry> = fc.oneof(
  answer.map((content): Entry => ({ by: 'model', content })),
  fc.record({ by: fc.constant('tool' as const), content: json, call: fc.string(), isError: fc.boolean() }),
  fc.record({ by: fc.constant('person' as const), content: json }),
)

test('a conversation that grew turn by turn is the one that is made at once after a restart, and is as long as it says', async () => {
  await fc.assert(
    fc.asyncProperty(
      json,
      fc.array(entry, { maxLength: 12 }),
      fc.array(fc.nat(12), { maxLength: 4 }),
      fc.constantFrom(plain, withPrompt),
      async (input, entries, stops, page) => {
        const { run, contents } = runOf(input, entries)
        const { payloads, opened } = contentsOf(contents)
        const shown = shownTools(page, tools)
        const grown = new Conversation()
        const lengths = [...stops.sort((a, b) => a - b), entries.length].map((many) => Math.min(many, entries.length))
        for (const many of lengths) {
          const upTo = { ...run, said: run.said.slice(0, many) }
          const asked = await grown.ask(upTo, page.page, shown, payloads)
          const atOnce = await new Conversation().ask(upTo, page.page, shown, contentsOf(contents).payloads)
          assert.deepEqual(asked, atOnce)
          assert.equal(asked.promptTokens, estimatePromptTokens(asked.request))
        }
        assert.deepEqual(opened, [...new Set(opened)], 'nothing is opened twice')
      },
    ),
    { numRuns: 300 },
  )
})

test('a request that was sent does not change when more is said', async () => {
  const result = (call: string): Entry => ({ by: 'tool', content: { paid: 1 }, call, isError: false })
  const { run, contents } = runOf('go', [result('a'), result('b'), { by: 'person', content: 'go on' }])
  const { payloads } = contentsOf(contents)
  const conversation = new Conversation()
  const ask = (many: number) =>
    conversation.ask({ ...run, said: run.said.slice(0, many) }, plain.page, shownTools(plain, tools), payloads)
  const { request } = await ask(1)
  const sent = structuredClone(request.messages)
  const { request: later } = await ask(3)
  assert.deepEqual(request.messages, sent)
  assert.deepEqual(
    later.messages.map((message) => (message.role === 'tool' ? message.results.map(({ id }) => id) : message.role)),
    ['user', ['a', 'b'], 'user'],
  )
})

test('the prompt of the page is filled from the input, and what the input does not hold stays as it is written', async () => {
  const { run, contents } = runOf({ ticket: 't_1' }, [])
  const { request } = await new Conversation().ask(
    run,
    withPrompt.page,
    shownTools(withPrompt, tools),
    contentsOf(contents).payloads,
  )
  assert.equal(request.system, 'Work on t_1, "quoted" and {{unnamed}}.')
})
