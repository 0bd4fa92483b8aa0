/** What the histories are about: each a run of the shop's agent, played for real and with everything that goes wrong in it. */

import { liftStop } from '../../src/commands/lift-stop.ts'
import { settleEffect } from '../../src/commands/settle-effect.ts'
import { workHandoff } from '../../src/commands/work-handoff.ts'
import type { Json, JsonObject } from '../../src/json.ts'
import type { ScriptedTurn } from '../../src/models/script.ts'
import type { RunResult } from '../../src/run-handle.ts'
import { NotCommitted } from '../../src/tools/tool.ts'
import type { PageParts } from '../page-text.ts'
import { call, calls, type RefundHouse, refundHouse, say } from '../refund-house.ts'
import { historyTools, type Shop } from './tools.ts'

export interface Story {
  readonly name: string
  readonly about: string
  /** Plays it and gives the run's id. */
  play(house: RefundHouse, shop: ShopInHand): Promise<string>
  readonly page?: PageParts
}

/** A shop that does what it is told to do wrong, call after call; right once nothing is left of that. */
export interface ShopInHand extends Shop {
  readonly trouble: (() => void)[]
  /** Done, and then not said. */
  readonly silence: (() => void)[]
}

function shopInHand(): ShopInHand {
  const refunded = new Map<string, number>()
  const done = new Map<string, { refund: string }>()
  const trouble: (() => void)[] = []
  const silence: (() => void)[] = []
  const usd = (minor: number) => ({ minor, currency: 'usd' as const })
  return {
    trouble,
    silence,
    order: (id) => ({ id, customer: `c_${id.length}`, paid: usd(10_000), refunded: usd(refunded.get(id) ?? 0) }),
    refund(key, order, minor) {
      trouble.shift()?.()
      const answer = done.get(key) ?? { refund: `re_${done.size + 1}` }
      if (!done.has(key)) refunded.set(order, (refunded.get(order) ?? 0) + minor)
      done.set(key, answer)
      silence.shift()?.()
      return answer
    },
    found: (key) => {
      const output = done.get(key)
      return output ? { answer: 'committed', output } : { answer: 'absent' }
    },
    message(order) {
      trouble.shift()?.()
      return { message: `m_${order}` }
    },
  }
}

const unused = ['get_invoice', 'get_ticket', 'search_policy', 'request_refund', 'send_reply', 'add_note']

const ownPage: PageParts = {
  tools: {
    ...Object.fromEntries(unused.map((tool) => [tool, null])),
    get_order: { allowed: true },
    search_help: { allowed: true },
    refund_order: { allowed: true, max_amount_usd: 80, require_approval_over_usd: 50 },
    refund_by_lookup: { allowed: true },
    send_message: { allowed: true },
  },
}

export async function openShop(page: PageParts = {}): Promise<{ house: RefundHouse; shop: ShopInHand }> {
  const shop = shopInHand()
  const tools = { ...(ownPage.tools as JsonObject), ...(page.tools as JsonObject | undefined) }
  return { house: await refundHouse({ page: { ...ownPage, ...page, tools }, tools: () => historyTools(shop) }), shop }
}

const look = (order = 'o_1') => call('get_order', { order })
const refund = (order: string, amount: string, more: JsonObject = {}) =>
  call('refund_order', { order, amount, ...more })
const done = say('Done.')

const play = async (house: RefundHouse, turns: readonly ScriptedTurn[]) => (await house.play(turns)).run

async function asked(house: RefundHouse, turns: readonly ScriptedTurn[]) {
  const result = await house.play(turns)
  return { run: result.run, approval: questionOf(result) }
}

function questionOf(result: RunResult): string {
  if (result.status !== 'waiting') throw new Error(`the run is ${result.status}`)
  return result.approvals[0].id
}

const ended = async (house: RefundHouse, run: string) => (await house.settled(run)).run

const plain = (name: string, about: string, turns: readonly ScriptedTurn[], page?: PageParts): Story => ({
  name,
  about,
  play: (house) => play(house, turns),
  ...(page && { page }),
})

const answered = (
  name: string,
  about: string,
  turns: readonly ScriptedTurn[],
  answer: Parameters<RefundHouse['answer']>[1],
): Story => ({
  name,
  about,
  play: async (house) => {
    const { run, approval } = await asked(house, turns)
    await house.answer(approval, answer)
    return ended(house, run)
  },
})

const handedOver = (name: string, about: string, how: 'return' | 'resolve'): Story => ({
  name,
  about,
  page: { on_call: 'oncall' },
  play: async (house) => {
    const result = await house.play([...Array(4).fill(look()), done])
    if (result.status !== 'handed_off' || result.handoff === undefined) throw new Error(`the run is ${result.status}`)
    const person = { handoff: result.handoff, by: 'olga@acme.example' }
    await workHandoff(house.runtime.house, { ...person, type: 'claim', groups: ['oncall'] })
    if (how === 'return') {
      await house.rewrite(result.run, [...Array(4).fill(look()), refund('o_1', '10.00'), done])
      await workHandoff(house.runtime.house, { ...person, type: 'return', note: 'refund it' })
    } else await workHandoff(house.runtime.house, { ...person, type: 'resolve', outcome: 'done by hand' })
    return ended(house, result.run)
  },
})

const fails = (error: () => Error) => () => {
  throw error()
}

const troubled = (
  name: string,
  about: string,
  turns: readonly ScriptedTurn[],
  prepare: (shop: ShopInHand) => void,
): Story => ({
  name,
  about,
  play: async (house, shop) => {
    prepare(shop)
    return play(house, turns)
  },
})

const cited = (id: string): Json => ({
  doing: 'refunds',
  allowed_by: 'the handbook',
  evidence: [{ kind: 'document', id }],
})

export const stories: readonly Story[] = [
  plain('reads', 'an order is looked at, and the model says so', [look(), done]),
  plain('two-reads', 'two orders are looked at in one turn', [
    calls(['get_order', { order: 'o_1' }], ['get_order', { order: 'o_22' }]),
    done,
  ]),
  plain('read-again', 'the same order is looked at twice in one turn, and once more in the next', [
    calls(['get_order', { order: 'o_1' }], ['get_order', { order: 'o_1' }]),
    look(),
    done,
  ]),
  plain(
    'per-step',
    'of three calls in a turn the page has two attempted',
    [calls(['get_order', { order: 'o_1' }], ['get_order', { order: 'o_2' }], ['get_order', { order: 'o_3' }]), done],
    { agent: { per_step: { tool_calls: 2 } } },
  ),
  plain('allowed', 'a small refund needs nobody', [look(), refund('o_1', '10.00'), done]),
  plain('over-maximum', 'a refund over the maximum of the page is refused', [refund('o_1', '90.00'), done]),
  plain('over-paid', 'a refund of more than was paid is refused by the tool', [refund('o_1', '110.00'), done], {
    tools: { refund_order: { allowed: true } },
  }),
  plain('invalid', 'arguments that do not fit, and then some that do', [
    call('refund_order', { order: 'o_1', amount: 'ten' }),
    refund('o_1', '10.00'),
    done,
  ]),
  plain('unknown-tool', 'a tool that nobody offered', [call('delete_shop', {}), done]),
  plain('dry-run', 'a refund is previewed and then done', [
    refund('o_1', '10.00', { dry_run: true }),
    refund('o_1', '10.00'),
    done,
  ]),
  plain('twice', 'a refund that was done is proposed again, and not done again', [
    refund('o_1', '10.00'),
    refund('o_1', '10.00'),
    done,
  ]),
  plain('denied-then-left', 'after a refusal the further writes of a turn are not attempted', [
    calls(['refund_order', { order: 'o_1', amount: '90.00' }], ['send_message', { order: 'o_1', text: 'hello' }]),
    done,
  ]),
  plain('limit', 'a limit of a customer is reached', [refund('o_1', '30.00'), refund('o_2', '30.00'), done], {
    tools: { refund_order: { allowed: true, limits: { amount_usd: { per: 'customer', within: '24h', max: 50 } } } },
  }),
  plain('once', 'an order may be refunded once', [refund('o_1', '10.00'), refund('o_1', '11.00'), done], {
    tools: { refund_order: { allowed: true, once: { per: 'order', within: '30d' } } },
  }),
  plain(
    'cited',
    'a refund cites a page that the run has read, and one that it has not',
    [
      call('search_help', { words: 'refunds' }),
      refund('o_1', '10.00', { intent: cited('page_1') }),
      refund('o_2', '10.00', { intent: cited('page_9') }),
      done,
    ],
    { tools: { refund_order: { allowed: true, require_citation: true, require_intent: true } } },
  ),
  plain('halts', 'the steps of the page are used up, and the page halts', [look(), look('o_2'), done], {
    agent: { max_steps: 2, escalation: { on_budget_exceeded: 'halt' } },
  }),
  plain('empty-answers', 'a model that says nothing is asked again', [
    { say: 'Done.', misbehave: { mode: 'empty' } },
    done,
  ]),
  plain('model-fails', 'a provider fails once, and answers then', [
    { say: 'Done.', misbehave: { mode: 'fail', times: 1, retryable: true } },
  ]),
  answered('granted', 'finance is asked, and agrees', [refund('o_1', '60.00'), done], { type: 'grant' }),
  answered('denied', 'finance is asked, and refuses', [refund('o_1', '60.00'), done], { type: 'deny', reason: 'no' }),
  answered('edited', 'finance makes it less, and that is done', [refund('o_1', '60.00'), done], {
    type: 'edit',
    arguments: { order: 'o_1', amount: '55.00' },
  }),
  {
    name: 'expired',
    about: 'nobody answers in time',
    play: async (house) => {
      const { run } = await asked(house, [refund('o_1', '60.00'), done])
      await house.clock.skip(5 * 3_600_000)
      return ended(house, run)
    },
  },
  {
    name: 'stopped-at-rest',
    about: 'a stop of level abort ends a run that waits for people',
    play: async (house) => {
      const { run } = await asked(house, [refund('o_1', '60.00'), done])
      await house.stop({ level: 'abort' })
      await house.until(async () => (await house.bodies(run, 'run.ended')).length > 0)
      return run
    },
  },
  {
    name: 'drafted',
    about: 'under a stop of level draft a small refund is asked for as well',
    play: async (house) => {
      await house.stop({ level: 'draft' })
      const { run, approval } = await asked(house, [refund('o_1', '10.00'), done])
      await house.answer(approval, { type: 'grant' })
      await liftStop(house.runtime.house, { scope: 'everything', value: '', by: 'ops@acme.example' })
      return ended(house, run)
    },
  },
  {
    name: 'observed',
    about: 'under a stop of level observe nothing is written',
    play: async (house) => {
      await house.stop({ level: 'observe' })
      return play(house, [refund('o_1', '10.00'), done])
    },
  },
  {
    name: 'narrowed',
    about: 'the page is narrowed while a run waits for people',
    play: async (house) => {
      const { run, approval } = await asked(house, [refund('o_1', '60.00'), done])
      await house.apply({
        ...ownPage,
        tools: { ...(ownPage.tools as JsonObject), refund_order: { allowed: true, max_amount_usd: 55 } },
      })
      await house.answer(approval, { type: 'grant' })
      return ended(house, run)
    },
  },
  handedOver('looped', 'the same is asked over and over: people take over, and hand it back', 'return'),
  handedOver('resolved', 'people take over, and resolve it', 'resolve'),
  troubled(
    'sent-again',
    'an answer is lost, and the refund is sent again under its key',
    [refund('o_1', '10.00'), done],
    (shop) => shop.silence.push(fails(() => new Error('socket hang up'))),
  ),
  troubled(
    'looked-up',
    'an answer is lost, and the desk is asked what became of it',
    [call('refund_by_lookup', { order: 'o_1', amount: '10.00' }), done],
    (shop) => shop.silence.push(fails(() => new Error('socket hang up'))),
  ),
  troubled('refused-by-shop', 'the shop refuses for good', [refund('o_1', '10.00'), done], (shop) =>
    shop.trouble.push(fails(() => new NotCommitted('the order is locked', { retryable: false }))),
  ),
  {
    name: 'settled',
    about: 'a message of which nobody knows whether it went out, until a person says so',
    play: async (house, shop) => {
      shop.trouble.push(fails(() => new Error('socket hang up')))
      const run = await play(house, [call('send_message', { order: 'o_1', text: 'hello' }), done])
      const [sent] = await house.bodies(run, 'effect.dispatched')
      await settleEffect(house.runtime.house, {
        effect: sent?.effect ?? '',
        outcome: 'committed',
        by: 'ops@acme.example',
      })
      return run
    },
  },
]
