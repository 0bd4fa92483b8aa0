/** Silence is no yes: questions that nobody answered rightly come to their end, and the shop stays as it is. */
import { answerApproval } from '../../../src/commands/answer-approval.ts'
import type { Lane, LeftQuestion } from './lane.ts'
import type { Tally } from './tally.ts'
import { witnessOf } from './witness.ts'

/** Longer than any question of the page stands. */
const pastEveryQuestionMs = 2 * 3_600_000
const patienceMs = 60_000

/** On the untouched shop. Every run that was left waiting goes on to its end, without its write. */
export async function settleQuestions(lane: Lane, tally: Tally): Promise<void> {
  const left = lane.left.splice(0)
  if (left.length === 0) return
  const witness = witnessOf(lane.shop)
  // Time on PostgreSQL is the database's own, so there the customers say no.
  if (lane.runtime.house.ledger.database === 'sqlite') lane.skip(pastEveryQuestionMs)
  else for (const question of left) await refuse(lane, question)
  tally.questionsLeft += left.length
  for (const { run, name } of left) {
    if (await hasEnded(lane, run)) tally.questionsEnded += 1
    delete lane.conversations[name]
  }
  if (witness.isTouched()) tally.touchedWhileEnding += 1
}

async function refuse({ runtime }: Lane, { approval, customer }: LeftQuestion): Promise<void> {
  const answer = { type: 'deny', reason: 'I never asked for that.' } as const
  await answerApproval(runtime.house, { approval, by: customer, groups: [], answer })
}

/** Not merely at rest: the engine may not have looked at the time yet. */
async function hasEnded({ runtime }: Lane, run: string): Promise<boolean> {
  const { ledger, tenant } = runtime.house
  const signal = AbortSignal.timeout(patienceMs)
  for (;;) {
    const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
    if (row?.ended_at != null) return true
    if (signal.aborted) return false
    await ledger.changed(signal)
  }
}
