import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dueClasses, retentionClasses, type Terms } from './retention-class.ts'

const time = fc.integer({ min: 0, max: 1_000 })
const terms: fc.Arbitrary<Terms> = fc.record({ storePromptsMs: time, storeToolMetadataMs: time }, { requiredKeys: [] })

test('one more page never keeps anything longer, and what is due once stays due', () => {
  fc.assert(
    fc.property(time, fc.array(terms), terms, time, time, (endedAt, pages, another, now, later) => {
      const due = dueClasses({ endedAt, terms: pages }, { now })
      const more = dueClasses({ endedAt, terms: [...pages, another] }, { now: now + later })
      for (const name of due) assert.ok(more.includes(name))
    }),
  )
})

test('an open run is never due, by time or by order', () => {
  fc.assert(
    fc.property(fc.array(terms), time, fc.option(time, { nil: undefined }), (pages, now, before) => {
      assert.deepEqual(dueClasses({ endedAt: null, terms: pages }, { now, before }), [])
    }),
  )
})

test('an order for one class is for that class alone, of runs that had ended before its time', () => {
  for (const name of retentionClasses) {
    assert.deepEqual(dueClasses({ endedAt: 9, terms: [] }, { now: 20, class: name, before: 10 }), [name])
    assert.deepEqual(dueClasses({ endedAt: 10, terms: [] }, { now: 20, class: name, before: 10 }), [])
  }
})

test('every class of content that a run seals has a time of its own', () => {
  const all: Terms = { storePromptsMs: 0, storeToolMetadataMs: 0 }
  assert.deepEqual(dueClasses({ endedAt: 0, terms: [all] }, { now: 0 }), retentionClasses)
})
