/** A run that a later Charter has written to: nobody goes on from half of its history, and the other runs go on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CharterError } from '../../src/errors.ts'
import type { JsonObject } from '../../src/json.ts'
import { engineVersion } from '../../src/runs/events.ts'
import { type RefundHouse, refund, refundHouse, say } from '../refund-house.ts'
import { assertRebuildsTheSame, assertVerifies } from './truths.ts'

/** As a later Charter would write it. */
function append({ runtime }: RefundHouse, run: string, type: string, body: JsonObject, v = 1): Promise<void> {
  const stream = `run/${run}`
  return runtime.house.ledger.transact({
    tenant: runtime.house.tenant,
    locks: [{ lock: 'stream', stream }],
    reads: {},
    decide: () => ({
      append: [{ stream, after: 'any', events: [{ type, v, actor: 'engine:eng_later', body }] }],
      answer: undefined,
    }),
  })
}

/** The run as it was started, under another name and by another engine; nobody has moved it yet. */
async function startedBy(house: RefundHouse, engine: number): Promise<string> {
  const [started] = await house.events(await house.start([say('done')]))
  assert.ok(started)
  await append(house, `run_later_${engine}`, 'run.started', { ...started.body, engine })
  return `run_later_${engine}`
}

const codes = ({ errors }: RefundHouse): readonly unknown[] =>
  errors.map((error) => (error instanceof Error && 'code' in error ? error.code : error))

test('L9 a run pins the number of the engine that began it', async () => {
  await using house = await refundHouse({ replays: false })
  const run = await house.start([say('done')])
  await house.settled(run)
  assert.deepEqual(
    (await house.bodies(run, 'run.started')).map(({ engine }) => engine),
    [engineVersion],
  )
  assert.equal(engineVersion, 1)
})

for (const database of ['file', 'postgres'] as const) {
  test(`L9 a run of another engine is refused on ${database}: said once, left as it is, and the others go on`, async () => {
    await using house = await refundHouse({ database, replays: false })
    const run = await startedBy(house, engineVersion + 1)
    const before = await house.events(run)

    const result = await house.play([refund('in_1'), say('done')])

    assert.equal(result.status, 'done')
    await house.until(() => house.errors.length > 0)
    await house.clock.wait(600)
    const [told, ...again] = house.errors
    assert.ok(told instanceof CharterError)
    assert.deepEqual([told.code, again], ['ledger_newer', []])
    assert.match(told.message, /begun by engine 2, and this Charter has engine 1/)
    assert.match(told.hint ?? '', /use the Charter that wrote it, or a newer one/)
    assert.deepEqual(await house.events(run), before)
    await assertVerifies(house)
    await assertRebuildsTheSame(house)
  })

  test(`L9 a run with an event of an unknown type, or of a newer version, is refused on ${database}`, async () => {
    await using house = await refundHouse({
      database,
      replays: false,
      page: { approvals: { high: [{ from: 'finance', count: 1, expires_in: '1s' }] } },
    })
    for (const [type, v] of [
      ['run.paused', 1],
      ['run.recovered', 2],
    ] as const) {
      const run = await house.start([refund('in_1', '60.00'), say('done')])
      assert.equal((await house.settled(run)).status, 'waiting')
      await append(house, run, type, {}, v)
      const before = await house.events(run)
      const told = house.errors.length

      await assert.rejects(house.settled(run), {
        code: 'ledger_newer',
        message: new RegExp(`\`${type}\` version ${v}`),
      })
      // The question expires, and still nobody goes on.
      await house.until(() => house.errors.length > told)
      assert.deepEqual(await house.events(run), before)
    }
    assert.deepEqual(codes(house), ['ledger_newer', 'ledger_newer'])
    assert.deepEqual(house.desk.commits(), [])
  })
}
