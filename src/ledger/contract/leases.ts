import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Append, Lease, Ledger } from '../ledger.ts'
import { append, appendAll, happened, headOf, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'

const longMs = 60_000

export function testLeases(name: string, under: LedgerUnderTest): void {
  test(`D9 ${name}: a lease is one owner's until it is released or its time is over, and each holder has an epoch of its own`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await ledger.leases.enter('eng_1')
    const first = await taken(ledger, 'eng_1', longMs)
    assert.equal(await ledger.leases.take(tenant, '1', 'eng_2', longMs), undefined)
    assert.equal(await ledger.leases.take(tenant, '1', 'eng_1', longMs), undefined)
    await ledger.leases.release(tenant, '1', 'eng_1', first.epoch)
    const second = await taken(ledger, 'eng_2', 20)
    assert.ok(second.epoch > first.epoch)
    await wait(40)
    const third = await taken(ledger, 'eng_3', longMs)
    assert.ok(third.epoch > second.epoch)
    assert.ok(await ledger.leases.take('other', '1', 'eng_1', longMs), 'another tenant has leases of its own')
  })

  test(`D9 ${name}: a lease can be renewed by its holder alone, and not once it is over`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await ledger.leases.enter('eng_1')
    const lease = await taken(ledger, 'eng_1', 1000)
    const renewed = await ledger.leases.renew(tenant, '1', 'eng_1', lease.epoch, longMs)
    assert.ok(renewed && renewed.until > lease.until && renewed.epoch === lease.epoch)
    assert.equal(await ledger.leases.renew(tenant, '1', 'eng_2', lease.epoch, longMs), undefined)
    assert.equal(await ledger.leases.renew(tenant, '1', 'eng_1', lease.epoch + 1, longMs), undefined)
    await ledger.leases.release(tenant, '1', 'eng_1', lease.epoch)
    assert.equal(await ledger.leases.renew(tenant, '1', 'eng_1', lease.epoch, longMs), undefined)
  })

  test(`D9 ${name}: an append under a lease that has passed on or run out is refused, under the one that is held it is kept`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await append(ledger, 'run/1', [happened])
    await ledger.leases.enter('eng_1')
    const never = appendUnder(ledger, { owner: 'eng_1', epoch: 1 })
    await assert.rejects(never, { code: 'ledger_lease_lost' })
    const short = await taken(ledger, 'eng_1', 20)
    await wait(40)
    await assert.rejects(appendUnder(ledger, short), { code: 'ledger_lease_lost' })
    const held = await taken(ledger, 'eng_2', longMs)
    await assert.rejects(appendUnder(ledger, short), { code: 'ledger_lease_lost' })
    await assert.rejects(appendUnder(ledger, { ...held, owner: 'eng_1' }), { code: 'ledger_lease_lost' })
    await assert.rejects(appendUnder(ledger, { ...held, epoch: held.epoch - 1 }), { code: 'ledger_lease_lost' })
    await appendUnder(ledger, held)
    assert.equal((await ledger.read(tenant, 'run/1')).length, 2)
  })

  test(`D9 ${name}: a lease does not excuse a head that has moved on`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await ledger.leases.enter('eng_1')
    const lease = await taken(ledger, 'eng_1', longMs)
    await append(ledger, 'run/1', [happened])
    const stale = appendUnder(ledger, lease, { seq: 0, hash: '' })
    await assert.rejects(stale, { code: 'ledger_version_conflict' })
  })

  test(`D9 ${name}: the late outcome of an attempt is kept whoever holds the run by then`, async (t) => {
    const { ledger } = await openFresh(t, under)
    await ledger.leases.enter('eng_1')
    await taken(ledger, 'eng_2', longMs)
    await appendAll(ledger, [{ stream: 'run/1', after: 'outcome', events: [happened] }])
    assert.equal((await ledger.read(tenant, 'run/1')).length, 1)
  })

  test(`D9 ${name}: every engine start takes an epoch above those before it`, async (t) => {
    const { ledger } = await openFresh(t, under)
    const first = await ledger.leases.enter('eng_1')
    await first.leave()
    const second = await ledger.leases.enter('eng_2')
    assert.ok(second.epoch > first.epoch)
    assert.equal(second.engine, 'eng_2')
  })
}

async function taken(ledger: Ledger, owner: string, forMs: number): Promise<Lease> {
  const lease = await ledger.leases.take(tenant, '1', owner, forMs)
  assert.ok(lease, `${owner} could not take the lease`)
  assert.equal(lease.owner, owner)
  return lease
}

async function appendUnder(
  ledger: Ledger,
  { owner, epoch }: { owner: string; epoch: number },
  after?: Append['after'],
): Promise<void> {
  const head = after ?? (await headOf(ledger, 'run/1'))
  await appendAll(ledger, [{ stream: 'run/1', after: head, lease: { owner, epoch }, events: [happened] }])
}
