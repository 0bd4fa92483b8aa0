/**
 * Meetings of two transactions at the worst moment: the first holds its locks and has read, and has not decided. The
 * second must wait, and must then see what the first did. Every pair is tried both ways round.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { isCharterError } from '../../errors.ts'
import { checkChain } from '../hash-chain.ts'
import type { Ledger } from '../ledger.ts'
import { type Deed, transactionOf } from './deeds.ts'
import { type Ending, hold } from './held-transaction.ts'
import { change, type LedgerUnderTest, openFresh, tenant } from './ledger-under-test.ts'
import { approvalRow, grantRow, put } from './rows.ts'

const longEnoughToOvertakeMs = 150

export function testLocks(name: string, under: LedgerUnderTest): void {
  const { opener } = under
  if (!opener) return

  /** What came of both; fails when the second did not wait for the first. */
  async function meet(t: TestContext, first: Deed, second: Deed, before?: (ledger: Ledger) => Promise<unknown>) {
    const { ledger, place } = await openFresh(t, under)
    await change(ledger, put('grants', grantRow('grant_1')), put('approvals', approvalRow('a1', { steps: '' })))
    await before?.(ledger)
    const held = await hold(opener ?? new URL(''), place, first)
    const late = endingOf(ledger.transact(transactionOf(second)))
    const overtook = await Promise.race([late.then(() => true), wait(longEnoughToOvertakeMs, false)])
    const endings = { first: await held.release(), second: await late }
    assert.equal(overtook, false, 'the second transaction did not wait for the first')
    return { ledger, ...endings }
  }

  const dispatch = (n: number, amount = 60): Deed => ({ deed: 'dispatch', run: `run_${n}`, effect: `eff_${n}`, amount })
  const stop = (lock: 'house' | 'tenant'): Deed => ({ deed: 'stop', stop: 's1', lock })
  const revoke: Deed = { deed: 'revoke', grant: 'grant_1' }

  for (const lock of ['house', 'tenant'] as const) {
    test(`D2 ${name}: a dispatch that meets a ${lock}-wide stop waits for it and is refused`, async (t) => {
      const { ledger, first, second } = await meet(t, stop(lock), dispatch(1))
      assert.deepEqual([first, second], [committed([]), refused('stopped')])
      assert.deepEqual(await ledger.read(tenant, 'run/run_1'), [])
    })

    test(`D2 ${name}: a ${lock}-wide stop that meets a dispatch waits for it and counts it as in flight`, async (t) => {
      const { first, second } = await meet(t, dispatch(1), stop(lock))
      assert.deepEqual([first, second], [committed(0), committed(['eff_1'])])
    })
  }

  test(`D2 ${name}: a dispatch that meets the revocation of its grant waits for it and is refused`, async (t) => {
    const { first, second } = await meet(t, revoke, dispatch(1))
    assert.deepEqual([first, second], [committed(undefined), refused('grant_invalid')])
  })

  test(`D2 ${name}: a revocation waits for the dispatch that it meets`, async (t) => {
    const { first, second } = await meet(t, dispatch(1), revoke)
    assert.deepEqual([first, second], [committed(0), committed(undefined)])
  })

  test(`D2 ${name}: two dispatches that fit a limit one by one, and not together, cannot both pass`, async (t) => {
    const { ledger, first, second } = await meet(t, dispatch(1), dispatch(2))
    assert.deepEqual([first, second], [committed(0), refused('limit_exceeded')])
    assert.equal(await amountMoved(ledger), 60)
  })

  test(`D2 ${name}: a dispatch that waited counts what the one before it moved`, async (t) => {
    const { ledger, first, second } = await meet(t, dispatch(1, 60), dispatch(2, 40))
    assert.deepEqual([first, second], [committed(0), committed(60)])
    assert.equal(await amountMoved(ledger), 100)
  })

  test(`D2 ${name}: of two people who sign at once, the second sees the first's signature and settles the approval`, async (t) => {
    const sign = (by: string): Deed => ({ deed: 'sign', approval: 'a1', by })
    const { ledger, first, second } = await meet(t, sign('ada'), sign('bo'))
    assert.deepEqual([first, second], [committed('pending'), committed('granted')])
    const third = await endingOf(ledger.transact(transactionOf(sign('cy'))))
    assert.deepEqual(third, refused('approval_already_settled'))
  })

  test(`D2 ${name}: a dispatch that meets the late outcome of an older attempt counts it as it came out`, async (t) => {
    const outcome: Deed = { deed: 'outcome', run: 'run_1', effect: 'eff_1', state: 'released' }
    const { ledger, first, second } = await meet(t, outcome, dispatch(2), (ledger) =>
      ledger.transact(transactionOf(dispatch(1))),
    )
    assert.deepEqual([first, second], [committed(undefined), committed(0)])
    assert.equal(await amountMoved(ledger), 60)
  })

  test(`D2 ${name}: the late outcome of an older attempt is appended behind the dispatch that it meets, in one chain`, async (t) => {
    const next: Deed = { deed: 'dispatch', run: 'run_1', effect: 'eff_2', amount: 30 }
    const outcome: Deed = { deed: 'outcome', run: 'run_1', effect: 'eff_1', state: 'settled' }
    const { ledger, first, second } = await meet(t, next, outcome, (ledger) =>
      ledger.transact(transactionOf(dispatch(1))),
    )
    assert.deepEqual([first, second], [committed(60), committed(undefined)])
    const events = await ledger.read(tenant, 'run/run_1')
    assert.equal(events.length, 3)
    assert.equal(checkChain(ledger.id, events), undefined)
  })

  test(`D2 ${name}: a transaction that fails at its point leaves nothing and lets the next one pass`, async (t) => {
    const { ledger, first, second } = await meet(t, dispatch(1, 101), dispatch(2, 100))
    assert.deepEqual([first, second], [refused('limit_exceeded'), committed(0)])
    assert.deepEqual(await ledger.read(tenant, 'run/run_1'), [])
  })
}

const committed = (answer: unknown): Ending => ({ ended: 'committed', answer })
const refused = (code: string): Ending => ({ ended: 'failed', code })

const endingOf = (work: Promise<unknown>): Promise<Ending> =>
  work.then(committed, (error) => refused(isCharterError(error) ? error.code : String(error)))

async function amountMoved(ledger: Ledger): Promise<number> {
  const reads = { moved: { read: 'moved', key: 'limit:refund:customer_1', withinMs: 3_600_000 } } as const
  return (await ledger.find(tenant, reads)).moved.amount
}
