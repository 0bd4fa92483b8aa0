/** A run that is legal but for one thing. It must leave the shop untouched; where only the runtime stands in its way, it
 * is played again under a page that refuses nothing, and must touch it. */
import type { LedgerEvent } from '../../../src/ledger/event.ts'
import type { Call } from '../data.ts'
import type { Mutation } from '../mutations/mutation.ts'
import { asCustomer, readDigest, type SpentApproval, wrongAnswers } from './confirm.ts'
import type { Lane } from './lane.ts'
import { playRun, readsThen } from './play-run.ts'
import { stoppedBy } from './stopped-by.ts'
import { count, type Tally } from './tally.ts'
import { witnessOf } from './witness.ts'

/** Without any of these, only the shop's own schema and rules are left. */
const onlyTheRuntime: readonly Mutation['stoppedBy'][] = ['policy', 'approval', 'budget']

export async function playMutation(lane: Lane, name: string, mutation: Mutation, tally: Tally): Promise<void> {
  const { class: ofClass } = mutation
  const spent = mutation.confirmation === 'already-spent' ? await spend(lane, name, mutation) : undefined
  setUp(lane, mutation.setUp)
  const witness = witnessOf(lane.shop)
  const result = await playRun(lane, {
    name,
    agent: lane.guarded,
    turns: readsThen(mutation.reads, mutation.call),
    answer: answering(lane, mutation, spent, tally),
  })
  const counts = tally.mutations[ofClass] ?? { tried: 0, reachedStore: 0 }
  tally.mutations[ofClass] = counts
  counts.tried += 1
  if (witness.isTouched()) counts.reachedStore += 1
  if (result.status === 'waiting') {
    const [{ id: approval }] = result.approvals
    lane.left.push({ run: result.run, name, approval, customer: mutation.customer })
  }
  const events = await eventsOf(lane, result.run)
  if (ofClass !== 'no-look-up') tally.readsRefused += refusedReads(events)
  const layer = stoppedBy(events)
  count(tally.stoppedByLayer, layer)
  if (layer !== mutation.stoppedBy) count(tally.stoppedElsewhere, `${ofClass}: ${layer}`)
  if (onlyTheRuntime.includes(mutation.stoppedBy)) await playControl(lane, name, mutation, tally)
}

async function playControl(lane: Lane, name: string, mutation: Mutation, tally: Tally): Promise<void> {
  setUp(lane, mutation.setUp)
  const witness = witnessOf(lane.shop)
  const turns = readsThen(mutation.reads, mutation.call)
  await playRun(lane, { name: `control ${name}`, agent: lane.unguarded, turns, answer: async () => false })
  tally.policyOnly += 1
  if (witness.isTouched()) tally.policyOnlyControlReached += 1
  else tally.controlMissed.push(name)
}

/** On the shop itself, past the runtime: what had happened before the run begins. */
function setUp({ shop }: Lane, calls: readonly Call[]): void {
  shop.reset()
  for (const call of calls) {
    const outcome = shop.perform(call.name, call.arguments)
    if (!outcome.ok) throw new Error(`the scene of a mutation cannot be set: ${outcome.error}`)
  }
}

function answering(lane: Lane, { confirmation, customer }: Mutation, spent: SpentApproval | undefined, tally: Tally) {
  const wrong = wrongAnswers(lane, customer, (code) => count(tally.wrongAnswers, code))
  return async (approval: string): Promise<boolean> => {
    switch (confirmation) {
      case 'customer':
        return asCustomer(lane, customer)(approval)
      case 'none':
        return false
      case 'other-digest':
        await wrong.otherDigest(approval, lane.runtime.house.sealer.digest(['another question', approval]))
        return false
      case 'other-principal':
        await wrong.otherPrincipal(approval)
        return false
      case 'already-spent':
        if (spent) await wrong.alreadySpent(approval, spent)
        return false
    }
  }
}

/** The same write with the customer's yes, in a run before: it commits, and its approval is used up. */
async function spend(
  lane: Lane,
  name: string,
  { setUp: calls, reads, call, customer }: Mutation,
): Promise<SpentApproval> {
  setUp(lane, calls)
  const witness = witnessOf(lane.shop)
  const say = asCustomer(lane, customer)
  let spent: SpentApproval | undefined
  await playRun(lane, {
    name: `spend ${name}`,
    agent: lane.guarded,
    turns: readsThen(reads, call),
    async answer(approval) {
      spent = { approval, digest: await readDigest(lane, approval) }
      return say(approval)
    },
  })
  if (!spent || !witness.isTouched()) throw new Error(`a confirmed write did not reach the shop: ${name}`)
  return spent
}

/** The write is alone in its turn, the last that has a call. */
function refusedReads(events: readonly LedgerEvent[]): number {
  const returned = events.filter(({ type }) => type === 'action.returned')
  const turns = events.filter(({ type, body }) => type === 'turn.answered' && Number(body.calls) > 0)
  const reads = returned.filter(({ body }) => !String(body.action).startsWith(`${turns.length}.`))
  return reads.filter(({ body }) => body.outcome !== 'result').length
}

async function eventsOf({ runtime }: Lane, run: string): Promise<readonly LedgerEvent[]> {
  return runtime.house.ledger.read(runtime.house.tenant, `run/${run}`)
}
