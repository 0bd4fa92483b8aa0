/** Real runs exported to a collector that takes, refuses, dies and comes back. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { settleEffect } from '../commands/settle-effect.ts'
import { spansOfRun } from '../traces/run-spans.ts'
import { connectCollector, tracesUrl } from './collector.ts'
import { fileCursor } from './cursor.ts'
import { type Exported, type ExporterParts, exportSpans } from './exporter.ts'
import { type Receiver, startReceiver } from './receiver-for-tests.ts'

const never = new AbortController().signal

/** What a test needs to export a house, and to export it again with the same cursor. */
async function scene(database: 'memory' | 'postgres' = 'memory', keepAliveMs = 60_000) {
  const folder = mkdtempSync(path.join(tmpdir(), 'exporter-'))
  const house = await refundHouse({ database })
  const receiver = await startReceiver(keepAliveMs)
  const notes: string[] = []
  const parts = (): ExporterParts => ({
    from: house.runtime.house,
    source: { resource: { 'service.name': 'charter' }, version: '0.0.0' },
    collector: connectCollector({ url: tracesUrl(receiver.url), headers: { 'api-key': 'k' }, clock: house.clock }),
    cursor: fileCursor(path.join(folder, 'cursor.json'), receiver.url),
    clock: house.clock,
    note: (line) => notes.push(line),
  })
  const exportOnce = async (): Promise<Exported> => {
    const exporting = parts()
    try {
      return await exportSpans(exporting, { signal: never, once: true })
    } finally {
      exporting.collector.close()
    }
  }
  return {
    house,
    receiver,
    notes,
    parts,
    exportOnce,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]()
      await house[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function expected(house: RefundHouse, run: string): Promise<readonly string[]> {
  const events = await house.events(run)
  return spansOfRun(run, events, house.runtime.house.sealer).map(({ spanId }) => spanId)
}

/** A tail of PostgreSQL stops before what any transaction of the server may still come before, that of another test too. */
async function isTold({ runtime: { house }, events }: RefundHouse, run: string): Promise<boolean> {
  const [last, told] = [(await events(run)).at(-1), await house.ledger.tail(house.tenant, 0, 10_000)]
  return told.some(({ hash }) => hash === last?.hash)
}

const ofRun = (receiver: Receiver, run: string) =>
  [...receiver.spans().values()].filter(({ attributes }) => attributes['charter.run'] === run)

async function isWhole({ house, receiver }: { house: RefundHouse; receiver: Receiver }, run: string): Promise<boolean> {
  const received = new Set(ofRun(receiver, run).map(({ spanId }) => spanId))
  return (await expected(house, run)).every((spanId) => received.has(spanId))
}

for (const database of ['memory', 'postgres'] as const) {
  test(`L7 the spans of a run arrive whole and once, with their names, parents and times (${database})`, async () => {
    await using on = await scene(database)
    const { run } = await on.house.play([call('get_invoice', { invoice: 'in_1' }), refund('in_1'), say('Done.')])
    await on.house.until(() => isTold(on.house, run))
    await on.exportOnce()
    const spans = ofRun(on.receiver, run)
    assert.deepEqual(spans.map(({ spanId }) => spanId).toSorted(), [...(await expected(on.house, run))].toSorted())
    const named = new Map(spans.map((span) => [span.attributes['charter.place'], span]))
    const names = ['run', 'turn/1/model/1', 'action/1.1/call', 'action/2.1/attempt/1'].map((at) => named.get(at)?.name)
    assert.deepEqual(names, [
      'invoke_agent refunds',
      'chat refunds',
      'execute_tool get_invoice',
      'execute_tool request_refund',
    ])
    assert.equal(named.get('turn/1')?.parentSpanId, named.get('run')?.spanId)
    const [started] = await on.house.events(run)
    assert.equal(named.get('run')?.startNanos, BigInt(started?.at ?? 0) * 1_000_000n)
    assert.deepEqual([on.receiver.requests[0]?.path, on.receiver.requests[0]?.headers['api-key']], ['/v1/traces', 'k'])
  })
}

test('the page that a write was decided by is a span that it links to', async () => {
  await using on = await scene()
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  await on.exportOnce()
  const effect = ofRun(on.receiver, run).find(({ attributes }) => attributes['charter.span'] === 'effect')
  const page = effect?.links.find(
    ({ attributes }) => 'charter.link' in attributes && attributes['charter.link'] === 'charter',
  )
  assert.equal(on.receiver.spans().get(page?.spanId ?? '')?.name, 'apply refunds')
})

test('what was exported is not exported again, and what happens later is', async () => {
  await using on = await scene()
  on.house.desk.setFault({ method: 'POST', path: '/tickets/:id/replies', fault: 'commit_then_disconnect', times: 1 })
  const { run } = await on.house.play([call('send_reply', { ticket: 't_1', body: 'Soon.' }), say('?')])
  const first = await on.exportOnce()
  assert.ok(first.spans > 5)
  assert.equal((await on.exportOnce()).spans, 0)
  await settleEffect(on.house.runtime.house, { effect: `${run}:1.1`, outcome: 'committed', by: 'ops@acme.example' })
  assert.equal((await on.exportOnce()).spans, 1)
  assert.equal(on.receiver.requests.at(-1)?.spans[0]?.name, 'settle send_reply')
})

test('a collector that is busy is asked again, and told nothing twice', async () => {
  await using on = await scene()
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  on.receiver.refuse(503, 2)
  await on.exportOnce()
  assert.ok(await isWhole(on, run))
  assert.equal(on.receiver.requests.length, 1)
  assert.match(on.notes[0] ?? '', /does not take spans: it answered 503; \d+ s behind, tried again in 250 ms/)
  assert.match(on.notes.at(-1) ?? '', /takes spans again/)
})

test('an exporter that is behind says so, and one that is not says nothing', async () => {
  await using on = await scene()
  await on.house.play([say('Done.')])
  await on.exportOnce()
  assert.deepEqual(on.notes, [])
  await on.house.play([say('Done.')])
  await on.house.clock.skip(120_000)
  await on.exportOnce()
  assert.match(on.notes[0] ?? '', /is told what happened 12\d s ago/)
})

test('what a collector rejects for good is said', async () => {
  await using on = await scene()
  await on.house.play([say('Done.')])
  on.receiver.reject(2, 'too old')
  assert.equal((await on.exportOnce()).rejected, 2)
  assert.match(on.notes[0] ?? '', /rejected 2 of \d+ spans: too old/)
})

test('a collector that dies with what it had acknowledged is given it again when it is back', async () => {
  await using on = await scene()
  const leave = new AbortController()
  const exporting = on.parts()
  const exported = exportSpans(exporting, { signal: leave.signal })
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  await on.house.until(() => isWhole(on, run))
  await on.receiver.crash()
  assert.equal(on.receiver.spans().size, 0)
  await on.receiver.comeBack()
  await on.house.until(() => isWhole(on, run))
  leave.abort()
  await exported
  exporting.collector.close()
})

test('a collector that closes a connection in good order has lost nothing, and is told nothing again', async () => {
  await using on = await scene('memory', 1_000)
  const leave = new AbortController()
  const exporting = on.parts()
  const exported = exportSpans(exporting, { signal: leave.signal })
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  await on.house.until(() => isWhole(on, run))
  const before = on.receiver.requests.length
  await on.house.clock.wait(2_500)
  assert.equal(on.receiver.requests.length, before)
  leave.abort()
  await exported
  exporting.collector.close()
})

test('a collector that breaks off every connection is not told the same for ever', async () => {
  await using on = await scene()
  on.receiver.turnRude()
  const leave = new AbortController()
  const exporting = on.parts()
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  const exported = exportSpans(exporting, { signal: leave.signal })
  await on.house.until(() => isWhole(on, run))
  for (let second = 0; second < 8; second++) {
    await on.house.clock.wait(60)
    await on.house.clock.skip(1_000)
  }
  assert.ok(on.receiver.requests.length > 1)
  assert.ok(on.receiver.requests.length <= 4, `${on.receiver.requests.length} requests`)
  leave.abort()
  await exported
  exporting.collector.close()
})

test('an exporter that is gone for a while goes on where it was', async () => {
  await using on = await scene()
  const first = await on.house.play([refund('in_1'), say('Done.')])
  await on.receiver.crash()
  await assert.rejects(on.exportOnce(), { code: 'collector_unavailable', hint: /nothing is lost/ })
  await on.receiver.comeBack()
  const second = await on.house.play([refund('in_2'), say('Done.')])
  await on.exportOnce()
  assert.ok((await isWhole(on, first.run)) && (await isWhole(on, second.run)))
})

test('an exporter that is killed together with its collector tells again what the collector may not have written', async () => {
  await using on = await scene()
  const { run } = await on.house.play([refund('in_1'), say('Done.')])
  const exporting = on.parts()
  // A killed process does not come to its last word.
  const cursor = {
    ...exporting.cursor,
    keep: (...[progress]: Parameters<typeof exporting.cursor.keep>) => exporting.cursor.keep(progress, false),
  }
  await exportSpans({ ...exporting, cursor }, { signal: never, once: true })
  exporting.collector.close()
  await on.receiver.crash()
  await on.receiver.comeBack()
  await on.exportOnce()
  assert.ok(await isWhole(on, run))
})

test('a run is told while it still waits, by what has ended of it', async () => {
  await using on = await scene()
  const waiting = await on.house.play([refund('in_1', '60.00'), say('Done.')])
  await on.exportOnce()
  const places = ofRun(on.receiver, waiting.run).map(({ attributes }) => attributes['charter.place'])
  assert.deepEqual(places.toSorted(), ['action/1.1/judgement/1', 'turn/1/model/1'])
})

test('an exporter that begins late may pass over what was before, once', async () => {
  await using on = await scene()
  const before = await on.house.play([say('Done.')])
  const exporting = on.parts()
  assert.equal((await exportSpans(exporting, { signal: never, once: true, fromNow: true })).spans, 0)
  const after = await on.house.play([say('Done.')])
  assert.ok((await exportSpans(exporting, { signal: never, once: true, fromNow: true })).spans > 0)
  exporting.collector.close()
  assert.deepEqual(ofRun(on.receiver, before.run), [])
  assert.ok(await isWhole(on, after.run))
})

test('runs of another environment are not exported', async () => {
  await using on = await scene()
  const { run } = await on.house.play([say('Done.')])
  const exporting = on.parts()
  const from = { ...exporting.from, ledger: on.house.runtime.house.ledger, environment: 'prod' }
  assert.equal((await exportSpans({ ...exporting, from }, { signal: never, once: true })).spans, 0)
  exporting.collector.close()
  assert.deepEqual(ofRun(on.receiver, run), [])
})
