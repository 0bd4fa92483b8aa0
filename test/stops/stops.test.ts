/**
 * Stops raised by another process while sixteen runs write. What the vendor saw is matched with the ledger by the key of
 * each write: nothing is dispatched in the scope after `committed`, nothing arrives after `quiet`, and the rest goes on.
 */
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { stopLevels } from '../../src/stops/stop.ts'
import type { Database } from '../approvals/place.ts'
import {
  assertCutOff,
  assertLetFinish,
  assertLookedUp,
  assertNothingNew,
  assertOthersGoOn,
  assertWrittenOnce,
  readEvidence,
} from './evidence.ts'
import { byCommand, byCommandLine, type Hands, type StopNamed, type Stopped } from './hands.ts'
import { risks, settledAfterMs } from './writing-agents.ts'
import { openWritingHouse, type Round, type WritingHouse, type WritingRun } from './writing-house.ts'

const scopes: readonly Pick<StopNamed, 'scope' | 'value'>[] = [
  { scope: 'everything', value: '' },
  { scope: 'tenant', value: '' },
  { scope: 'agent', value: 'alpha' },
  { scope: 'tool', value: 'add_note' },
  { scope: 'risk', value: 'high' },
]

const houses: readonly [Database, number, string][] = [
  ['sqlite', 1, 'one engine on SQLite'],
  ['postgres', 2, 'two engines on PostgreSQL'],
]

/** What an abort cuts off is long under way at the desk, which writes it all the same. */
const slowMs = { draft: 250, observe: 250, abort: 700 }
const fastMs = 30

describe('stops', { concurrency: houses.length }, () => {
  for (const [database, engines, where] of houses) {
    describe(`while 16 runs write, ${where}`, { concurrency: 1 }, () => {
      const ends = new AsyncDisposableStack()
      let house: WritingHouse
      before(async () => {
        house = await openWritingHouse(ends, database, engines)
      })
      after(() => ends.disposeAsync())

      for (const level of stopLevels) {
        for (const named of scopes) {
          const name = [named.scope, named.value].filter(Boolean).join(':')
          test(`D4 a stop of ${name} at ${level} holds from its commit, comes to quiet, and leaves the rest alone`, (t) =>
            playStop(t, house, { ...named, level }, byCommand))
        }
      }

      test('D4 a stop from the command line holds as well, and says how long it took', (t) =>
        playStop(t, house, { scope: 'agent', value: 'alpha', level: 'observe' }, byCommandLine))

      test('the strictest of two stops counts: runs that an abort finds waiting end, and nobody is asked any more', () =>
        playTwoStops(house))

      test('D4 what a killed engine had on the wire is looked up under a stop, and not sent again', (t) =>
        playKill(t, house))
    })
  }
})

async function playStop(t: TestContext, opened: WritingHouse, wanted: StopNamed, hands: Hands): Promise<void> {
  await opened.setPace(slowMs[wanted.level])
  const round = await opened.startRound()
  const stopped = round.runs.filter((run) => isIn(wanted, run))
  const others = round.runs.filter((run) => !stopped.includes(run))
  await round.haveWritten(round.runs)
  await round.areOnTheWire(stopped, 2)

  const raised = await hands.stop(opened, wanted, round.seen)
  t.diagnostic(figures(raised))
  await opened.setPace(fastMs)
  await round.haveWritten(others, 2)
  await opened.until(() => isHeldBack(round, wanted, stopped))
  if (wanted.level === 'draft') await round.grant(stopped.slice(0, 1))
  await opened.until(() => isHeldBack(round, wanted, stopped))
  const atLift = round.seen()

  await hands.lift(opened, wanted)
  if (wanted.level === 'draft') await round.grant(stopped)
  if (!endsRuns(wanted)) await round.haveWritten(stopped)
  await round.rest()

  assertInTime(raised)
  const evidence = await readEvidence(round, raised.committed.stop, stopped)
  assertNothingNew(evidence, { ...raised, atLift })
  assertLetFinish(evidence, raised)
  assertOthersGoOn(evidence, others)
  assertWrittenOnce(evidence)
  if (wanted.level === 'abort') assertCutOff(evidence)
}

/** The process that sent them is gone: nobody waits for an answer, and time alone brings the quiet. */
async function playKill(t: TestContext, opened: WritingHouse): Promise<void> {
  const wanted: StopNamed = { scope: 'everything', value: '', level: 'observe' }
  await opened.setPace(slowMs.abort)
  const round = await opened.startRound()
  await round.areOnTheWire(round.runs, 4)
  await opened.killEngines()
  const raised = await byCommand.stop(opened, wanted, round.seen)
  t.diagnostic(figures(raised))
  await opened.startEngines()
  await opened.until(() => isHeldBack(round, wanted, round.runs))
  const atLift = round.seen()
  await byCommand.lift(opened, wanted)
  await round.haveWritten(round.runs)
  await round.rest()

  assertInTime(raised)
  const evidence = await readEvidence(round, raised.committed.stop, round.runs)
  assertNothingNew(evidence, { ...raised, atLift })
  assertLetFinish(evidence, raised)
  assertWrittenOnce(evidence)
  assert.ok(raised.quieted.givenUp > 0)
  assertLookedUp(evidence)
}

async function playTwoStops(opened: WritingHouse): Promise<void> {
  const draft: StopNamed = { scope: 'everything', value: '', level: 'draft' }
  const abort: StopNamed = { scope: 'agent', value: 'alpha', level: 'abort' }
  await opened.setPace(fastMs)
  const round = await opened.startRound()
  await byCommand.stop(opened, draft, round.seen)
  await opened.until(() => isHeldBack(round, draft, round.runs))
  await byCommand.stop(opened, abort, round.seen)
  const written = round.commits().length
  const alphas = round.runs.filter((run) => isIn(abort, run))
  await opened.until(() => isHeldBack(round, abort, alphas))
  assert.deepEqual(await round.asked(alphas), [])
  assert.equal(round.commits().length, written)

  await round.grant(round.runs.filter((run) => !isIn(abort, run)))
  for (const wanted of [abort, draft]) await byCommand.lift(opened, wanted)
  await round.rest()
}

const isIn = ({ scope, value }: StopNamed, { agent, tool }: WritingRun): boolean => {
  if (scope === 'agent') return agent === value
  if (scope === 'tool') return tool === value
  return scope === 'risk' ? risks[tool] === value : true
}

/** A tool or a risk is no run's all: the run is told, and goes on. */
const endsRuns = ({ scope, level }: StopNamed): boolean => level === 'abort' && scope !== 'tool' && scope !== 'risk'

/** Every run of the scope has come to the stop, and the ledger says how. */
async function isHeldBack(round: Round, wanted: StopNamed, stopped: readonly WritingRun[]): Promise<boolean> {
  if (wanted.level === 'draft') return (await round.rows(stopped)).every((row) => row?.awaits === 'approval')
  if (endsRuns(wanted)) return (await round.rows(stopped)).every((row) => row?.status === 'stopped')
  const denied = (await round.events()).filter(({ body }) => body.decision === 'deny' && body.code === 'stopped')
  const rows = await round.rows(stopped)
  // A write that nobody can look up waits for the lifting, to be sent again then.
  return stopped.every(
    ({ id }, index) => rows[index]?.awaits === 'stop' || denied.some(({ stream }) => stream === `run/${id}`),
  )
}

function assertInTime({ committed: { committedMs }, quieted: { waitedMs } }: Stopped): void {
  assert.ok(committedMs < 2_000, `committed came after ${committedMs} ms`)
  assert.ok(waitedMs < settledAfterMs + 1_000, `quiet came after ${waitedMs} ms`)
}

function figures({ committed: { committedMs, inFlight }, quieted: { finished, givenUp, waitedMs } }: Stopped): string {
  const under = `committed in ${Math.round(committedMs)} ms with ${inFlight.length} under way`
  return `${under}; quiet ${waitedMs} ms later: ${finished} finished, ${givenUp} past their time`
}
