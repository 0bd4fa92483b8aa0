/** The people of a world: another process beside the engine's, that answers, stops, revokes, applies and looks. */
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { applyCharter } from '../../src/commands/apply-charter.ts'
import { issueGrant, revokeGrant } from '../../src/commands/change-grant.ts'
import type { House } from '../../src/commands/house.ts'
import { liftStop } from '../../src/commands/lift-stop.ts'
import { raiseStop, waitForQuiet } from '../../src/commands/raise-stop.ts'
import { settleEffect } from '../../src/commands/settle-effect.ts'
import { workHandoff } from '../../src/commands/work-handoff.ts'
import type { JsonObject } from '../../src/json.ts'
import type { PayloadRef } from '../../src/ledger/event.ts'
import type { EffectFact, Fact } from './facts.ts'
import { agentName, approver, type PageName, pages } from './pages.ts'
import type { AnswerPlanned, Deed } from './plan.ts'
import type { Vendor } from './vendor.ts'
import type { Witness } from './witness.ts'

const ops = 'ops@acme.example'
const sharedGrantBounds = { uses: 5, refundMinor: 9_000 }

export class People {
  #house: () => Promise<House>
  #witness: Witness
  #vendor: Vendor

  constructor({ house, witness, vendor }: { house: () => Promise<House>; witness: Witness; vendor: Vendor }) {
    this.#house = house
    this.#witness = witness
    this.#vendor = vendor
  }

  async stop({ scope, value, level }: Extract<Deed, { deed: 'stop' }>): Promise<void> {
    const house = await this.#house()
    const wanted = { scope, value, level, by: ops }
    const committed = await raiseStop(house, wanted)
    const stream = `stop/${committed.stop}`
    const raised = this.#witness.lastOf(stream, 'stop.raised')
    this.#witness.acknowledge('a stop', raised)
    await waitForQuiet(house, wanted, committed)
    // Lifted and raised again meanwhile, it is another stop that is quiet now.
    if (this.#witness.lastOf(stream, 'stop.raised') === raised && raised)
      this.#witness.quieten(raised.position, scope, value)
  }

  async lift({ scope, value }: Pick<Extract<Deed, { deed: 'stop' }>, 'scope' | 'value'>): Promise<void> {
    const { stop } = await liftStop(await this.#house(), { scope, value, by: ops })
    this.#witness.acknowledge('the end of a stop', this.#witness.lastOf(`stop/${stop}`, 'stop.lifted'))
  }

  /** The grant that runs share: so many uses, and so much refunded, whoever draws on it. */
  async issueGrant(): Promise<string> {
    const { uses, refundMinor } = sharedGrantBounds
    const limits = { refund: { amount: refundMinor } }
    const { grant } = await issueGrant(await this.#house(), { agent: agentName, by: ops, uses, limits })
    this.#witness.acknowledge('a grant', this.#witness.lastOf(`grant/${grant}`))
    this.#witness.sharedGrant = { grant, uses, refundMinor }
    return grant
  }

  async revoke(grant: string): Promise<void> {
    await revokeGrant(await this.#house(), grant, ops)
    this.#witness.acknowledge('a revocation', this.#witness.lastOf(`grant/${grant}`, 'grant.revoked'))
  }

  async apply(name: PageName): Promise<void> {
    const { page, source } = pages[name]
    await applyCharter(await this.#house(), page, source, 'owner@acme.example')
    this.#witness.acknowledge('a page', this.#witness.lastOf(`charter/dev:${agentName}`))
  }

  /** Says yes only to what is shown, and so the witness knows what was agreed to. */
  async answer({ body, stream }: Fact, { answer }: AnswerPlanned): Promise<void> {
    const house = await this.#house()
    const approval = String(body.approval)
    const shown = await questionOf(house, stream, body.question)
    const [run, tool] = [String(body.run), String(body.tool)]
    const edited = {
      ...shown,
      ...('amount' in shown && { amount: '9.00' }),
      ...('text' in shown && { text: 'edited' }),
    }
    if (answer === 'grant') this.#witness.agree(run, tool, shown)
    if (answer === 'edit')
      this.#witness.agree(
        run,
        tool,
        'amount' in edited ? { ...edited, amount: { minor: 900, currency: 'usd' } } : edited,
      )
    const said =
      answer === 'grant'
        ? ({ type: 'grant' } as const)
        : answer === 'deny'
          ? ({ type: 'deny', reason: 'no' } as const)
          : ({ type: 'edit', arguments: edited } as const)
    await answerApproval(house, { approval, ...approver, answer: said })
    this.#witness.acknowledge('an answer', this.#witness.lastOf(stream))
  }

  /** Looks in the vendor's own store, and says what became of it. */
  async settle({ effect, key, run }: EffectFact): Promise<void> {
    const isDone = this.#vendor.commits.some((commit) => commit.key === key)
    await settleEffect(await this.#house(), { effect, outcome: isDone ? 'committed' : 'not_committed', by: ops })
    this.#witness.acknowledge('a settlement', this.#witness.lastOf(`run/${run}`))
  }

  async work(handoff: string, isReturned: boolean): Promise<void> {
    const house = await this.#house()
    const by = 'owner@acme.example'
    await workHandoff(house, { handoff, type: 'claim', by, groups: [by] })
    if (isReturned) await workHandoff(house, { handoff, type: 'return', by, note: 'go on', extends: { turns: 3 } })
    else await workHandoff(house, { handoff, type: 'resolve', by, outcome: 'done by hand' })
    this.#witness.acknowledge('the end of a handoff', this.#witness.lastOf(`handoff/${handoff}`))
  }

  /** What a reader was shown may not be undone. */
  async look(): Promise<void> {
    const { ledger, tenant } = await this.#house()
    for (const event of await ledger.tail(tenant, 0, 10_000)) this.#witness.acknowledge('what was read', event)
  }
}

async function questionOf(house: House, stream: string, question: unknown): Promise<JsonObject> {
  const { n } = question as PayloadRef
  await house.sealer.prepare(stream)
  const [payload] = await house.ledger.payloads(house.tenant, stream, [n])
  const content = payload ? house.sealer.open(payload) : null
  return content !== null && typeof content === 'object' && 'arguments' in content
    ? (content.arguments as JsonObject)
    : {}
}
