/** What is read back from payloads: the very thing that was written, or an error; never half of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refund, refundHouse, say } from '../../test/refund-house.ts'
import { isCharterError } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import { basisIn, gatheredIn, pageSourceIn, proposalIn, saidIn, spokenIn } from './payload-content.ts'

const money = { minor: 1_000, currency: 'usd' }
const pair = { kind: 'invoice', id: 'in_1' }
const intent = { doing: 'refunds', allowed_by: 'the ticket', evidence: [pair] }
const signature = { openai: { itemId: 'msg_1' } }

/** What each reader reads, with everything in it that may be; the members named are free to hold any JSON. */
const samples: readonly { what: string; read: (content: Json) => unknown; content: JsonObject; free: string[] }[] = [
  {
    what: 'a proposal',
    read: proposalIn,
    content: { readable: true, input: { invoice: 'in_1', amount: money }, intent },
    free: ['input.invoice', 'input.amount'],
  },
  {
    what: 'a proposal that could not be read',
    read: proposalIn,
    content: { readable: false, source: '{', problems: [{ path: 'amount', message: 'no amount' }] },
    free: [],
  },
  {
    what: 'a basis of a decision',
    read: basisIn,
    content: {
      gathered: {
        input: { invoice: 'in_1', amount: money },
        intent,
        subjects: [pair],
        refs: [{ kind: 'invoice', id: 'invoice:a' }],
        facts: { paid: money },
        fields: ['amount'],
        check: { tool: 'request_refund@1', input: '', verdict: 'more than was paid' },
        preview: { fields: { amount: money }, says: 'refunds 10.00' },
        citations: 1,
        intentHolds: true,
        unread: [pair],
      },
      live: {
        now: 1,
        moved: { 'moved 86400000 dev:limit:x': { amount: 1, count: 1 } },
        stops: [{ stop: 'stop_1', scope: 'tool', value: 'x', level: 'draft', by: 'ops', since: 1, environment: 'dev' }],
        grants: [
          {
            grant: 'grant_1',
            parent: 'grant_0',
            agent: 'refunds',
            environment: 'dev',
            until: null,
            revoked: null,
            uses: 3,
            terms: '{}',
            on_behalf_of: 'ada@acme.example',
          },
        ],
        limits: { pinned: { amount_usd: 10 }, inForce: { amount_usd: 10 } },
        brokenBound: 'uses',
        holders: { pinned: 0, inForce: 0 },
        signatures: { finance: 1 },
        breakerOpen: false,
        unresolved: false,
      },
      refused_before: 'approval_denied',
      requests: { pinned: { agent: 'refunds' }, in_force: null },
      detail: 'a word',
    },
    free: ['gathered.input.', 'gathered.facts.', 'gathered.preview.fields.', 'requests.'],
  },
  {
    what: 'an answer of a model',
    read: spokenIn,
    content: {
      text: 'I refund it.',
      toolCalls: [{ id: 'call_1', tool: 'request_refund', argumentsText: '{}', providerMetadata: signature }],
      reasoning: [{ text: 'They paid.', providerMetadata: signature }],
    },
    free: ['toolCalls.0.providerMetadata.openai.', 'reasoning.0.providerMetadata.openai.'],
  },
  {
    what: 'the reasons of a decision',
    read: saidIn,
    content: { detail: 'a word', hint: 'another', problems: [{ path: 'amount', message: 'no amount' }] },
    free: [],
  },
  {
    what: 'the text of a page',
    read: pageSourceIn,
    content: { file: 'refunds.charter.yaml', text: 'charter: 1', files: { cedar: '' } },
    free: [],
  },
]

/** The paths of everything in it, lists and maps included. */
function pathsIn(value: Json, path = ''): string[] {
  const below = value !== null && typeof value === 'object' ? Object.entries(value) : []
  const own = path === '' ? [] : [path]
  return [...own, ...below.flatMap(([name, inner]) => pathsIn(inner, path === '' ? name : `${path}.${name}`))]
}

/** The same with something else at one path: no text, number, truth value, list or map fits where it stands. */
function spoiltAt(value: Json, path: string): Json {
  const [name = '', ...rest] = path.split('.')
  const spoil = (inner: Json) => (rest.length > 0 ? spoiltAt(inner, rest.join('.')) : somethingElse(inner))
  if (Array.isArray(value)) return value.map((inner: Json, index) => (String(index) === name ? spoil(inner) : inner))
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([key, inner]) => [key, key === name ? spoil(inner) : inner]),
  )
}

const somethingElse = (value: Json): Json => (typeof value === 'string' ? ['text'] : 'something else')

for (const { what, read, content, free } of samples) {
  test(`${what} is read back as it was written, and with a member that nobody knows yet`, () => {
    const later = { ...content, of_a_later_charter: 1 }
    assert.equal(read(content), content)
    assert.equal(read(later), later)
  })

  test(`${what} in which anything is of another kind is not taken for one`, () => {
    const checked = pathsIn(content).filter((path) => !free.some((start) => path.startsWith(start)))
    for (const path of checked) {
      const spoilt = spoiltAt(content, path)
      assert.throws(() => read(spoilt), { code: 'internal' }, `${path} of ${JSON.stringify(spoilt)}`)
    }
    for (const other of [null, 'text', 7, [], [content]])
      assert.throws(() => read(other), { code: 'internal' }, JSON.stringify(other))
  })
}

test('what is missing is missed, and only what may be left out may', () => {
  const [proposal, unreadable, basis, answer, said, page] = samples.map(({ read, content }) =>
    Object.keys(content).filter((name) => {
      const { [name]: _, ...rest } = content
      return isRefused(() => read(rest))
    }),
  )
  assert.deepEqual(proposal, ['readable', 'input'])
  assert.deepEqual(unreadable, ['readable', 'source', 'problems'])
  assert.deepEqual(basis, ['gathered', 'live', 'refused_before', 'requests', 'detail'])
  assert.deepEqual([answer, said, page], [['toolCalls'], [], ['file', 'text', 'files']])
})

function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch (error) {
    return isCharterError(error) && error.code === 'internal'
  }
}

test('what a run has sealed of its actions is read back whole', async () => {
  await using house = await refundHouse()
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const [proposed] = await house.bodies(run, 'action.proposed')
  const [judged] = await house.bodies(run, 'action.judged')
  const [answered] = await house.bodies(run, 'turn.answered')
  const proposal = proposalIn(await house.content(run, proposed?.arguments))
  assert.deepEqual(proposal.readable && proposal.input.invoice, 'in_1')
  const basis = await house.content(run, judged?.judged)
  assert.deepEqual(gatheredIn(basis), basisIn(basis).gathered)
  assert.equal(basisIn(basis).live.breakerOpen, false)
  assert.equal(spokenIn(await house.content(run, answered?.answer)).toolCalls.length, 1)
})
