/** A real disk that fills up: nothing more is sent, everybody is told, nothing is lost, and once there is room it goes on. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { until } from '../../examples/refunds/desk/fresh-desk.ts'
import { type CharterError, isCharterError } from '../../src/index.ts'
import { eventsIn } from './ledger-state.ts'
import { needsRoot, smallDisk } from './mounted.ts'
import { freshProject, modelId, start, verifies } from './project.ts'
import { smallRun } from './turns.ts'

/** A run under way on a disk of four megabytes, and everything that its engine complained of. */
async function projectOnASmallDisk(t: TestContext) {
  const disk = smallDisk(t, 4)
  const project = await freshProject(t, { turns: smallRun, ledgerFolder: disk.folder })
  const complaints: CharterError[] = []
  const onError = (_run: string | undefined, error: unknown) => {
    assert.ok(isCharterError(error), String(error))
    complaints.push(error)
  }
  return { disk, project, complaints, onError }
}

/** Again and again, for as long as it is. */
async function sayThatTheDiskIsFull(complaints: readonly CharterError[]): Promise<void> {
  await until(() => complaints.length >= 3)
  for (const { code, hint, message } of complaints) {
    assert.equal(code, 'ledger_full', message)
    assert.match(hint ?? '', /make room on that disk; runs go on/)
  }
}

/** Told before each turn is played, which then waits for what it does. */
function listening(model: LanguageModelV4, before: (turn: number) => Promise<void>): LanguageModelV4 {
  let turn = 0
  return {
    ...model,
    doGenerate: async (options) => {
      turn += 1
      await before(turn)
      return model.doGenerate(options)
    },
  }
}

test('L4 a disk that fills before a write is sent: nothing is sent, the engine says so, and the run ends once there is room', {
  skip: needsRoot,
}, async (t) => {
  const { disk, project, complaints, onError } = await projectOnASmallDisk(t)
  const model = listening(project.model, async (turn) => {
    if (turn === 2) disk.fill()
  })
  const runtime = await project.runtime({ agents: [project.agent({ [modelId]: model })], onError })
  const run = await start(runtime)

  await sayThatTheDiskIsFull(complaints)
  const kept = eventsIn(project.ledger)
  assert.deepEqual(project.desk.commits(), [])
  disk.free()
  const result = await run.settled()

  assert.equal(result.status, 'done')
  assert.deepEqual(eventsIn(project.ledger).slice(0, kept.length), kept)
  assert.equal(project.desk.commits().length, 1)
  assert.equal(project.desk.arrivals().filter(({ method }) => method === 'POST').length, 1)
  await verifies(project)
})

test('D6 a disk that fills while a write is on the wire: what came of it is kept until there is room, and nothing is sent again', {
  skip: needsRoot,
}, async (t) => {
  const { disk, project, complaints, onError } = await projectOnASmallDisk(t)
  project.desk.setFault({ method: 'POST', path: '/refunds', times: 1, fault: 'commit_then_delay', ms: 500 })
  const runtime = await project.runtime({ onError })
  const run = await start(runtime)

  await until(() => project.desk.commits().length === 1)
  disk.fill()
  await sayThatTheDiskIsFull(complaints)
  const kept = eventsIn(project.ledger)
  const sentWhileFull = project.desk.arrivals().filter(({ method }) => method === 'POST')
  assert.equal(sentWhileFull.length, 1)
  disk.free()
  const result = await run.settled()

  assert.equal(result.status, 'done')
  assert.deepEqual(eventsIn(project.ledger).slice(0, kept.length), kept)
  assert.equal(project.desk.commits().length, 1)
  assert.equal(project.desk.arrivals().filter(({ method }) => method === 'POST').length, 1)
  await verifies(project)
})

test('a command on a full disk is refused with what to do, and what stands in the ledger stays', {
  skip: needsRoot,
}, async (t) => {
  const { disk, project } = await projectOnASmallDisk(t)
  const worked = await project.charter('run', 'start', '--input', '"ZD-188233"')
  assert.equal(worked.exit, 0, worked.err)
  const before = project.state()
  disk.fill()

  const stop = await project.charter(
    'stop',
    'on',
    '--scope',
    'everything',
    '--reason',
    'drill',
    '--as',
    'ada@acme.example',
    '--json',
  )
  const { code, hint } = JSON.parse(stop.err)
  assert.deepEqual([stop.exit, stop.out, code], [5, '', 'keyring_unavailable'])
  assert.match(hint, /see that its disk has room/)
  disk.free()
  assert.deepEqual(project.state(), before)
  await verifies(project)
})
