/** Plays runs of one refund each at a real desk, and says what was asked for in each: known before anything is judged. */
import path from 'node:path'
import { startDesk } from '../../examples/refunds/desk/start-desk.ts'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, type Runtime } from '../../src/create-runtime.ts'
import { scriptedModel } from '../../src/models/scripted-model.ts'
import type { RunResult } from '../../src/run-handle.ts'
import { call, refund, say } from '../../test/refund-house.ts'
import type { Random } from '../tau-retail/random.ts'
import { prices, shopAgent } from './agent.ts'

export interface RecordedRefund {
  readonly run: string
  /** Cents. */
  readonly amount: number
}

export interface Recorded {
  readonly refunds: readonly RecordedRefund[]
  readonly ledger: string
  readonly deskUrl: string
  /** Writes that the desk has, by its own log. */
  readonly commits: number
}

/** So many runs go on at once. */
const atOnce = 16

export async function recordRuns(folder: string, count: number, random: Random): Promise<Recorded> {
  const amounts = Array.from({ length: count }, () => 100 + random.below(9_400))
  await using desk = await startDesk({ file: path.join(folder, 'desk.sqlite'), data: shopOf(count) })
  const ledger = path.join(folder, '.charter', 'ledger.db')
  const keyring = path.join(folder, '.charter', 'keyring.db')
  const model = scriptedModel({
    id: 'scripted/refunds',
    conversations: Object.fromEntries(amounts.map((amount, i) => [`c${i}`, turnsOf(i, amount)])),
    pick: (opening) => JSON.parse(opening).conversation,
  })
  const agent = shopAgent(desk.url, model)
  await using runtime = await createRuntime({ agents: [agent], ledger, keyring, prices })
  const refunds: RecordedRefund[] = []
  const waiting = amounts.map((amount, i) => ({ amount, i }))
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const handle = await runtime.start(agent, { input: { conversation: `c${next.i}` } })
      await settle(runtime, handle.id)
      refunds.push({ run: handle.id, amount: next.amount })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { refunds, ledger, deskUrl: desk.url, commits: desk.commits().length }
}

async function settle(runtime: Runtime, run: string): Promise<void> {
  for (;;) {
    const result: RunResult = await runtime.run(run).settled(AbortSignal.timeout(60_000))
    if (result.status !== 'waiting') return
    const signed = { by: 'fay@acme.example', groups: ['finance'], answer: { type: 'grant' as const } }
    for (const { id } of result.approvals) await answerApproval(runtime.house, { approval: id, ...signed })
  }
}

const invoiceOf = (i: number): string => `in_${i}`

const turnsOf = (i: number, amount: number) => [
  call('get_invoice', { invoice: invoiceOf(i) }),
  refund(invoiceOf(i), (amount / 100).toFixed(2)),
  say('Done.'),
]

const shopOf = (count: number) => ({
  customers: [{ id: 'c_1', name: 'c_1', email: 'c_1@mail.example' }],
  invoices: Array.from({ length: count }, (_, i) => ({
    id: invoiceOf(i),
    customer: 'c_1',
    description: 'beans',
    status: 'paid' as const,
    paid_minor: 10_000,
    refunded_minor: 0,
    currency: 'usd' as const,
    issued_days_ago: 3,
  })),
  tickets: [],
  documents: [],
})
