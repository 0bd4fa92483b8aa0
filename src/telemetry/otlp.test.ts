import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OtelSpan } from './otel-span.ts'
import { readTraceResponse, traceRequest } from './otlp.ts'
import { messageField, textField, wholeField } from './protobuf.ts'
import { readRequest } from './receiver-for-tests.ts'
import { schemaUrl, semanticConventionsVersion } from './semantic-conventions.ts'

const source = { resource: { 'service.name': 'charter' }, version: '0.1.0' }

const whole = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.integer(whole),
  fc.double({ noNaN: true, noInteger: true }),
  fc.array(fc.string()),
)
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const attributes = fc.dictionary(fc.stringMatching(/^charter\.[a-z_]{1,12}$/), value, { noNullPrototype: true })
const span: fc.Arbitrary<OtelSpan> = fc.record({
  traceId: digits(32),
  spanId: digits(16),
  parentSpanId: fc.option(digits(16), { nil: undefined }),
  name: fc.string({ unit: 'grapheme' }),
  kind: fc.constantFrom('internal', 'client'),
  startedAt: fc.nat(4e12),
  endedAt: fc.nat(4e12),
  attributes,
  links: fc.array(fc.record({ traceId: digits(32), spanId: digits(16), attributes }, { noNullPrototype: true })),
  error: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
})

test('what is written as OTLP is read again as it was', () => {
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const read = readRequest('', {}, traceRequest(source, spans))
      assert.deepEqual(read.resource, source.resource)
      assert.deepEqual(
        read.spans.map((received) => ({ ...received, status: { ...received.status } })),
        spans.map(({ traceId, spanId, parentSpanId, name, kind, startedAt, endedAt, attributes, links, error }) => ({
          traceId,
          spanId,
          parentSpanId: parentSpanId ?? '',
          name,
          kind: kind === 'client' ? 3 : 1,
          startNanos: BigInt(startedAt) * 1_000_000n,
          endNanos: BigInt(endedAt) * 1_000_000n,
          attributes,
          links,
          status: { code: error === undefined ? 0 : 2, message: error ?? '' },
        })),
      )
    }),
  )
})

test('the version of the conventions is said with the spans', () => {
  assert.ok(schemaUrl.endsWith(semanticConventionsVersion))
  assert.ok(Buffer.from(traceRequest(source, [])).includes(schemaUrl))
})

test('an answer says how many spans were rejected and why; an empty one took all', () => {
  assert.deepEqual(readTraceResponse(new Uint8Array()), { rejected: 0, message: '' })
  const partial = messageField(1, [wholeField(1, 3), textField(2, 'too old')])
  assert.deepEqual(readTraceResponse(partial), { rejected: 3, message: 'too old' })
})

test('an answer that is no protobuf is read as far as it goes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.equal(typeof readTraceResponse(bytes).rejected, 'number')
    }),
  )
})
