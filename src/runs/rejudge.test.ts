/** L8: every decision whose payload is kept re-runs to the same answer, from the payload and the pages alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RefundHouse, refund, refundHouse, say } from '../../test/refund-house.ts'
import { createEvaluator } from '../policy/evaluate.ts'
import { createCharterBook } from './charter-book.ts'
import type { ActionJudged } from './events.ts'
import { basisIn } from './payload-content.ts'
import { rejudge } from './rejudge.ts'

async function decisionAgain(house: RefundHouse, run: string, judged: ActionJudged) {
  const { house: open } = house.runtime
  const [started] = await house.bodies(run, 'run.started')
  const proposed = (await house.bodies(run, 'action.proposed')).find(({ action }) => action === judged.action)
  const tool = house.tools.get(proposed?.tool ?? '')
  if (!started || !proposed || !tool) throw new assert.AssertionError({ message: 'a decision without its action' })
  const book = createCharterBook({ ...open, toolsOf: () => house.tools })
  const place = {
    agent: started.agent,
    environment: started.environment,
    requester: started.on_behalf_of ?? '',
    tool,
    dryRun: proposed.dry_run,
    pinned: await book.compiled(started.agent, judged.charter),
    inForce: await book.compiled(started.agent, judged.in_force),
  }
  const basis = basisIn(await house.content(run, judged.judged))
  const { decision, code, rules, asks, stage } = rejudge(createEvaluator(), place, basis)
  return { decision, code, rules, asks, stage }
}

async function sameAgain(house: RefundHouse, run: string): Promise<string[]> {
  const decisions = await house.bodies(run, 'action.judged')
  for (const judged of decisions) {
    const { decision, code, rules, asks, stage } = judged
    assert.deepEqual(await decisionAgain(house, run, judged), { decision, code, rules, asks, stage })
  }
  return decisions.map(({ decision, code }) => code ?? decision)
}

test('L8 allowed, asked, refused by a rule, by the facts and by a limit: each decision re-runs to the same answer', async () => {
  await using house = await refundHouse({
    page: {
      tools: {
        request_refund: { max_amount_usd: 90, limits: { amount_usd: { per: 'customer', within: '24h', max: 70 } } },
      },
    },
  })
  const run = await house.start([
    refund('in_1', '20.00'),
    refund('in_2', '95.00'),
    refund('in_3', '51.00'),
    refund('in_2', '60.00'),
    say('Done.'),
  ])
  const waiting = await house.settled(run)
  assert.equal(waiting.status, 'waiting')
  if (waiting.status === 'waiting') await house.answer(waiting.approvals[0].id, { type: 'grant' })
  await house.settled(run)
  assert.deepEqual(await sameAgain(house, run), ['allow', 'denied_by_policy', 'limit_exceeded', 'ask', 'allow'])
})

test('L8 a decision under a stop, and one after the page was narrowed, re-run to the same answer', async () => {
  await using house = await refundHouse()
  const run = await house.start([refund('in_1', '60.00'), refund('in_2', '5.00'), say('Done.')])
  const waiting = await house.settled(run)
  await house.apply({ tools: { request_refund: { max_amount_usd: 10 } } })
  await house.stop({ level: 'draft' })
  if (waiting.status === 'waiting') await house.answer(waiting.approvals[0].id, { type: 'grant' })
  await house.settled(run)
  assert.deepEqual(await sameAgain(house, run), ['ask', 'denied_by_policy', 'ask'])
})

test('L8 what was kept is really asked: with other facts in the payload the answer is another', async () => {
  await using house = await refundHouse()
  const { run } = await house.play([refund('in_1', '20.00'), say('Done.')])
  const [judged] = await house.bodies(run, 'action.judged')
  if (!judged) throw new assert.AssertionError({ message: 'nothing was judged' })
  const basis = basisIn(await house.content(run, judged.judged))
  const changed = {
    ...basis,
    gathered: { ...basis.gathered, input: { ...basis.gathered.input, amount: { minor: 6_000, currency: 'usd' } } },
  }
  const content = async () => JSON.parse(JSON.stringify(changed))
  const again = await decisionAgain({ ...house, content }, run, judged)
  assert.equal(again.decision, 'ask')
})
