/**
 * The stories of a run, on both databases: whatever happens in it, the desk and the ledger agree, every list is what the
 * events say, the chain holds, and an engine goes on with the very state that its events give to the next.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, calls, type HouseWanted, type RefundHouse, refund, refundHouse, say } from '../refund-house.ts'
import { assertTruths, watchFolds } from './truths.ts'

interface Story {
  readonly name: string
  readonly wanted?: HouseWanted
  tell(house: RefundHouse): Promise<void>
}

const statusOf = (of: Awaited<ReturnType<RefundHouse['play']>>) => of.status

const stories: readonly Story[] = [
  {
    name: 'a read, a write and an end',
    async tell(house) {
      const result = await house.play([call('get_invoice', { invoice: 'in_1' }), refund('in_1'), say('done')])
      assert.equal(statusOf(result), 'done')
    },
  },
  {
    name: 'a write that is refused and one that is not',
    async tell(house) {
      const note = call('add_note', { ticket: 't_1', body: 'refused' })
      await house.play([refund('in_1', '1000.00'), note, say('done')])
      assert.equal(house.desk.commits().length, 1)
    },
  },
  {
    name: 'people who grant, deny and edit',
    async tell(house) {
      const answers = [
        { type: 'grant' },
        { type: 'deny', reason: 'too much' },
        { type: 'edit', arguments: { invoice: 'in_3', amount: '55.00', reason: 'a little less' } },
      ] as const
      for (const [index, answer] of answers.entries()) {
        const run = await house.start([refund(`in_${index + 1}`, '60.00'), say('done')])
        const asked = await house.settled(run)
        assert.equal(asked.status, 'waiting')
        if (asked.status === 'waiting') await house.answer(asked.approvals[0].id, answer)
        await house.until(async () => (await house.settled(run)).status !== 'waiting')
      }
      assert.deepEqual(
        house.desk.commits().map(({ amount_minor: minor }) => minor),
        [6_000, 5_500],
      )
    },
  },
  {
    name: 'a question that nobody answers in time',
    wanted: { page: { approvals: { high: [{ from: 'finance', count: 1, expires_in: '1s' }] } } },
    async tell(house) {
      const run = await house.start([refund('in_5', '60.00'), say('done')])
      assert.equal((await house.settled(run)).status, 'waiting')
      await house.until(async () => (await house.settled(run)).status !== 'waiting')
      assert.deepEqual(house.desk.commits(), [])
    },
  },
  {
    name: 'an answer that was lost',
    async tell(house) {
      house.desk.setFault({ path: '/refunds', times: 1, fault: 'commit_then_disconnect' })
      house.desk.setFault({ path: '/tickets/:id/replies', times: 1, fault: 'commit_then_disconnect' })
      await house.play([refund('in_1'), say('done')])
      await house.play([call('send_reply', { ticket: 't_1', body: 'Done.' }), say('done')])
      assert.deepEqual(
        house.desk.commits().map(({ kind }) => kind),
        ['refund', 'reply'],
      )
    },
  },
  {
    name: 'a tool that keeps failing until it is left alone',
    async tell(house) {
      house.desk.setFault({ path: '/tickets/:id', fault: 'fail' })
      const reads = Array.from({ length: 8 }, (_, n) => call('get_ticket', { ticket: `t_${(n % 3) + 1}` }))
      for (let n = 0; n < 3; n++) await house.play([...reads, say('nothing')])
    },
  },
  {
    name: 'limits, a business key and a budget that many runs share',
    wanted: {
      page: {
        agent: { budgets: { day: { cost_usd: 1 } } },
        tools: {
          request_refund: {
            limits: { amount_usd: { per: 'customer', within: '24h', max: 25 } },
            once: { per: 'invoice', within: '30d' },
            rate: '5/min',
          },
        },
      },
    },
    async tell(house) {
      const runs = ['in_1', 'in_1', 'in_3', 'in_5', 'in_2', 'in_4'].map((invoice) =>
        house.play([refund(invoice), say('done')]),
      )
      await Promise.all(runs)
      const refunded = house.desk.commits().reduce((sum, { amount_minor: minor }) => sum + (minor ?? 0), 0)
      assert.equal(refunded, 4_000)
    },
  },
  {
    name: 'a loop that goes to a person',
    wanted: {
      page: { on_call: 'desk', agent: { escalation: { on_tool_error_retries_exhausted: 'handoff_to_human' } } },
    },
    async tell(house) {
      const result = await house.play(Array.from({ length: 4 }, () => call('search_policy', { query: 'refunds' })))
      assert.equal(statusOf(result), 'handed_off')
    },
  },
  {
    name: 'a stop, and calls that are refused under it',
    async tell(house) {
      await house.stop({ scope: 'tool', value: 'request_refund', reason: 'a drill' })
      await house.play([refund('in_1'), call('add_note', { ticket: 't_1', body: 'stopped' }), say('done')])
      assert.deepEqual(
        house.desk.commits().map(({ kind }) => kind),
        ['note'],
      )
    },
  },
  {
    name: 'several calls in a turn, a dry run, and what was done already',
    async tell(house) {
      const dry = call('request_refund', { invoice: 'in_1', amount: '10.00', reason: 'broken', dry_run: true })
      const two = calls(['get_invoice', { invoice: 'in_1' }], ['add_note', { ticket: 't_1', body: 'twice' }])
      await house.play([two, dry, refund('in_1'), refund('in_1'), say('done')])
      assert.equal(house.desk.commits().length, 2)
    },
  },
]

for (const database of ['file', 'postgres'] as const) {
  for (const { name, wanted, tell } of stories) {
    test(`L1 ${name}, on ${database}: desk, lists, chain, state and the reference of events agree`, async () => {
      await using house = await refundHouse({ database, ...wanted })
      using folds = watchFolds(house)
      await tell(house)
      await assertTruths(house)
      assert.deepEqual(house.errors, [])
      assert.ok(folds.compared() > 0)
    })
  }
}
