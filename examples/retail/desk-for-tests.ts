/** The shop's agent at work in the small shop, for tests: a scripted model proposes, the test answers as the customer. */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime, defineAgent, isCharterError, type RunResult } from '../../src/index.ts'
import type { JsonObject } from '../../src/json.ts'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import { type ScriptedTurn, scriptedModel } from '../../src/testing.ts'
import { smallShopFolder } from './small-shop.ts'
import { openStore, type Store } from './store.ts'
import { retailTools } from './tools.ts'

export const retailPage = fileURLToPath(new URL('./retail.charter.yaml', import.meta.url))

export const call = (tool: string, input: JsonObject): ScriptedTurn => ({ calls: [{ tool, input }] })
export const lookUpAda = call('find_user_id_by_email', { email: 'ada@example.com' })

export interface Desk extends AsyncDisposable {
  readonly shop: Store
  /** Until the run ends or waits. */
  settled(): Promise<RunResult>
  /** The open question's yes by that principal: nothing, or the code that refused it. */
  grant(by: string): Promise<string | undefined>
  events(): Promise<readonly LedgerEvent[]>
  /** Of the last action that was judged: what was decided, by which rules or code. */
  lastDecision(): Promise<{ decision: unknown; code: unknown; rules: unknown }>
}

/** Starts one run that plays the turns and says goodbye. */
export async function startDesk(...turns: readonly ScriptedTurn[]): Promise<Desk> {
  const data = smallShopFolder()
  const shop = openStore({ data })
  rmSync(data, { recursive: true })
  const goodbye = { say: 'Goodbye.' }
  const model = scriptedModel({ id: 'scripted/retail', conversations: { story: [...turns, goodbye] } })
  const agent = defineAgent({ charter: retailPage, tools: retailTools(shop), models: { 'scripted/retail': model } })
  const runtime = await createRuntime({
    agents: [agent],
    ledger: ':memory:',
    prices: { 'scripted/retail': { inputPerMillionUsd: '0', outputPerMillionUsd: '0' } },
  })
  const run = await runtime.start(agent, { input: 'hello' })
  const settled = () => run.settled(AbortSignal.timeout(10_000))
  const events = () => runtime.house.ledger.read(runtime.house.tenant, `run/${run.id}`)
  return {
    shop,
    settled,
    events,
    async grant(by) {
      const result = await settled()
      if (result.status !== 'waiting') throw new Error(`the run is ${result.status} and asks nothing`)
      const [{ id: approval }] = result.approvals
      try {
        await answerApproval(runtime.house, { approval, by, groups: [], answer: { type: 'grant' } })
        return undefined
      } catch (error) {
        if (isCharterError(error)) return error.code
        throw error
      }
    },
    async lastDecision() {
      const judged = (await events()).findLast(({ type }) => type === 'action.judged')
      return { decision: judged?.body.decision, code: judged?.body.code, rules: judged?.body.rules }
    },
    async [Symbol.asyncDispose]() {
      await runtime.close()
      shop[Symbol.dispose]()
    },
  }
}
