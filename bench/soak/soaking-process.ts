/** The process that is measured: a runtime that starts runs, answers their questions, and keeps nothing of them. */
import { setTimeout as pause } from 'node:timers/promises'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, type Runtime } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import { prices } from '../../test/refund-agent.ts'
import { type SoakPlace, soakAgent } from './soak-agent.ts'

export interface SoakOrders extends SoakPlace {
  /** Runs that are begun a second, and runs that are under way at most. */
  readonly perSecond: number
  readonly together: number
}

export interface Soaked {
  readonly started: number
  readonly statuses: Record<string, number>
  /** Why a run's starter was not told what became of it, the last time. */
  readonly lastFailure: string | undefined
}

export type SoakMessage = { readonly said: 'begun' } | { readonly said: 'soaked'; readonly soaked: Soaked }

process.once('message', async (orders: SoakOrders) => {
  const stopping = new AbortController()
  process.once('message', () => stopping.abort())
  const say = (message: SoakMessage) => void process.send?.(message)
  const { ledger, keyring } = orders
  const runtime = await createRuntime({ agents: [soakAgent(orders.desk)], ledger, keyring, prices, leaseMs: 5_000 })
  say({ said: 'begun' })
  const soaked = await soak(runtime, orders, stopping.signal)
  await runtime.close()
  say({ said: 'soaked', soaked })
  process.disconnect()
})

/** Begins runs until it is told to stop, and waits for those that are under way. */
async function soak(runtime: Runtime, { perSecond, together }: SoakOrders, signal: AbortSignal): Promise<Soaked> {
  const statuses: Record<string, number> = {}
  const underWay = new Set<Promise<void>>()
  let started = 0
  let lastFailure: string | undefined
  const noteStatus = (status: string) => {
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  const noteFailure = (error: unknown) => {
    lastFailure = String(error)
  }
  while (!signal.aborted) {
    await pause(1_000 / perSecond)
    if (underWay.size >= together) continue
    const run = play(runtime, started).then(noteStatus, noteFailure)
    started += 1
    underWay.add(run)
    void run.then(() => underWay.delete(run))
  }
  await Promise.all(underWay)
  return { started, statuses, lastFailure }
}

/** One run to its end, with a person who says yes; gives how it ended. */
async function play(runtime: Runtime, n: number): Promise<string> {
  const run = await patiently(() => runtime.start('refunds', { input: { n }, key: `run ${n}` }))
  for (;;) {
    const result = await patiently(() => run.settled())
    if (result.status !== 'waiting') return result.status
    for (const { id } of result.approvals) await patiently(() => grant(runtime, id))
  }
}

async function grant(runtime: Runtime, approval: string): Promise<void> {
  const by = { by: 'fay@acme.example', groups: ['finance'] }
  await answerApproval(runtime.house, { approval, ...by, answer: { type: 'grant' } })
}

const mostTries = 10
const tryAgainMs = 500

/** Says it again where the ledger could not be reached: a key keeps a run from being started twice. */
async function patiently<Answer>(deed: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await deed()
    } catch (error) {
      if (!isCharterError(error) || error.code !== 'ledger_unavailable' || tries === mostTries) throw error
      await pause(tryAgainMs)
    }
  }
}
