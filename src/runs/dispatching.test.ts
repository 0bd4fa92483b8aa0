/** Every sending is an attempt of its own: its deadline, its checks, and what a stop does to it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { revokeGrant } from '../commands/change-grant.ts'
import { liftStop } from '../commands/lift-stop.ts'
import { waitForQuiet } from '../commands/raise-stop.ts'
import type { Transaction } from '../ledger/ledger.ts'
import type { Read } from '../ledger/reads.ts'

const hour = 3_600_000
const refunds = { method: 'POST', path: '/refunds' }
const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')
const codes = async (house: RefundHouse, run: string) =>
  (await house.told(run)).map(({ outcome, code }) => code ?? outcome)

async function story(house: RefundHouse, run: string): Promise<readonly string[]> {
  const events = (await house.events(run)).filter(({ type }) => type.startsWith('effect.'))
  return events.map(({ type, body }) => [type.slice('effect.'.length), body.why ?? body.by].filter(Boolean).join(' '))
}

for (const database of ['memory', 'postgres'] as const)
  test(`D4 an attempt’s deadline is counted from its commit, by the ledger’s clock (${database})`, async () => {
    await using house = await refundHouse({ database })
    house.desk.setFault({ ...refunds, fault: 'fail', times: 1 })
    const { run } = await house.play([refund('in_1'), say('Done.')])
    const sent = (await house.events(run)).filter(({ type }) => type === 'effect.dispatched')
    const bodies = await house.bodies(run, 'effect.dispatched')
    assert.equal(bodies.length, 2)
    for (const [n, body] of bodies.entries()) {
      const at = sent[n]?.at ?? 0
      assert.deepEqual([body.attempt, body.deadline, body.settles_by], [n + 1, at + 10_000, at + 15_000])
      assert.equal(body.first_dispatched_at, sent[0]?.at)
      assert.equal(body.honoured_until, (sent[0]?.at ?? 0) + 86_400_000)
    }
  })

/** From here on, every commit of a dispatch takes so long, `times` often. */
function slowCommits({ runtime, clock }: RefundHouse, ms: number, times: number): void {
  const { ledger } = runtime.house
  const transact = ledger.transact.bind(ledger)
  let left = times
  ledger.transact = async <const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ) => {
    let isDispatch = false
    const answer = await transact({
      ...work,
      decide: (found, now) => {
        const decided = work.decide(found, now)
        isDispatch = decided.append.some(({ events }) => events.some(({ type }) => type === 'effect.dispatched'))
        return decided
      },
    })
    if (isDispatch && left-- > 0) await clock.skip(ms)
    return answer
  }
}

test('D4 an attempt that did not begin within a second of its commit is given up, recorded, and made anew', async () => {
  await using house = await refundHouse()
  slowCommits(house, 1_500, 1)
  const { run } = await house.play([refund('in_1'), say('Done.')])
  assert.deepEqual(await story(house, run), [
    'dispatched',
    'not_committed not_begun',
    'dispatched',
    'committed attempt',
  ])
  assert.equal(sendings(house).length, 1)
})

test('D4 an attempt that began a little late has that much less time', async () => {
  await using house = await refundHouse()
  slowCommits(house, 900, 1)
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  await house.clock.skip(9_200)
  await house.settled(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'dispatched', 'committed attempt'])
})

/** Once, just before a dispatch takes its locks, something else happens. */
function beforeDispatch({ runtime }: RefundHouse, happens: (run: string) => Promise<unknown>): void {
  const { ledger } = runtime.house
  const transact = ledger.transact.bind(ledger)
  let isFirst = true
  ledger.transact = async <const Reads extends Readonly<Record<string, Read>>, Answer>(
    work: Transaction<Reads, Answer>,
  ) => {
    const stream = work.locks.flatMap((lock) =>
      lock.lock === 'stream' && lock.stream.startsWith('run/') ? [lock.stream] : [],
    )[0]
    if ('open' in work.reads && stream !== undefined && isFirst) {
      isFirst = false
      await happens(stream.slice('run/'.length))
    }
    return transact(work)
  }
}

const happenings = {
  'a stop': [(house: RefundHouse) => house.stop(), 'stopped'],
  'a narrower page': [
    (house: RefundHouse) => house.apply({ tools: { request_refund: { max_amount_usd: 5 } } }),
    'denied_by_policy',
  ],
  'a revocation': [
    async (house: RefundHouse, run: string) => {
      const [started] = await house.bodies(run, 'run.started')
      await revokeGrant(house.runtime.house, started?.grant ?? '', 'ops@acme.example')
    },
    'grant_invalid',
  ],
} as const

for (const database of ['memory', 'postgres'] as const)
  for (const [what, [happens, code]] of Object.entries(happenings))
    test(`D4 ${what} between judgement and dispatch is seen by the dispatch (${database})`, async () => {
      await using house = await refundHouse({ database })
      beforeDispatch(house, (run) => happens(house, run))
      const { run } = await house.play([refund('in_1'), say('Sorry.')])
      assert.deepEqual(await codes(house, run), [code])
      assert.deepEqual(
        (await house.bodies(run, 'action.judged')).map(({ decision, moment }) => [decision, moment]),
        [
          ['allow', 'turn'],
          ['deny', 'dispatch'],
        ],
      )
      assert.equal(sendings(house).length, 0)
    })

test('D4 under a stop nothing is dispatched any more, and what was sent before may finish', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'delay', ms: 80, times: 1 })
  const before = await house.start([refund('in_1'), refund('in_2'), say('Sorry.')])
  await house.until(() => sendings(house).length === 1)
  const stop = await house.stop()
  assert.equal(stop.inFlight.length, 1)
  const after = await house.play([refund('in_3'), say('Sorry.')])
  await house.settled(before)
  assert.deepEqual(await codes(house, before), ['result', 'stopped'])
  assert.deepEqual(await codes(house, after.run), ['stopped'])
  assert.equal(sendings(house).length, 1)
})

test('D4 a stop is quiet once what was sent before it has ended', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'delay', ms: 80, times: 1 })
  const run = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  const wanted = { scope: 'everything', value: '', level: 'observe', by: 'ops@acme.example' } as const
  const committed = await house.stop(wanted)
  assert.equal((await house.bodies(run, 'effect.committed')).length, 0)
  const quiet = await waitForQuiet(house.runtime.house, wanted, committed)
  assert.deepEqual([quiet.finished, quiet.givenUp], [1, 0])
  assert.equal((await house.bodies(run, 'effect.committed')).length, 1)
})

test('D4 a stop does not allow a re-send: the run waits until it is lifted, and sends again under the same key', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('Done.')])
  await house.until(() => sendings(house).length === 1)
  const { stop } = await house.stop()
  await house.clock.skip(10_000)
  const rests = async () => (await house.bodies(run, 'run.waiting')).length > 0
  await house.until(rests)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out'])
  assert.deepEqual((await house.bodies(run, 'run.waiting'))[0]?.id, stop)
  assert.equal(sendings(house).length, 1)
  await liftStop(house.runtime.house, { scope: 'everything', value: '', by: 'ops@acme.example' })
  assert.equal((await house.settled(run)).status, 'done')
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'dispatched', 'committed attempt'])
  assert.equal(new Set(sendings(house).map(({ idempotency_key }) => idempotency_key)).size, 1)
})

test('D4 a stop that outlasts the time for which the key is honoured leaves the effect unknown', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('?')])
  await house.until(() => sendings(house).length === 1)
  await house.stop()
  await house.clock.skip(10_000)
  await house.until(async () => (await house.bodies(run, 'run.waiting')).length > 0)
  await house.clock.skip(24 * hour)
  assert.equal((await house.settled(run)).status, 'done')
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown timed_out', 'given_up'])
  assert.equal(sendings(house).length, 1)
})

test('a run that waits for a stop to be lifted ends when it is raised to abort', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'hang', times: 1 })
  const run = await house.start([refund('in_1'), say('?')])
  await house.until(() => sendings(house).length === 1)
  await house.stop()
  await house.clock.skip(10_000)
  await house.until(async () => (await house.bodies(run, 'run.waiting')).length > 0)
  await house.stop({ level: 'abort' })
  const result = await house.settled(run)
  assert.deepEqual([result.status, result.code], ['stopped', 'stopped'])
  assert.equal(sendings(house).length, 1)
})

test('a run that waits for people ends when a stop aborts it, and nobody is asked any more', async () => {
  await using house = await refundHouse()
  const waiting = await house.play([refund('in_1', '60.00'), say('Done.')])
  assert(waiting.status === 'waiting')
  await house.stop({ level: 'abort' })
  await house.until(async () => (await house.settled(waiting.run)).status === 'stopped')
  const [{ id: approval }] = waiting.approvals
  await assert.rejects(house.answer(approval, { type: 'grant' }), { code: 'approval_already_settled' })
  assert.equal(sendings(house).length, 0)
})

test('D4 a stop does not keep anybody from looking up what was sent', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ ...refunds, fault: 'commit_then_disconnect', times: 1 })
  const run = await house.start([call('refund_by_lookup', { invoice: 'in_1', amount: '10.00' }), say('Done.')])
  await house.until(async () => (await story(house, run)).includes('unknown threw'))
  await house.stop()
  await house.clock.skip(15_000)
  await house.settled(run)
  assert.deepEqual(await story(house, run), ['dispatched', 'unknown threw', 'committed verify'])
})

test('a run stopped by level abort ends as stopped, before its model is asked again', async () => {
  await using house = await refundHouse()
  house.desk.setFault({ method: 'GET', path: '/invoices/:id', fault: 'delay', ms: 60 })
  const run = await house.start([call('get_invoice', { invoice: 'in_1' }), say('Done.')])
  await house.until(() => house.desk.arrivals().length === 1)
  await house.stop({ level: 'abort' })
  const result = await house.settled(run)
  assert.deepEqual([result.status, result.code], ['stopped', 'stopped'])
  assert.equal((await house.bodies(run, 'turn.started')).length, 1)
})

test('a draft stop puts every write to people, and lets it happen when they say yes', async () => {
  await using house = await refundHouse()
  await house.stop({ scope: 'tool', value: 'request_refund', level: 'draft' })
  const waiting = await house.play([refund('in_1'), call('add_note', { ticket: 't_1', body: 'seen' }), say('Done.')])
  assert.ok(waiting.status === 'waiting')
  await house.answer(waiting.approvals[0].id, { type: 'grant' })
  const result = await house.settled(waiting.run)
  assert.deepEqual([result.status, house.desk.commits().length], ['done', 2])
})
