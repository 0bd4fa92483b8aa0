import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { CharterError } from '../errors.ts'
import { modelFailureOf, toModelFailed } from './model-failure.ts'

const now = Date.UTC(2026, 10, 21, 12, 0, 0)

const failureOf = (thrown: unknown) => modelFailureOf(toModelFailed('openai/gpt-4.1', thrown, now))

const answeredWith = (responseHeaders: Record<string, string>) =>
  failureOf(new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode: 503, responseHeaders }))

test('retry-after is read as seconds, as milliseconds and as a date', () => {
  assert.equal(answeredWith({ 'retry-after': '2' })?.retryAfterMs, 2000)
  assert.equal(answeredWith({ 'retry-after': '0.5' })?.retryAfterMs, 500)
  assert.equal(answeredWith({ 'retry-after-ms': '120', 'retry-after': '2' })?.retryAfterMs, 120)
  assert.equal(answeredWith({ 'retry-after': 'Sat, 21 Nov 2026 12:01:00 GMT' })?.retryAfterMs, 60_000)
})

test('a date that has passed means now, and nonsense means nothing', () => {
  assert.equal(answeredWith({ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' })?.retryAfterMs, 0)
  assert.deepEqual(answeredWith({ 'retry-after': 'soon' }), { retryable: true, status: 503 })
})

test('a network that failed is retryable however deep the provider wrapped it', () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  assert.equal(failureOf(new Error('outer', { cause: new Error('inner', { cause: reset }) }))?.retryable, true)
  assert.equal(failureOf(new DOMException('late', 'TimeoutError'))?.retryable, true)
})

test('an answer that is none of a model is retryable, and a request that was refused is not', () => {
  const answered = (statusCode: number) =>
    failureOf(new APICallError({ message: 'no', url: 'x', requestBodyValues: {}, statusCode }))
  assert.deepEqual(answered(200), { retryable: true, status: 200 })
  assert.deepEqual(answered(400), { retryable: false, status: 400 })
  assert.deepEqual(failureOf(new InvalidResponseDataError({ data: {} })), { retryable: true })
})

test('a bug in a provider is not retryable', () => {
  assert.deepEqual(failureOf(new TypeError('x is not a function')), { retryable: false })
  assert.deepEqual(failureOf('a string'), { retryable: false })
})

test('an error whose causes go in a ring is still told apart', () => {
  const ring = new Error('ring')
  ring.cause = ring
  assert.equal(failureOf(ring)?.retryable, false)
})

test('only a failed model has a failure to tell', () => {
  assert.equal(modelFailureOf(new CharterError('tool_failed', 'no')), undefined)
  assert.equal(modelFailureOf(new Error('no')), undefined)
})
