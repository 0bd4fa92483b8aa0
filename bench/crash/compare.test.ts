import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Arrival, Commit } from '../depot/vendor-store.ts'
import { type Accounts, compare, wrongWords } from './compare.ts'
import type { EffectHistory } from './effect-history.ts'

const kill = { at: 1_000, killed: 'engine', engine: 1 } as const

const effect = (parts: Partial<EffectHistory> = {}): EffectHistory => ({
  effect: 'run_1:a1',
  tool: 'book',
  key: 'k1',
  attempts: new Map([[1, 900]]),
  firstAt: 900,
  status: 'committed',
  why: undefined,
  endedAt: 1_200,
  ...parts,
})
const arrival = (parts: Partial<Arrival> = {}): Arrival => ({
  n: 1,
  at: 910,
  tool: 'book',
  business: 'o1/1',
  key: 'k1',
  attempt: 1,
  engine: 1,
  answered_at: 950,
  cut_at: null,
  ...parts,
})
const commit = (parts: Partial<Commit> = {}): Commit => ({
  tool: 'book',
  business: 'o1/1',
  key: 'k1',
  receipt: 'book-1',
  at: 930,
  ...parts,
})

/** One effect, sent and done once, unless said otherwise. */
function compared(parts: Partial<Omit<Accounts, 'histories'>> & { effects?: readonly EffectHistory[] } = {}) {
  const { effects = [effect()], ...rest } = parts
  const histories = { events: 0, runs: new Map(), effects: new Map(effects.map((one) => [one.effect, one])) }
  return compare({ arrivals: [arrival()], commits: [commit()], kills: [kill], histories, ...rest })
}

test('an effect that was sent and done once is nothing to speak of', () => {
  const { duplicateEffects, effectsWithoutIntent, wrongOutcomes, unknownKeyed } = compared()
  assert.deepEqual([duplicateEffects, effectsWithoutIntent, wrongOutcomes, unknownKeyed], [[], [], [], []])
})

test('what the vendor did twice is a duplicate, under whatever keys', () => {
  const twice = compared({ commits: [commit(), commit({ key: 'k2', receipt: 'book-2' })] })
  assert.deepEqual(twice.duplicateEffects, ['o1/1'])
})

test('an attempt that the ledger never dispatched is without intent, also of an effect that it knows', () => {
  const stray = compared({ arrivals: [arrival(), arrival({ attempt: 2 }), arrival({ key: 'k9', business: 'o9/1' })] })
  assert.deepEqual(stray.effectsWithoutIntent, ['o1/1, attempt 2', 'o9/1, attempt 1'])
})

test('an outcome that the vendor contradicts is wrong, either way', () => {
  assert.equal(compared({ commits: [] }).wrongOutcomes.length, 1)
  assert.equal(compared({ effects: [effect({ status: 'not_committed' })] }).wrongOutcomes.length, 1)
  assert.equal(compared({ effects: [effect({ status: 'not_committed' })], commits: [] }).wrongOutcomes.length, 0)
})

test('an effect that stays open counts by what its tool can do', () => {
  const open = (tool: string) => compared({ effects: [effect({ tool, status: 'unknown', endedAt: undefined })] })
  assert.deepEqual(open('book').unknownKeyed, ['run_1:a1'])
  assert.deepEqual(open('ship').unknownVerifyOnly, ['run_1:a1'])
  assert.deepEqual(open('mail').unknownAtMostOnce, ['run_1:a1'])
})

test('an unknown write that is sent at most once needs a kill while it was open', () => {
  const mail = { tool: 'mail', status: 'unknown' } as const
  const interrupted = compared({ effects: [effect({ ...mail, endedAt: 1_200 })] })
  assert.deepEqual([interrupted.atMostOnceInFlightAtKill, interrupted.unknownWithoutKill], [1, []])
  const left = compared({ effects: [effect({ ...mail, why: 'timed_out', endedAt: 990 })] })
  assert.deepEqual([left.atMostOnceInFlightAtKill, left.unknownWithoutKill], [0, ['run_1:a1 (timed_out)']])
  const onTheWire = compared({
    effects: [effect({ ...mail, endedAt: 990 })],
    arrivals: [arrival({ answered_at: null, cut_at: 1_003 })],
  })
  assert.deepEqual([onTheWire.atMostOnceInFlightAtKill, onTheWire.unknownWithoutKill], [1, []])
})

test('a kill is in flight when the vendor saw a connection of that very engine cut, and not before the kill', () => {
  const inFlight = (parts: Partial<Arrival>) =>
    compared({ arrivals: [arrival({ answered_at: null, ...parts })] }).killsInFlight
  assert.deepEqual(
    [inFlight({ cut_at: 1_003 }), inFlight({ cut_at: 800 }), inFlight({ cut_at: 1_003, engine: 2 })],
    [1, 0, 0],
  )
})

test('a kill is in recovery while something that the kill before had interrupted is open', () => {
  const again = { at: 1_100, killed: 'engine', engine: 2 } as const
  const kills = [kill, again]
  assert.equal(compared({ kills }).killsInRecovery, 1)
  assert.equal(compared({ kills, effects: [effect({ endedAt: 1_050 })] }).killsInRecovery, 0)
  assert.equal(compared({ kills, effects: [effect({ tool: 'ship' })] }).killsInRecovery, 0)
})

test('what a run says of its writes is held against the receipts of the vendor', () => {
  const order = { order: 'o1', writes: [{ tool: 'book', business: 'o1/1' } as const] }
  const said = (...outputs: object[]) =>
    wrongWords(order, JSON.stringify(outputs.map((output) => ({ output }))), new Map([['book-1', 'o1/1']]))
  assert.deepEqual(said({ receipt: 'book-1' }), [])
  assert.deepEqual(said({ status: 'committed', note: 'the answer was not seen' }), [])
  assert.equal(said({ receipt: 'book-7' }).length, 1)
  assert.equal(said({ error: { code: 'tool_failed' } }).length, 1)
  assert.equal(said({ error: { code: 'effect_unknown' } }).length, 1)
  assert.deepEqual(wrongWords(order, JSON.stringify([{ output: { error: { code: 'tool_failed' } } }]), new Map()), [])
  assert.equal(said().length, 1)
})
