/** Real runs in a ledger that is gone through piece by piece, forwards and back again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, refundHouse, say } from '../../test/refund-house.ts'
import { troubledPage, troubledRuns } from '../../test/troubled-runs.ts'
import { endedSpans, type SpanReading } from './ended-spans.ts'
import { RunsHeld } from './runs-held.ts'

type House = Awaited<ReturnType<typeof refundHouse>>

/** Counts how often the stream of a run was read. */
function reading({ runtime: { house } }: House): { from: SpanReading; reads: string[] } {
  const reads: string[] = []
  const ledger: SpanReading['ledger'] = {
    tail: (tenant, after, most) => house.ledger.tail(tenant, after, most),
    read: (tenant, stream, ...more) => {
      if (stream.startsWith('run/')) reads.push(stream)
      return house.ledger.read(tenant, stream, ...more)
    },
  }
  return { from: { ...house, ledger }, reads }
}

/** Ids of all spans on the way to the end, in the order in which they were handed out. */
async function goThrough(from: SpanReading, most: number, held: RunsHeld, after = 0): Promise<readonly string[]> {
  const { events, through, spans } = await endedSpans(from, after, { most, held })
  const ids = spans.map(({ spanId }) => spanId)
  return events === 0 ? ids : [...ids, ...(await goThrough(from, most, held, through))]
}

test('in pieces of one event each span is met once, and no run is read again for the next piece', async () => {
  await using house = await refundHouse({ page: troubledPage })
  await troubledRuns(house)
  const { from, reads } = reading(house)
  const whole = await goThrough(from, 10_000, new RunsHeld())
  assert.deepEqual(reads, [])
  const held = new RunsHeld()
  const met = await goThrough(from, 1, held)
  assert.ok(met.length > 80, `only ${met.length} spans`)
  assert.equal(new Set(met).size, met.length)
  assert.deepEqual(met.toSorted(), whole.toSorted())
  // What is said of a write after its run has ended is rare, and reads that run again.
  assert.equal(reads.length, new Set(reads).size)
  assert.deepEqual((await goThrough(from, 1, held)).toSorted(), whole.toSorted(), 'sent again from the start')
})

test('a collector that was away is told the spans of a piece again as they were', async () => {
  await using house = await refundHouse()
  await house.play([call('get_invoice', { invoice: 'in_1' }), call('get_invoice', { invoice: 'in_2' }), say('Seen.')])
  const { from } = reading(house)
  const held = new RunsHeld()
  for (let after = 0; ; ) {
    const first = await endedSpans(from, after, { most: 4, held })
    assert.deepEqual(await endedSpans(from, after, { most: 4, held }), first)
    if (first.events === 0) break
    after = first.through
  }
})
