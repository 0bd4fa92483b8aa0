import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Snapshot } from '../ledger/ledger.ts'
import type { RunEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { answered, anyEvents, foldAll, happened } from './run-events-for-tests.ts'
import { foldHash, isDue, runIn, snapshotOf } from './snapshot.ts'

const place = { sealer: { digest: (value: unknown) => `keyed ${JSON.stringify(value)}` }, tenant: 'acme' }
const head = { seq: 7, hash: 'h7' }

/** As the ledger gives them back: a key that holds nothing is not there. */
const asStored = (events: readonly RunEvent[]): RunEvent[] => JSON.parse(JSON.stringify(events))

test('a run that is folded on from any snapshot is the run that is folded from its first event', () => {
  fc.assert(
    fc.property(anyEvents.map(asStored), fc.nat(60), (events, cut) => {
      const snapshot = snapshotOf(place, foldAll(...events.slice(0, cut)), head)
      const kept = runIn(place, 'run_1', JSON.parse(JSON.stringify(snapshot)))
      assert.ok(kept)
      assert.deepEqual(events.slice(cut).reduce(evolve, kept.run), foldAll(...events))
    }),
    { numRuns: 500 },
  )
})

test('a snapshot holds all that was read, done, said, refused and repeated', () => {
  const run = foldAll(
    ...answered({ kind: 'read' }, { digest: 'hmac-sha256:b' }),
    happened('action.returned', { read: [{ kind: 'invoice', id: 'invoice:1' }] }),
    happened('effect.dispatched', { action: '1.2' }),
    happened('effect.committed'),
    happened('run.waiting', { action: '1.2' }),
    happened('run.woken', { outcome: 'denied' }),
    ...Array(3).fill(happened('action.returned')),
  )
  const kept = runIn(place, 'run_1', snapshotOf(place, run, head))?.run
  assert.deepEqual(kept, run)
  const { said, read, results, fresh, refused, repeats, loops, outputs, effects, actions } = run
  for (const part of [said, read, results, fresh, refused, repeats, loops, outputs, effects, actions])
    assert.ok(('size' in part ? part.size : part.length) > 0)
})

/** As this very house would have sealed it. */
const sealed = ({ seq, hash, fold, state }: Snapshot): Snapshot => {
  const seal = place.sealer.digest(['acme', 'run_1', seq, hash, fold, createHash('sha256').update(state).digest('hex')])
  return { seq, hash, fold, state, seal }
}

test('a snapshot that was folded another way, or is not what was kept, is passed over', () => {
  const snapshot = snapshotOf(place, foldAll(...answered({})), head)
  assert.ok(runIn(place, 'run_1', snapshot))
  assert.deepEqual(sealed(snapshot), snapshot)
  const others = {
    anotherFold: sealed({ ...snapshot, fold: snapshot.fold.replace('engine 1', 'engine 2') }),
    anotherState: { ...snapshot, state: snapshot.state.replace('"status":"running"', '"status":"done"') },
    anotherHead: { ...snapshot, hash: 'h8' },
    anotherPlace: { ...snapshot, seq: 8 },
    anotherSeal: { ...snapshot, seal: 'keyed' },
  }
  for (const [what, other] of Object.entries(others)) {
    assert.notDeepEqual(other, snapshot)
    assert.equal(runIn(place, 'run_1', other), undefined, what)
  }
  assert.equal(runIn(place, 'run_2', snapshot), undefined)
  assert.equal(runIn({ ...place, tenant: 'other' }, 'run_1', snapshot), undefined)
})

test('a snapshot is due after two hundred events, and then each time the run has grown by a quarter', () => {
  const due: number[] = []
  for (let seq = 1; seq <= 10_000; seq++) if (isDue({ seq, hash: '' }, due.at(-1) ?? 0)) due.push(seq)
  assert.deepEqual(due.slice(0, 4), [200, 400, 600, 800])
  assert.ok(due.length < 20, `${due.length} were written`)
  for (const [index, seq] of due.entries()) assert.ok(seq - (due[index - 1] ?? 0) <= Math.max(200, seq / 4))
})

test('whoever changes what a run is, or how events change it, gives the fold another name', () => {
  const files = ['run.ts', 'effect.ts', 'evolve.ts']
  const texts = files.map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
  const now = createHash('sha256').update(texts.join('')).digest('hex').slice(0, foldHash.length)
  assert.equal(foldHash, now, `set \`foldHash\` in snapshot.ts to ${now}: snapshots of before are passed over then`)
})
