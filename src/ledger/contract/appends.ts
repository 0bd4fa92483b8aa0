import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventDraft, LedgerEvent } from '../event.ts'
import { checkChain } from '../hash-chain.ts'
import type { Ledger } from '../ledger.ts'
import {
  append,
  appendAll,
  changing,
  happened,
  headOf,
  type LedgerUnderTest,
  openFresh,
  tailOf,
  tenant,
} from './ledger-under-test.ts'

export function testAppends(name: string, under: LedgerUnderTest): void {
  test(`${name}: a stream that nobody wrote to is empty`, async (t) => {
    const { ledger } = await openFresh(t, under)
    assert.deepEqual(await ledger.read(tenant, 'run/none'), [])
    assert.deepEqual(await headOf(ledger, 'run/none'), { seq: 0, hash: '' })
    assert.deepEqual(await ledger.tenants(), [])
  })

  test(`L2 ${name}: events count from 1 without gaps, and each is chained to the one before it, the first to its ledger, tenant and stream`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await append(ledger, 'run/1', [happened, happened])
    await append(ledger, 'run/2', [happened])
    await append(ledger, 'run/1', [happened], 'other')
    await append(ledger, 'run/1', [happened])
    const events = [
      ...(await ledger.read(tenant, 'run/1')),
      ...(await ledger.read(tenant, 'run/2')),
      ...(await ledger.read('other', 'run/1')),
    ]
    assert.deepEqual(
      events.map(({ tenant, stream, seq }) => [tenant, stream, seq]),
      [
        ['acme', 'run/1', 1],
        ['acme', 'run/1', 2],
        ['acme', 'run/1', 3],
        ['acme', 'run/2', 1],
        ['other', 'run/1', 1],
      ],
    )
    assert.equal(checkChain(ledger.id, events), undefined)
    assert.equal(checkChain('ldg_other', events)?.reason, 'not_linked')
  })

  test(`${name}: an event is kept as it was given, at the time that decide was told, and read again as often as one likes`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const body = { z: [1, null, true], a: { 'ключ "1"\n': 'Ünï\u0001cödé 🦆' }, n: -0.5, big: 9007199254740991 }
    const at = await ledger.transact({
      tenant,
      locks: [{ lock: 'stream', stream: 'run/1' }],
      reads: {},
      decide: (_, now) => ({
        append: [{ stream: 'run/1', after: 'any', events: [{ type: 'a.b', v: 7, actor: 'agent:x', body }] }],
        answer: now,
      }),
    })
    const [event] = await ledger.read(tenant, 'run/1')
    assert.deepEqual([event?.type, event?.v, event?.actor, event?.body, event?.at], ['a.b', 7, 'agent:x', body, at])
    assert.ok(Math.abs(Date.now() - at) < 60_000, 'the time is in milliseconds since 1970')
    assert.deepEqual(await ledger.read(tenant, 'run/1'), [event])
    assert.deepEqual(await ledger.read(tenant, 'run/1', 1), [])
  })

  test(`${name}: whoever appends is told its events as they stand in the ledger, and is not told of none`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const told: (readonly LedgerEvent[])[] = []
    const appending = (events: readonly EventDraft[]) =>
      ledger.transact({
        tenant,
        locks: [{ lock: 'stream', stream: 'run/1' }],
        reads: {},
        decide: () => ({ append: events.length > 0 ? [{ stream: 'run/1', after: 'any', events }] : [], answer: 1 }),
        kept: (events) => void told.push(events),
      })
    await appending([happened, happened])
    await appending([])
    assert.deepEqual(told, [await ledger.read(tenant, 'run/1')])
  })

  test(`${name}: an append to a head that has moved on is refused, and so is one to a head of another hash`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await append(ledger, 'run/1', [happened])
    const { seq, hash } = await headOf(ledger, 'run/1')
    const stale = [
      { seq: 0, hash: '' },
      { seq: 2, hash },
      { seq, hash: 'f'.repeat(64) },
    ]
    for (const after of stale) {
      const appended = appendAll(ledger, [{ stream: 'run/1', after, events: [happened] }])
      await assert.rejects(appended, { code: 'ledger_version_conflict' })
    }
    await appendAll(ledger, [{ stream: 'run/1', after: { seq, hash }, events: [happened] }])
    assert.equal((await ledger.read(tenant, 'run/1')).length, 2)
  })

  test(`${name}: of fifty writers at one head, exactly one wins`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        appendAll(ledger, [{ stream: 'run/1', after: { seq: 0, hash: '' }, events: [happened] }]),
      ),
    )
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'ledger_version_conflict')
    }
    assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
  })

  test(`L4 ${name}: fifty appends of one tick to one stream all land, each once and in a row`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await Promise.all(Array.from({ length: 50 }, () => append(ledger, 'run/1', [happened, happened])))
    const events = await ledger.read(tenant, 'run/1')
    assert.deepEqual(
      events.map(({ seq }) => seq),
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    assert.equal(checkChain(ledger.id, events), undefined)
  })

  test(`${name}: a transaction over several streams, and twice over one, is kept as a whole`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await appendAll(ledger, [
      { stream: 'run/1', after: { seq: 0, hash: '' }, events: [happened, happened] },
      { stream: 'approval/1', after: 'any', events: [happened] },
      { stream: 'run/1', after: 'any', events: [happened] },
    ])
    assert.deepEqual(
      (await ledger.read(tenant, 'run/1')).map(({ seq }) => seq),
      [1, 2, 3],
    )
    assert.equal((await ledger.read(tenant, 'approval/1')).length, 1)
  })

  test(`${name}: when one append of a transaction is refused, nothing of it is kept`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const refused = appendAll(ledger, [
      { stream: 'run/1', after: 'any', events: [stopRow('s1')] },
      { stream: 'run/2', after: { seq: 4, hash: 'x' }, events: [happened] },
    ])
    await assert.rejects(refused, { code: 'ledger_version_conflict' })
    await assertNothingKept(ledger)
  })

  test(`${name}: an event whose rows cannot be written is not kept, nor are those before it`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const events = [stopRow('s1'), changing({ change: 'put', table: 'stops', row: { stop: 's2', colour: 'red' } })]
    await assert.rejects(append(ledger, 'run/1', events), { code: 'internal' })
    const unfit = [stopRow('s1'), changing({ change: 'put', table: 'stops', row: { stop: 's2' } })]
    await assert.rejects(append(ledger, 'run/1', unfit))
    await assertNothingKept(ledger)
  })

  test(`L4 ${name}: a decide that throws reaches its own caller and undoes itself alone`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const refuse = new Error('no')
    const results = await Promise.allSettled([
      append(ledger, 'run/1', [happened]),
      ledger.transact({
        tenant,
        locks: [],
        reads: {},
        decide() {
          throw refuse
        },
      }),
      append(ledger, 'run/2', [{ ...happened, body: { changes: [{ change: 'put', table: 'nothing', row: {} }] } }]),
      append(ledger, 'run/3', [happened]),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    assert.equal(results[1]?.status === 'rejected' && results[1].reason, refuse)
    assert.deepEqual((await tailOf(ledger, 2)).map(({ stream }) => stream).sort(), ['run/1', 'run/3'])
  })

  test(`${name}: decide sees what the transactions before it appended`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const countOne = () =>
      ledger.transact({
        tenant,
        locks: [{ lock: 'stream', stream: 'run/1' }],
        reads: { head: { read: 'head', stream: 'run/1' } },
        decide: ({ head }) => ({ append: [{ stream: 'run/1', after: head, events: [happened] }], answer: head.seq }),
      })
    const seen = await Promise.all([countOne(), countOne(), countOne()])
    assert.deepEqual(seen.sort(), [0, 1, 2])
  })

  test(`${name}: a stream that decide appends to without having locked it is safe all the same`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const careless = () =>
      ledger.transact({
        tenant,
        locks: [],
        reads: {},
        decide: () => ({ append: [{ stream: 'run/1', after: 'any', events: [happened] }], answer: undefined }),
      })
    await Promise.all(Array.from({ length: 20 }, careless))
    assert.equal((await ledger.read(tenant, 'run/1')).length, 20)
  })

  test(`${name}: payloads are kept with the events that name them, found again byte for byte, and never overwritten`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const payload = {
      stream: 'run/1',
      n: 1,
      class: 'prompt',
      ciphertext: Uint8Array.from({ length: 256 }, (_, i) => i),
    }
    const second = { ...payload, n: 2, class: 'facts', ciphertext: new Uint8Array(0) }
    await appendAll(ledger, [{ stream: 'run/1', after: 'any', events: [happened], payloads: [payload, second] }])
    assert.deepEqual(await ledger.payloads(tenant, 'run/1', [1, 2, 3]), [payload, second])
    assert.deepEqual(await ledger.payloads('other', 'run/1', [1]), [])
    const again = { ...payload, ciphertext: new Uint8Array(3) }
    await assert.rejects(appendAll(ledger, [{ stream: 'run/1', after: 'any', events: [happened], payloads: [again] }]))
    assert.deepEqual(await ledger.payloads(tenant, 'run/1', [1]), [payload])
    assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
  })

  if (under.opener)
    test(`${name}: what was answered is still there after the ledger was closed and opened again`, async (t) => {
      const { ledger, openAgain } = await openFresh(t, under)
      await append(ledger, 'run/1', [stopRow('s1')])
      const before = await ledger.read(tenant, 'run/1')
      await ledger.close()
      const reopened = await openAgain()
      assert.equal(reopened.id, ledger.id)
      assert.deepEqual(await reopened.read(tenant, 'run/1'), before)
      assert.equal((await reopened.find(tenant, { stops: { read: 'stops' } })).stops.length, 1)
    })
}

const stopRow = (stop: string) =>
  changing({
    change: 'put',
    table: 'stops',
    row: { stop, scope: 'tenant', value: '', level: 'observe', by: 'ada', since: 1, environment: 'dev' },
  })

async function assertNothingKept(ledger: Ledger): Promise<void> {
  assert.deepEqual(await ledger.tail(tenant, 0, 10), [])
  assert.deepEqual(await ledger.read(tenant, 'run/1'), [])
  assert.deepEqual((await ledger.find(tenant, { stops: { read: 'stops' } })).stops, [])
}
