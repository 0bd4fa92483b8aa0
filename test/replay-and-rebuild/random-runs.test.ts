/**
 * Whatever models propose, the desk does to it and people say: the desk committed what the ledger calls committed, and no
 * key twice; lists made again are the same; the chain holds; and state in memory is what the events say.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isCharterError } from '../../src/errors.ts'
import type { Tool } from '../../src/tools/tool.ts'
import { type RefundHouse, refundHouse } from '../refund-house.ts'
import { type Script, script } from './random-scripts.ts'
import { assertTruths, watchFolds } from './truths.ts'

/** How often, and how much of each is spent on opening ledgers: PostgreSQL's cost more. */
const times = { file: 15, postgres: 6 }

for (const database of ['file', 'postgres'] as const) {
  test(`D6 runs of random scripts on ${database}: desk, ledger, lists, chain and state agree`, async () => {
    await fc.assert(
      fc.asyncProperty(script, (script) => playAndLook(database, script)),
      { numRuns: times[database] },
    )
  })
}

async function playAndLook(database: 'file' | 'postgres', script: Script): Promise<void> {
  const calls = { underWay: 0 }
  await using house = await refundHouse({
    database,
    tools: (own) => own.map((tool) => counting(tool, calls)),
    page: {
      agent: { per_step: { retries: 3 } },
      approvals: { high: [{ from: 'finance', count: 1, expires_in: '500ms' }] },
      tools: { request_refund: { limits: { amount_usd: { per: 'customer', within: '24h', max: 90 } } } },
    },
  })
  using folds = watchFolds(house)
  for (const fault of script.faults) house.desk.setFault(fault)
  const runs = await Promise.all(script.runs.map((turns) => house.start(turns)))
  const hurrying = new AbortController()
  const hurried = hurry(house, calls, hurrying.signal)
  const answers = [...script.answers]
  try {
    for (const run of runs) await playOut(house, run, answers)
  } finally {
    hurrying.abort()
    await hurried
  }
  await assertTruths(house)
  assert.deepEqual(house.errors, [])
  assert.ok(folds.compared() > 0)
}

/** Until the run ends or is with people for good; a question gets the next answer, or none before it expires. */
async function playOut(house: RefundHouse, run: string, answers: Script['answers'][number][]): Promise<void> {
  for (;;) {
    const result = await house.settled(run)
    if (result.status !== 'waiting') return
    const [{ id }] = result.approvals
    const answer = answers.shift() ?? { type: 'silence' as const }
    if (answer.type !== 'silence') await say(house, id, answer)
    await house.until(async () => {
      const now = await house.settled(run)
      return now.status !== 'waiting' || now.approvals[0].id !== id
    })
  }
}

/** What comes too late is told so, and that is all that may go wrong. */
async function say(house: RefundHouse, approval: string, answer: Parameters<RefundHouse['answer']>[1]): Promise<void> {
  try {
    await house.answer(approval, answer)
  } catch (error) {
    assert.ok(
      isCharterError(error) && ['approval_expired', 'approval_already_settled'].includes(error.code),
      String(error),
    )
  }
}

const counting = (tool: Tool, calls: { underWay: number }): Tool => ({
  ...tool,
  async execute(input, sending) {
    calls.underWay += 1
    try {
      return await tool.execute(input, sending)
    } finally {
      calls.underWay -= 1
    }
  },
})

/** Whoever waits for nothing but time does not wait long: half a minute at once, never while the desk is at work. */
async function hurry({ clock, runtime }: RefundHouse, calls: { underWay: number }, signal: AbortSignal): Promise<void> {
  const { ledger, tenant } = runtime.house
  let seen = ''
  while (!signal.aborted) {
    // Not the tail: on PostgreSQL it waits for whatever is open anywhere on the server, and would look quiet.
    const last = JSON.stringify(await ledger.find(tenant, { runs: { read: 'runs', most: 100 } }))
    if (last === seen && calls.underWay === 0) await clock.skip(30_000)
    seen = last
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
}
