import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Arrival, Commit } from '../../examples/refunds/desk/witness.ts'
import { countStops } from './count.ts'
import type { Played } from './play.ts'
import type { Attempt, Records } from './records.ts'

/** Pressed at 100, committed at 110, quiet at 200, lifted from 300 on; places 10 to 20 of the ledger. */
const played: Played = {
  stop: { scope: 'agent', value: 'alpha', level: 'observe' },
  pressed: 100,
  committed: 110,
  committedMs: 10,
  quiet: 200,
  lifting: 300,
  raised: 10,
  lifted: 20,
  byCommandLine: false,
  killed: false,
}

const path = (ticket: string) => `/tickets/${ticket}/notes`
const alpha = 'alpha.add_note.1'
const beta = 'beta.add_note.1'

const arrival = (at: number, key: string, ticket = alpha, body = ''): Arrival => {
  const common = { n: 1, method: 'POST', body_sha256: '', complete: 1 } as const
  return { ...common, at, path: path(ticket), idempotency_key: key, body: JSON.stringify({ body }) }
}
const commit = (at: number, key: string, ticket = alpha): Commit => {
  const common = { n: 1, arrival: 1, kind: 'note', id: 'n', invoice: null, amount_minor: null, currency: null } as const
  return { ...common, at, ticket, text: '', idempotency_key: key }
}
const attempt = (position: number, key: string, more: Partial<Attempt> = {}): Attempt => {
  const common = { agent: 'alpha', tool: 'add_note', deadline: 150, isSigned: false } as const
  return { ...common, clear: Number.POSITIVE_INFINITY, position, key, ...more }
}

const count = (records: Partial<Records>, stop: Partial<Played> = {}) =>
  countStops([{ ...played, ...stop }], { arrivals: [], commits: [], attempts: [], diary: [], events: 0, ...records })

test('a write that was sent before the stop may arrive until quiet, and not after it', () => {
  const attempts = [attempt(9, 'k')]
  assert.equal(count({ attempts, arrivals: [arrival(150, 'k')] }).arrivedAfterQuiet.length, 0)
  assert.equal(count({ attempts, arrivals: [arrival(250, 'k')] }).arrivedAfterQuiet.length, 1)
  assert.equal(count({ attempts, commits: [commit(250, 'k')] }).arrivedAfterQuiet.length, 1)
  assert.equal(count({ attempts, arrivals: [arrival(250, 'k', beta)] }).arrivedAfterQuiet.length, 0)
  assert.equal(count({ attempts, arrivals: [arrival(301, 'k')] }).arrivedAfterQuiet.length, 0)
})

test('an attempt that stands between the stop and its lifting was dispatched too late', () => {
  const late = (more: Partial<Attempt>) => count({ attempts: [attempt(15, 'k', more)] }).dispatchedAfterCommitted.length
  assert.equal(late({}), 1)
  assert.equal(late({ agent: 'beta' }), 0)
  assert.equal(late({ position: 21 }), 0)
})

test('people sign for writes under a stop at draft, and under no other', () => {
  const attempts = [attempt(15, 'k', { isSigned: true })]
  const arrivals = [arrival(250, 'k')]
  const draft = count({ attempts, arrivals }, { stop: { ...played.stop, level: 'draft' } })
  assert.deepEqual([draft.dispatchedAfterCommitted.length, draft.arrivedAfterQuiet.length, draft.signed], [0, 0, 1])
  assert.equal(count({ attempts, arrivals }).dispatchedAfterCommitted.length, 1)
})

test('an arrival under the stop that no earlier attempt explains was dispatched too late', () => {
  const twice = [arrival(90, 'k'), arrival(150, 'k')]
  const late = (attempts: readonly Attempt[]) => count({ attempts, arrivals: twice }).dispatchedAfterCommitted.length
  assert.equal(late([attempt(8, 'k'), attempt(9, 'k')]), 0)
  assert.equal(late([attempt(8, 'k')]), 1)
  assert.equal(late([attempt(8, 'k'), attempt(21, 'k')]), 1)
})

test('only a proposal in the scope that the vendor never saw was suppressed', () => {
  const proposed = (at: number, ticket = alpha) => ({ at, proposed: `word 1 on ${ticket}` })
  const suppressed = (diary: Records['diary'], arrivals: readonly Arrival[] = [], stop: Partial<Played> = {}) =>
    count({ diary, arrivals }, stop).suppressed
  assert.equal(suppressed([proposed(150)]), 1)
  assert.equal(suppressed([proposed(105), proposed(301), proposed(150, beta)]), 0)
  assert.equal(suppressed([proposed(150)], [arrival(400, 'k', alpha, `word 1 on ${alpha}`)]), 0)
  assert.equal(suppressed([proposed(150)], [], { killed: true }), 0)
})

test('in flight is what tools of the scope had begun and not ended when the stop was pressed', () => {
  const begun = (at: number, key: string, ticket = alpha) => ({ at, begun: key, attempt: 1, ticket })
  const diary = [
    begun(90, 'a'),
    begun(90, 'b'),
    { at: 95, ended: 'b', attempt: 1 },
    begun(90, 'c', beta),
    begun(105, 'd'),
  ]
  assert.deepEqual(count({ diary }).inFlight, [1])
})

test('what others do under a stop is counted, and a missing answer as well', () => {
  const { outsideScopeCommits, unacknowledged } = count({ commits: [commit(150, 'k', beta), commit(150, 'l')] })
  assert.deepEqual([outsideScopeCommits, unacknowledged], [1, 0])
  const { quiet: _, ...unquiet } = played
  assert.equal(
    countStops([unquiet], { arrivals: [], commits: [], attempts: [], diary: [], events: 0 }).unacknowledged,
    1,
  )
})

test('quiet is measured from the last deadline of what was not cleared up when the stop came', () => {
  const past = (more: Partial<Attempt>) => count({ attempts: [attempt(9, 'k', more)] }).quietPastDeadlineMs
  assert.deepEqual(past({}), [50])
  assert.deepEqual(past({ clear: 9.5 }), [90])
  assert.deepEqual(past({ position: 11 }), [90])
})

test('the way of a write is measured from its tool to the vendor, where each sending arrived', () => {
  const sent = (at: number, key: string) => ({ at, sent: key, attempt: 1 })
  const diary = [sent(90, 'k'), sent(120, 'k'), sent(90, 'lost'), sent(95, 'lost')]
  const arrivals = [arrival(93, 'k'), arrival(130, 'k'), arrival(100, 'lost')]
  assert.deepEqual(count({ diary, arrivals }).wireMs, [3, 10])
})
