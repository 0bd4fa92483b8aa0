import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placeOf, readTraceparent, requireTraceparent, spanIdOf, traceIdOf, traceparentAt } from './trace-context.ts'

const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('a traceparent is read as W3C says', () => {
  const { traceId, spanId, flags } = readTraceparent(given) ?? {}
  assert.deepEqual([traceId, spanId, flags], ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331', '01'])
  assert.deepEqual(readTraceparent(`01${given.slice(2)}-what.comes.later`), readTraceparent(given))
})

test('what is no traceparent is refused, with an example of one', () => {
  const wrong = [
    '',
    'trace',
    given.toUpperCase(),
    `ff${given.slice(2)}`,
    `${given}-more`,
    given.replace(/-0af[0-9a-f]+/, `-${'0'.repeat(32)}`),
    given.replace(/-b7a[0-9a-f]+/, `-${'0'.repeat(16)}`),
    given.slice(0, -1),
  ]
  for (const text of wrong) {
    assert.equal(readTraceparent(text), undefined, text)
    assert.throws(() => requireTraceparent(text), { code: 'usage', param: 'traceparent', hint: /00-0af7/ })
  }
})

test("a run stands in its caller's trace, or in one of its own that is always the same", () => {
  assert.equal(traceIdOf('run_1', given), '0af7651916cd43dd8448eb211c80319c')
  assert.equal(traceIdOf('run_1', undefined), traceIdOf('run_1', undefined))
  assert.notEqual(traceIdOf('run_1', undefined), traceIdOf('run_2', undefined))
})

test('what a tool is given names its span, and keeps what the caller said of recording', () => {
  const started = { traceparent: given.replace(/01$/, '00') }
  const passed = traceparentAt({ id: 'run_1', started: started as never }, placeOf.call('2.1'))
  assert.equal(passed, `00-0af7651916cd43dd8448eb211c80319c-${spanIdOf('run_1', 'action/2.1/call')}-00`)
  assert.match(traceparentAt({ id: 'run_1', started: undefined }, placeOf.run), /-01$/)
})

test('whatever a run and its places are called, what is passed on is a valid traceparent', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (id, place) => {
      const passed = traceparentAt({ id, started: undefined }, place)
      assert.equal(readTraceparent(passed)?.spanId, spanIdOf(id, place))
    }),
  )
})
