import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from './clock.ts'
import { systemRandomness } from './ids.ts'
import type { JsonObject } from './json.ts'
import { openFileKeyring } from './keyring/file-keyring.ts'
import { createSealer } from './keyring/sealer.ts'
import type { Ledger } from './ledger/ledger.ts'
import { openSqliteLedger } from './ledger/sqlite/sqlite-ledger.ts'
import { runHandle } from './run-handle.ts'
import { runProjection } from './runs/run-projection.ts'

const started = {
  input_digest: 'd',
  agent: 'billing',
  environment: 'dev',
  release: { hash: 'r' },
  charter: 'c',
  grant: 'g',
  input: null,
}

/** A run that has begun, on a ledger that runs `between` once: after its first look at the run, before it answers. */
async function givenRun(between: (append: (type: string, body: JsonObject) => Promise<void>) => Promise<void>) {
  const [clock, random] = [systemClock, systemRandomness]
  const ledger = await openSqliteLedger({ file: ':memory:', projections: [runProjection], clock, random })
  const sealer = await createSealer({
    keyring: openFileKeyring({ file: ':memory:', random }),
    tenant: 'default',
    random,
  })
  const append = (type: string, body: JsonObject) => {
    const events = [{ type, v: 1, actor: 'engine:eng_1', body }]
    const decide = () => ({ append: [{ stream: 'run/run_1', after: 'any' as const, events }], answer: undefined })
    return ledger.transact({ tenant: 'default', locks: [{ lock: 'stream', stream: 'run/run_1' }], reads: {}, decide })
  }
  await append('run.started', { engine: 1, ...started })
  let isFirst = true
  const find: Ledger['find'] = async (tenant, reads) => {
    const found = await ledger.find(tenant, reads)
    const wasFirst = isFirst
    isFirst = false
    if (wasFirst) await between(append)
    return found
  }
  const read = ledger.read.bind(ledger)
  const payloads = ledger.payloads.bind(ledger)
  const changed = ledger.changed.bind(ledger)
  return runHandle(
    { ledger: { find, read, payloads, changed, snapshots: ledger.snapshots }, sealer, clock, tenant: 'default' },
    'run_1',
  )
}

test('a run that ends while somebody looks whether it has ended is seen to have ended', async () => {
  const run = await givenRun((append) => append('run.ended', { status: 'done' }))
  const result = await Promise.race([run.settled(), pause(2_000, undefined, { ref: false })])
  assert.equal(result?.status, 'done')
})

test('whoever waits for a run can give up', async () => {
  const run = await givenRun(async () => {})
  await assert.rejects(run.settled(AbortSignal.timeout(20)), { name: 'TimeoutError' })
})
