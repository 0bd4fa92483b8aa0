import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { freshPlace, open } from '../../../test/open-sqlite.ts'
import { append, appendAll, happened, tenant } from '../contract/ledger-under-test.ts'

async function openTwice(t: TestContext) {
  const { place, remove } = await freshPlace()
  const ledgers = [await open(place, []), await open(place, [])] as const
  t.after(async () => {
    for (const ledger of ledgers) await ledger.close()
    await remove()
  })
  return { place, ledgers }
}

test('D9 a second engine on the same file is refused, and told which process has it', async (t) => {
  const { ledgers } = await openTwice(t)
  const [first, second] = ledgers
  const place = await first.leases.enter('eng_1')
  const taken = { code: 'ledger_locked', message: new RegExp(`eng_1.*process ${process.pid}`) }
  await assert.rejects(second.leases.enter('eng_2'), taken)
  await assert.rejects(first.leases.enter('eng_3'), taken)
  await place.leave()
  const next = await second.leases.enter('eng_2')
  assert.ok(next.epoch > place.epoch)
})

test('D9 a process that has no place cannot take a lease, and can append to its own streams all the same', async (t) => {
  const { ledgers } = await openTwice(t)
  const [engine, door] = ledgers
  await engine.leases.enter('eng_1')
  await assert.rejects(door.leases.take(tenant, '1', 'door', 1000), { code: 'ledger_lease_lost' })
  await append(door, 'approval/1', [happened])
  assert.equal((await engine.read(tenant, 'approval/1')).length, 1)
})

test('D9 the place of an engine that was killed is free at once, under a higher epoch', async (t) => {
  const { place, ledgers } = await openTwice(t)
  const child = spawn(process.execPath, ['--input-type=module', '-e', enterAndStay(place)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout, 'data')
  const refused = { code: 'ledger_locked', message: new RegExp(`process ${child.pid}`) }
  await assert.rejects(ledgers[0].leases.enter('eng_2'), refused)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const entered = await ledgers[0].leases.enter('eng_2')
  assert.ok(entered.epoch > Number(said))
})

test('D9 an engine whose place was taken by force finds its leases gone', async (t) => {
  const { place, ledgers } = await openTwice(t)
  const [first, second] = ledgers
  await first.leases.enter('eng_1')
  const lease = await first.leases.take(tenant, '1', 'eng_1', 60_000)
  assert.ok(lease)
  rmSync(`${place}.engine`)
  await second.leases.enter('eng_2')
  const late = appendAll(first, [{ stream: 'run/1', after: 'any', lease, events: [happened] }])
  await assert.rejects(late, { code: 'ledger_lease_lost' })
})

const enterAndStay = (file: string) => `
  import { open } from ${JSON.stringify(new URL('../../../test/open-sqlite.ts', import.meta.url).href)}
  const ledger = await open(${JSON.stringify(file)}, [])
  const place = await ledger.leases.enter('eng_child')
  process.stdout.write(String(place.epoch))
  setInterval(() => {}, 1000)
`
