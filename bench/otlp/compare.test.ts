import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareHeaders, compareSpans } from './compare.ts'
import { type ExpectedSpan, spansOfRows } from './expected-spans.ts'
import type { ReceivedSpan } from './received-spans.ts'

const row = (type: string, body: object, at: number) => ({ stream: 'run/r1', type, at, body: JSON.stringify(body) })
const rows = [
  row('run.started', {}, 1),
  row('turn.started', { turn: 1 }, 2),
  row('action.proposed', { action: '1.1', turn: 1 }, 3),
  row('action.judged', { action: '1.1' }, 4),
  row('run.waiting', { action: '1.1' }, 5),
  row('action.judged', { action: '1.1' }, 6),
  row('effect.dispatched', { action: '1.1', attempt: 1 }, 7),
  row('effect.dispatched', { action: '1.1', attempt: 2 }, 8),
  row('action.returned', { action: '1.1', called: false }, 9),
  row('turn.started', { turn: 2 }, 10),
  row('turn.started', { turn: 2 }, 11),
  row('run.ended', {}, 12),
]
const expected = spansOfRows('r1', rows)

test('what must arrive is counted from the rows', () => {
  assert.deepEqual(
    expected.map(({ place, parent }) => `${place} < ${parent}`),
    [
      'run < undefined',
      'turn/1 < run',
      'turn/1/model/1 < turn/1',
      'action/1.1 < turn/1',
      'action/1.1/judgement/1 < action/1.1',
      'action/1.1/wait/1 < action/1.1',
      'action/1.1/judgement/2 < action/1.1',
      'action/1.1/effect < action/1.1',
      'action/1.1/attempt/1 < action/1.1/effect',
      'action/1.1/attempt/2 < action/1.1/effect',
      'turn/2 < run',
      'turn/2/model/1 < turn/2',
      'turn/2/model/2 < turn/2',
    ],
  )
  assert.throws(() => spansOfRows('r1', rows.slice(0, -1)), /has not ended/)
})

const arrived = ({ run, place, parent, startedAt = 0 }: ExpectedSpan): ReceivedSpan => {
  const span = {
    traceId: 't',
    spanId: `id of ${place}`,
    parentSpanId: parent === undefined ? '' : `id of ${parent}`,
    startedAt,
  }
  return {
    ...span,
    run,
    place,
    kind: place.includes('attempt') ? 'attempt' : 'other',
    key: 'k',
    text: JSON.stringify(span),
  }
}
const all = expected.map(arrived)
const played = [{ run: 'r1', status: 'done', traceparent: null }]
const compared = (received: readonly ReceivedSpan[]) => {
  const { missing, extra, wrongParent, wrongTime, resent } = compareSpans(expected, received, played)
  return { missing, extra, wrongParent, wrongTime, resent }
}
const nothing = { missing: 0, extra: 0, wrongParent: 0, wrongTime: 0, resent: 0 }
const change = (place: string, by: Partial<ReceivedSpan>) =>
  all.map((span) => (span.place === place ? { ...span, ...by } : span))

test('everything once and in its place is nothing to complain of, and neither is a span that is sent again', () => {
  assert.deepEqual(compared(all), nothing)
  assert.deepEqual(compared([...all, ...all.slice(0, 3)]), { ...nothing, resent: 3 })
})

test('what is missing, too much, misplaced, changed or late is found', () => {
  assert.partialDeepStrictEqual(compared(all.filter(({ place }) => place !== 'turn/2/model/2')), { missing: 1 })
  const [first] = all
  assert.ok(first)
  assert.partialDeepStrictEqual(compared([...all, { ...first, place: 'turn/9', spanId: 'x', text: 'x' }]), { extra: 1 })
  assert.partialDeepStrictEqual(compared([...all, { ...first, spanId: 'y', text: 'y' }]), { extra: 1 })
  assert.partialDeepStrictEqual(compared([...all, { ...first, text: 'another content' }]), { extra: 1 })
  assert.partialDeepStrictEqual(compared(change('turn/2', { parentSpanId: 'id of turn/1' })), { wrongParent: 1 })
  assert.partialDeepStrictEqual(compared(change('turn/2', { traceId: 'another' })), { wrongParent: 1 })
  assert.partialDeepStrictEqual(compared(change('turn/2', { startedAt: 11 })), { wrongTime: 1 })
})

test("a run stands below its caller's span, in its caller's trace", () => {
  const called = [{ run: 'r1', status: 'done', traceparent: '00-t-caller-01' }]
  assert.equal(compareSpans(expected, all, called).wrongParent, 1)
  assert.equal(compareSpans(expected, change('run', { parentSpanId: 'caller' }), called).wrongParent, 0)
})

test('a header that names no span, or that of another call, is found', () => {
  const entry = { path: '/send', key: 'k', attempt: 2, traceparent: '00-t-id of action/1.1/attempt/2-01' }
  assert.deepEqual(compareHeaders([entry], all), { calls: 1, wrong: 0 })
  const wrong = [
    { traceparent: '' },
    { attempt: 1 },
    { key: 'another' },
    { key: '' },
    { traceparent: '00-t-id of run-01' },
  ]
  for (const by of wrong) assert.equal(compareHeaders([{ ...entry, ...by }], all).wrong, 1, JSON.stringify(by))
})
