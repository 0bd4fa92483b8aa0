/** Runs of a real house, moved once more: what is the same, what is not and where, and what cannot be said any more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replayCounted } from '../../test/recorded/replay-counted.ts'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import type { JsonObject } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import { defaultPriceBook } from '../models/default-price-book.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import type { Tool } from '../tools/tool.ts'
import { createProject } from './project.ts'
import { type Recording, readRecording } from './recording.ts'
import { type Replay, replayRun } from './replay.ts'

const projectWith = (tools: Iterable<Tool>) =>
  createProject({
    tools: new Map([...tools].map((tool) => [tool.name, tool])),
    prices: defaultPriceBook({ asOf: 0 }),
    evaluator: createEvaluator(),
  })

const replayIn = async (house: RefundHouse, run: string) =>
  replayRun(await readRecording(house.runtime.house, run), projectWith(house.tools.values()))

/** Two refunds, of which finance signs the second, and a look at an invoice. */
async function signedRun(house: RefundHouse): Promise<string> {
  const turns = [
    call('get_invoice', { invoice: 'in_1' }),
    refund('in_1', '10.00'),
    refund('in_1', '60.00'),
    say('Done.'),
  ]
  const waiting = await house.play(turns)
  if (waiting.status !== 'waiting') assert.fail(`the run is ${waiting.status}`)
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  assert.equal((await house.settled(waiting.run)).status, 'done')
  return waiting.run
}

function differenceIn(replay: Replay) {
  if (replay.verdict !== 'different') assert.fail(`the replay is ${replay.verdict}`)
  return replay.difference
}

const changed = (recording: Recording, change: (event: LedgerEvent) => JsonObject | undefined): Recording => ({
  ...recording,
  events: recording.events.map((event) => ({ ...event, body: change(event) ?? event.body })),
})

for (const database of ['memory', 'postgres'] as const) {
  test(`a run comes out the same, each decision made again, and nobody is asked anything (${database})`, async () => {
    await using house = await refundHouse({ database })
    const run = await signedRun(house)
    const arrived = house.desk.arrivals().length
    const asked = house.prompts.length
    const replay = await replayIn(house, run)
    const events = await house.events(run)
    assert.deepEqual(replay, { verdict: 'same', events: events.length, decisions: 4 })
    assert.deepEqual([house.desk.arrivals().length, house.prompts.length], [arrived, asked])
    assert.deepEqual(await house.events(run), events)
  })
}

test('policies are really evaluated: at least once for each decision that is made again', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const { replay, evaluations } = await replayCounted(recording, projectWith(house.tools.values()))
  assert.ok(replay.verdict === 'same' && evaluations >= replay.decisions, `${evaluations} evaluations`)
})

test('a page that does not fit the tools of today is different where the run pinned it, and why is said', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const { input } = house.tools.get('get_invoice') as Tool
  const withoutAmount = [...house.tools.values()].map(
    (tool): Tool => (tool.name === 'request_refund' ? { ...tool, input } : tool),
  )
  const { seq, part, values } = differenceIn(await replayRun(recording, projectWith(withoutAmount)))
  assert.deepEqual([seq, part, values.recorded], [1, 'charter', recording.started.charter])
  assert.match(String(values.replayed), /`request_refund`/)
})

test('a decision that was changed in the ledger is different at that very event', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const judged = recording.events.filter(({ type }) => type === 'action.judged')
  assert.equal(judged.length, 4)
  for (const { seq, body } of judged) {
    const other = body.decision === 'allow' ? 'ask' : 'allow'
    const flipped = changed(recording, (event) => (event.seq === seq ? { ...event.body, decision: other } : undefined))
    const difference = differenceIn(await replayRun(flipped, projectWith(house.tools.values())))
    assert.deepEqual([difference.seq, difference.part], [seq, 'decision'])
    assert.deepEqual(difference.values, { recorded: other, replayed: body.decision })
  }
})

test('a tool that checks otherwise today is different at the first decision that its check is part of', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const strict = [...house.tools.values()].map(
    (tool): Tool => (tool.name === 'request_refund' ? { ...tool, check: () => 'not on a Saturday' } : tool),
  )
  const difference = differenceIn(await replayRun(recording, projectWith(strict)))
  const first = recording.events.find(({ type, body }) => type === 'action.judged' && body.action === '2.1')
  assert.deepEqual([difference.seq, difference.part], [first?.seq, 'decision'])
})

test('a tool whose contract is another today is different at the event that pins the release', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const renamed = [...house.tools.values()].map((tool): Tool => ({ ...tool, description: `${tool.description} Now.` }))
  const difference = differenceIn(await replayRun(recording, projectWith(renamed)))
  assert.deepEqual([difference.seq, difference.part], [1, 'release.parts.tools'])
})

test('prices of another day change nothing: those of the release are used', async () => {
  await using house = await refundHouse()
  const run = await signedRun(house)
  const recording = await readRecording(house.runtime.house, run)
  assert.equal((await replayRun(recording, projectWith(house.tools.values()))).verdict, 'same')
  const difference = differenceIn(
    await replayRun(
      { ...recording, release: undefined },
      createProject({
        tools: house.tools,
        prices: defaultPriceBook({
          asOf: 0,
          overrides: { 'scripted/refunds': { inputPerMillionUsd: '2', outputPerMillionUsd: '1' } },
        }),
        evaluator: createEvaluator(),
      }),
    ),
  )
  assert.deepEqual([difference.seq, difference.part], [1, 'release.parts.price_book'])
})

test('an event that is missing, or stands there once too often, is different where it should be', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const replayed = async (events: readonly LedgerEvent[]) =>
    differenceIn(await replayRun({ ...recording, events }, projectWith(house.tools.values())))
  const at = recording.events.findIndex(({ type }) => type === 'action.returned')
  const without = recording.events.toSpliced(at, 1)
  assert.equal((await replayed(without)).seq, at + 1)
  const [twice] = recording.events.slice(at)
  assert.ok(twice)
  assert.equal((await replayed(recording.events.toSpliced(at, 0, twice))).seq, at + 2)
})

test('what is no longer kept is named, and nothing is said of what it would have said', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  const answered = recording.events.find(({ type }) => type === 'turn.answered')
  const { n } = (answered?.body.answer ?? {}) as { n?: number }
  const erased: Recording = {
    ...recording,
    content: (stream, number) => (number === n ? undefined : recording.content(stream, number)),
  }
  const replay = await replayRun(erased, projectWith(house.tools.values()))
  assert.ok(replay.verdict === 'unverifiable')
  assert.deepEqual(
    replay.missing.map((ref) => ref.n),
    [n],
  )
})

test('a run that is still on its way is the same as far as it has come', async () => {
  await using house = await refundHouse()
  const recording = await readRecording(house.runtime.house, await signedRun(house))
  for (let length = 1; length <= recording.events.length; length++) {
    const replay = await replayRun(
      { ...recording, events: recording.events.slice(0, length) },
      projectWith(house.tools.values()),
    )
    assert.equal(replay.verdict, 'same', `${length} events`)
  }
})
