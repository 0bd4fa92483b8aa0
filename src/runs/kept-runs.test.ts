import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeptRuns } from './kept-runs.ts'
import { emptyRun } from './run.ts'

const at = (id: string, said = 0) => {
  const run = emptyRun(id)
  for (let n = 0; n < said; n++) run.said.push({ by: 'model', answer: { n, class: 'prompt', sha256: 'a' } })
  return { run, head: { seq: 3, hash: 'h3' }, snapshotAt: 0 }
}

test('a run that was taken up is not kept any longer: whoever has it changes it', () => {
  const kept = createKeptRuns()
  const run = at('run_1')
  kept.keep(run)
  assert.equal(kept.take('run_1'), run)
  assert.equal(kept.take('run_1'), undefined)
  kept.keep(run)
  kept.drop('run_1')
  assert.equal(kept.take('run_1'), undefined)
})

test('there is room for so much; the runs kept longest ago make way, also for one that is too long by itself', () => {
  const kept = createKeptRuns(1_000)
  for (let n = 1; n <= 100; n++) kept.keep(at(`run_${n}`, 50))
  const left = Array.from({ length: 100 }, (_, n) => kept.take(`run_${n + 1}`)).filter((run) => run !== undefined)
  assert.deepEqual(
    left.map(({ run }) => run.id),
    Array.from({ length: 10 }, (_, n) => `run_${91 + n}`),
  )
  kept.keep(at('run_1', 50))
  kept.keep(at('run_2', 5_000))
  assert.equal(kept.take('run_1'), undefined)
  assert.equal(kept.take('run_2'), undefined)
  kept.keep(at('run_3', 50))
  assert.ok(kept.take('run_3'))
})
