/** What becomes of a run whose process is killed in the middle, by what it was doing: the next engine finds out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, type Database, type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import type { WrittenTurn } from '../models/script.ts'

const sendings = ({ desk }: RefundHouse) => desk.arrivals().filter(({ method }) => method === 'POST')

async function story(house: RefundHouse, run: string): Promise<readonly string[]> {
  const events = (await house.events(run)).filter(({ type }) => type.startsWith('effect.'))
  return events.map(({ type, body }) => [type.slice('effect.'.length), body.why ?? body.by].filter(Boolean).join(' '))
}

/** A house without an engine of its own, and a run that an engine elsewhere is killed over once `isThere`. */
async function killedAmid(
  database: Exclude<Database, 'memory'>,
  turns: readonly WrittenTurn[],
  fault: Parameters<RefundHouse['desk']['setFault']>[0] | undefined,
  isThere: (house: RefundHouse, run: string) => boolean | Promise<boolean>,
) {
  await using opened = new AsyncDisposableStack()
  const house = opened.use(await refundHouse({ database, options: { engine: false } }))
  if (fault) house.desk.setFault(fault)
  const run = await house.start(turns)
  // A lease on PostgreSQL outlives its process; on a file it ends with it.
  await using engine = await house.engineElsewhere(500)
  await house.until(() => isThere(house, run))
  await engine.kill()
  const next = () => house.another({ options: {} })
  const kept = opened.move()
  return { house, run, next, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

const hasSent = (house: RefundHouse) => sendings(house).length === 1

for (const database of ['file', 'postgres'] as const) {
  test(`D7 a keyed write whose answer was lost with its process is sent again under its key (${database})`, async () => {
    const fault = { method: 'POST', path: '/refunds', fault: 'commit_then_delay', ms: 60_000, times: 1 } as const
    await using killed = await killedAmid(
      database,
      [refund('in_1'), say('Done.')],
      fault,
      ({ desk }) => desk.commits().length === 1,
    )
    const { house, run, next } = killed
    await using engine = await next()
    assert.equal((await engine.settled(run)).status, 'done')
    assert.deepEqual(await story(engine, run), ['dispatched', 'unknown lost', 'dispatched', 'committed attempt'])
    assert.equal(house.desk.commits().length, 1)
    const keys = sendings(house).map(({ idempotency_key }) => idempotency_key)
    assert.equal(keys.length, 2)
    assert.equal(keys[0], keys[1], 'D5: the key is read from the ledger ever after')
  })

  test(`D14 a model call whose answer was lost with its process is charged its whole reservation (${database})`, async () => {
    const hanging = [{ say: 'x', misbehave: { mode: 'hang' as const } }]
    await using killed = await killedAmid(
      database,
      hanging,
      undefined,
      async (house, run) => (await house.bodies(run, 'turn.started')).length === 1,
    )
    const { house, run, next } = killed
    await house.rewrite(run, [say('Done.')])
    await using engine = await next()
    const result = await engine.settled(run)
    assert.equal(result.status, 'done')
    const [started] = await engine.bodies(run, 'turn.started')
    const [failed, ...more] = await engine.bodies(run, 'turn.failed')
    assert.deepEqual([failed?.lost, failed?.estimated, failed?.usage, more.length], [true, true, started?.reserved, 0])
    const [answered] = await engine.bodies(run, 'turn.answered')
    const cost = (started?.reserved.cost_micro_usd ?? 0) + (answered?.usage.cost_micro_usd ?? 0)
    assert.equal(result.costUsd, cost / 1_000_000)
    assert.ok((await engine.events(run)).some(({ type }) => type === 'run.recovered'))
  })
}

test('D7 a write that can only be looked up is looked up once it had time to settle, and never sent again', async () => {
  const fault = { method: 'POST', path: '/refunds', fault: 'commit_then_delay', ms: 60_000, times: 1 } as const
  const turns = [call('refund_by_lookup', { invoice: 'in_1', amount: '10.00' }), say('Done.')]
  await using killed = await killedAmid('file', turns, fault, ({ desk }) => desk.commits().length === 1)
  const { house, run, next } = killed
  await using engine = await next()
  await engine.until(async () => (await story(engine, run)).includes('unknown lost'))
  assert.ok(!house.desk.arrivals().some(({ path }) => path.startsWith('/refunds?')))
  await engine.clock.skip(15_000)
  assert.equal((await engine.settled(run)).status, 'done')
  assert.deepEqual(await story(engine, run), ['dispatched', 'unknown lost', 'committed verify'])
  assert.equal(sendings(house).length, 1)
})

test('D7 a write that is sent at most once is unknown at once, and never sent again', async () => {
  const fault = { method: 'POST', path: '/tickets/:id/replies', fault: 'hang' } as const
  await using killed = await killedAmid(
    'file',
    [call('send_reply', { ticket: 't_1', body: 'Hello.' }), say('?')],
    fault,
    hasSent,
  )
  const { house, run, next } = killed
  await using engine = await next()
  await engine.settled(run)
  assert.deepEqual(await story(engine, run), ['dispatched', 'unknown lost', 'given_up'])
  assert.equal(sendings(house).length, 1)
})

test('D3 a crash may repeat a read, and never a write that was recorded', async () => {
  const fault = { method: 'GET', path: '/tickets/:id', fault: 'hang', times: 1 } as const
  const turns = [
    call('add_note', { ticket: 't_1', body: 'looked' }),
    call('get_ticket', { ticket: 't_1' }),
    say('Done.'),
  ]
  await using killed = await killedAmid('file', turns, fault, ({ desk }) =>
    desk.arrivals().some(({ method, path }) => method === 'GET' && path === '/tickets/t_1'),
  )
  const { house, run, next } = killed
  await using engine = await next()
  assert.equal((await engine.settled(run)).status, 'done')
  assert.equal(sendings(house).length, 1)
  assert.equal(house.desk.arrivals().filter(({ path }) => path === '/tickets/t_1').length, 2)
})
