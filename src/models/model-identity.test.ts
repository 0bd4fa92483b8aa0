import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareModelIdentity } from './model-identity.ts'

const answeredFor = (pinned: string, answered: string | undefined, seen?: string) =>
  compareModelIdentity(pinned, answered, seen)

test('the pinned model is the same under any prefix and in any case', () => {
  for (const answered of ['gpt-4.1-mini', 'openai/gpt-4.1-mini', 'GPT-4.1-mini']) {
    assert.equal(answeredFor('openai/gpt-4.1-mini', answered), 'same', answered)
  }
  assert.equal(answeredFor('google/gemini-2.5-pro', 'models/gemini-2.5-pro'), 'same')
  assert.equal(answeredFor('gateway/meta-llama/llama-3.1', 'llama-3.1'), 'same')
  assert.equal(answeredFor('mistral/mistral-large-latest', 'mistral-large-latest'), 'same')
})

test('an alias may be answered by the dated snapshot behind it', () => {
  const snapshots: [string, string][] = [
    ['openai/gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
    ['anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['google-vertex/claude-sonnet-4-5', 'claude-sonnet-4-5@20250929'],
    ['openai/gpt-4', 'gpt-4-0613'],
    ['mistral/mistral-large-latest', 'mistral-large-2411'],
    ['google/gemini-2.5-flash-preview', 'models/gemini-2.5-flash-preview-09-2025'],
    ['google/gemini-2.5-pro-preview', 'gemini-2.5-pro-preview-05-06'],
    ['gateway/openai/gpt-4.1', 'openai/gpt-4.1-2025-04-14'],
  ]
  for (const [pinned, answered] of snapshots) assert.equal(answeredFor(pinned, answered), 'snapshot', answered)
})

test('anything else that answers is another model', () => {
  const others: [string, string][] = [
    ['openai/gpt-4.1-mini', 'gpt-4.1'],
    ['openai/gpt-4.1', 'gpt-4.1-mini'],
    ['openai/gpt-4.1', 'gpt-4.1-mini-2025-04-14'],
    ['openai/gpt-4.1', 'gpt-4.1-2025-13-40'],
    ['openai/gpt-4.1', 'gpt-4.1-2025-04-14-preview'],
    ['openai/gpt-4.1', 'gpt-4.12025-04-14'],
    ['openai/gpt-4.1-2025-04-14', 'gpt-4.1-2025-06-01'],
    ['openai/gpt-4.1-2025-04-14', 'gpt-4.1'],
    ['openai/gpt-4.1-2025-04-14', 'gpt-4.1-2025-04-14-20260101'],
    ['gateway/meta-llama/llama-3', 'mirror/llama-3'],
    ['gateway/meta-llama/llama-3', 'mirror/llama-3-20250101'],
  ]
  for (const [pinned, answered] of others)
    assert.equal(answeredFor(pinned, answered), 'changed', `${pinned} ${answered}`)
})

test('a provider that does not say who answered is neither believed nor refused', () => {
  assert.equal(answeredFor('openai/gpt-4.1', undefined), 'unsaid')
  assert.equal(answeredFor('openai/gpt-4.1', ''), 'unsaid')
})

test('a second snapshot in one run is a change, the first again is not', () => {
  const [april, june] = ['gpt-4.1-2025-04-14', 'gpt-4.1-2025-06-01']
  assert.equal(answeredFor('openai/gpt-4.1', april, april), 'snapshot')
  assert.equal(answeredFor('openai/gpt-4.1', `openai/${april}`, april), 'snapshot')
  assert.equal(answeredFor('openai/gpt-4.1', june, april), 'changed')
  assert.equal(answeredFor('openai/gpt-4.1', june, 'gpt-4.1'), 'snapshot')
})

const name = fc.stringMatching(/^[a-z]{2,8}(-[a-z]{1,6}){0,2}$/)
const day = fc
  .record({
    year: fc.integer({ min: 2020, max: 2039 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  })
  .map(({ year, month, day }) => [year, month, day].map((part) => String(part).padStart(2, '0')))
const separator = fc.constantFrom('-', '')
const prefix = fc.constantFrom('', 'models/', 'openai/', 'openai/models/')

test('every model is itself, and every dated form of an alias is its snapshot', () => {
  fc.assert(
    fc.property(name, day, separator, prefix, (model, date, between, before) => {
      const pinned = `openai/${model}`
      const dated = `${before}${model}-${date.join(between)}`
      assert.equal(answeredFor(pinned, before + model), 'same')
      assert.equal(answeredFor(pinned, dated), 'snapshot')
      assert.equal(answeredFor(pinned, dated, dated), 'snapshot')
    }),
  )
})

test('two models of different names never pass for each other, dated or not', () => {
  fc.assert(
    fc.property(name, name, day, (pinned, other, date) => {
      fc.pre(pinned !== other && other !== `${pinned}-latest` && pinned !== `${other}-latest`)
      assert.equal(answeredFor(`openai/${pinned}`, other), 'changed')
      assert.equal(answeredFor(`openai/${pinned}`, `${other}-${date.join('-')}`), 'changed')
    }),
  )
})

test('of two different dates in one run the second is a change', () => {
  fc.assert(
    fc.property(name, day, day, (model, first, second) => {
      fc.pre(first.join() !== second.join())
      const dated = (date: string[]) => `${model}-${date.join('-')}`
      assert.equal(answeredFor(`openai/${model}`, dated(second), dated(first)), 'changed')
    }),
  )
})
