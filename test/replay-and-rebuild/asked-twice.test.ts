/** A database may undo a transaction for the sake of another one and ask for it again: a run must not be drafted twice by that. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Ledger, Transaction } from '../../src/ledger/ledger.ts'
import type { Read } from '../../src/ledger/reads.ts'
import { call, refund, refundHouse, say } from '../refund-house.ts'
import { assertTruths, watchFolds } from './truths.ts'

/** As PostgreSQL does after a deadlock: every third transaction is decided, undone, and decided again. */
function askTwice(t: TestContext, ledger: Ledger): () => number {
  let asked = 0
  const { transact } = ledger
  t.mock.method(ledger, 'transact', (work: Transaction<Readonly<Record<string, Read>>, unknown>) => {
    const decide: typeof work.decide = (found, now) => {
      asked += 1
      if (asked % 3 === 0) work.decide(found, now)
      return work.decide(found, now)
    }
    return transact.call(ledger, { ...work, decide })
  })
  return () => asked
}

test('L4 a transaction that is undone and asked for again is drafted once: one turn, one send, one end', async (t) => {
  await using house = await refundHouse({ page: { agent: { per_step: { retries: 9 } } } })
  using folds = watchFolds(house)
  const asked = askTwice(t, house.runtime.house.ledger)

  const run = await house.start([
    call('get_invoice', { invoice: 'in_1' }),
    refund('in_1'),
    call('add_note', { ticket: 't_1', body: 'done' }),
    say('done'),
  ])
  const result = await house.settled(run)

  assert.equal(result.status, 'done')
  assert.equal(house.desk.commits().length, 2)
  const turns = (await house.bodies(run, 'turn.started')).map(({ turn }) => turn)
  assert.deepEqual(turns, [...new Set(turns)])
  const sends = (await house.bodies(run, 'effect.dispatched')).map(({ effect, attempt }) => `${effect} ${attempt}`)
  assert.deepEqual(sends, [...new Set(sends)])
  assert.ok(asked() > 3 && folds.compared() > 0)
  await assertTruths(house)
})
