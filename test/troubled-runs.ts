/** Runs of a refund house in which something of every kind happens: asked, retried, refused, denied, edited, lost. */
import assert from 'node:assert/strict'
import { settleEffect } from '../src/commands/settle-effect.ts'
import { workHandoff } from '../src/commands/work-handoff.ts'
import type { RunResult } from '../src/run-handle.ts'
import type { PageParts } from './page-text.ts'
import { call, calls, type RefundHouse, refund, say } from './refund-house.ts'

/** For `troubledRuns`: some of its trouble is with budgets and limits. */
export const troubledPage: PageParts = {
  agent: { max_tool_calls: 3 },
  on_call: 'billing-oncall',
  tools: { request_refund: { limits: { amount_usd: { per: 'customer', within: '24h', max: 500 } } } },
}

const refunds = { method: 'POST', path: '/refunds' }
const replies = { method: 'POST', path: '/tickets/:id/replies' }
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

function questionOf(result: RunResult): string {
  assert.equal(result.status, 'waiting')
  return result.status === 'waiting' ? result.approvals[0].id : ''
}

/** A run that looks, finds pages, asks people and refunds, in the trace of whoever started it. */
export async function asked(house: RefundHouse) {
  const waiting = await house.play(
    [
      calls(['get_invoice', { invoice: 'in_1' }], ['search_policy', { query: 'refunds' }]),
      refund('in_1', '60.00'),
      say('Done.'),
    ],
    { onBehalfOf: 'ada@acme.example', traceparent, session: 'chat_1' },
  )
  await house.answer(questionOf(waiting), { type: 'grant' })
  return house.settled(waiting.run)
}

/** A reply of which nobody knows whether it went out. */
export async function unknownReply(house: RefundHouse): Promise<string> {
  house.desk.setFault({ ...replies, fault: 'commit_then_disconnect', times: 1 })
  const { run } = await house.play([call('send_reply', { ticket: 't_1', body: 'It is on its way.' }), say('?')])
  return run
}

/** A run whose model fails and whose reads fail, until its budget is used up and people close it. */
async function handedOver(house: RefundHouse) {
  house.desk.setFault({ path: '/invoices/:id', fault: 'fail', times: 1 })
  const looks = ['in_7', 'in_8', 'in_9', 'in_1'].map((invoice) => call('get_invoice', { invoice }))
  const result = await house.play([
    { ...looks[0], misbehave: { mode: 'fail', times: 1, retryable: true } },
    ...looks,
    say('Done.'),
  ])
  const handoff = result.status === 'handed_off' ? (result.handoff ?? '') : ''
  const by = 'olga@acme.example'
  await workHandoff(house.runtime.house, { handoff, by, type: 'claim', groups: ['billing-oncall'] })
  await workHandoff(house.runtime.house, { handoff, by, type: 'resolve', outcome: 'done by hand' })
  await house.until(async () => (await house.bodies(result.run, 'run.ended')).length > 0)
  return result
}

/** One run of each kind of trouble. */
export async function troubledRuns(house: RefundHouse): Promise<readonly string[]> {
  const first = await asked(house)
  const reply = await unknownReply(house)
  await settleEffect(house.runtime.house, { effect: `${reply}:1.1`, outcome: 'not_committed', by: 'ops@acme.example' })
  house.desk.setFault({ ...refunds, fault: 'fail', times: 2 })
  const retried = await house.play([refund('in_2'), say('Done.')])
  house.desk.setFault({ ...refunds, fault: 'reject', status: 429, times: 1 })
  const rejected = await house.play([refund('in_3'), refund('in_3'), say('Done.')])
  const denied = await house.play([refund('in_4', '60.00'), say('Sorry.')])
  await house.answer(questionOf(denied), { type: 'deny', reason: 'no' })
  await house.settled(denied.run)
  const edited = await house.play([refund('in_5', '60.00'), say('Done.')])
  await house.answer(questionOf(edited), { type: 'edit', arguments: { invoice: 'in_5', amount: '20.00', reason: 'x' } })
  await house.settled(edited.run)
  const broken = await house.play([call('nothing', {}), call('request_refund', { invoice: 7 }), say('Sorry.')])
  const waiting = await house.play([refund('in_6', '60.00'), say('Done.')])
  const handed = await handedOver(house)
  const ended = [handed, first, retried, rejected, denied, edited, broken, waiting].map(({ run }) => run)
  return [...ended, reply]
}
