import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectDesk, DeskFailed } from './client.ts'
import { freshFile, until } from './fresh-desk.ts'
import { spawnDesk } from './spawn-desk.ts'
import { openWitness } from './witness.ts'

const lid = { minor: 4900, currency: 'usd' }
const setFault = (url: string, rule: object) => fetch(`${url}/_faults`, { method: 'POST', body: JSON.stringify(rule) })

test('`kill -9` between commit and answer: the refund is in the file, and the key still gives it after a restart', async (t) => {
  const file = freshFile(t)
  const doomed = await spawnDesk(file)
  t.after(doomed.kill)
  await setFault(doomed.url, { path: '/refunds', fault: 'commit_then_delay', ms: 60_000 })
  const sent = assert.rejects(connectDesk(doomed.url).refund('in_93K2', lid, { key: 'rf_1a2b' }), DeskFailed)

  using witness = openWitness(file)
  await until(() => witness.commits().length > 0)
  await doomed.kill()
  await sent
  assert.equal(witness.commits()[0]?.idempotency_key, 'rf_1a2b')

  await using again = await spawnDesk(file)
  const client = connectDesk(again.url)
  const found = await client.findRefund('rf_1a2b')
  assert.equal(found?.id, witness.commits()[0]?.id)
  assert.deepEqual(await client.refund('in_93K2', lid, { key: 'rf_1a2b' }), found)
  assert.equal((await client.getInvoice('in_93K2')).refunded_minor, 4900)
  assert.equal(witness.commits().length, 1)
})

test('`kill -9` before the commit: the arrival is in the file, and nothing else', async (t) => {
  const file = freshFile(t)
  const doomed = await spawnDesk(file)
  t.after(doomed.kill)
  await setFault(doomed.url, { path: '/refunds', fault: 'delay', ms: 60_000 })
  const sent = assert.rejects(connectDesk(doomed.url).refund('in_93K2', lid, { key: 'rf_1a2b' }), DeskFailed)
  using witness = openWitness(file)
  await until(() => witness.arrivals().length > 0)
  await doomed.kill()
  await sent
  assert.deepEqual([witness.arrivals().length, witness.commits().length], [1, 0])
})

test('a desk of its own that is told to ignore keys does, and its file can be read once it is gone', async (t) => {
  const file = freshFile(t)
  const desk = await spawnDesk(file, ['--ignore-keys'])
  t.after(desk.kill)
  const client = connectDesk(desk.url)
  await client.refund('in_93K2', lid, { key: 'k' })
  await client.refund('in_93K2', lid, { key: 'k' })
  await desk.close()
  using witness = openWitness(file)
  assert.deepEqual([witness.arrivals().length, witness.commits().length], [2, 2])
})
