/** The ground truth of a task as one conversation: each question answered by the customer, the final shop compared. */
import { isDeepStrictEqual } from 'node:util'
import type { Store } from '../../../examples/retail/store.ts'
import type { TruthComparer } from '../compare-truth.ts'
import type { RunScript, Step } from '../run-script.ts'
import { asCustomer } from './confirm.ts'
import type { Lane } from './lane.ts'
import { oneByOne, playRun } from './play-run.ts'
import type { Tally } from './tally.ts'

export async function playTruth(lane: Lane, script: RunScript, compare: TruthComparer, tally: Tally): Promise<void> {
  const { shop } = lane
  const turns = oneByOne(script.steps.map(({ call }) => call))
  await playRun(lane, {
    name: `truth ${script.task}`,
    agent: lane.guarded,
    turns,
    answer: asCustomer(lane, script.customer),
  })
  const { refused, committed } = sortByReceipts(script.steps, shop)
  tally.tasks += 1
  tally.truthWrites += committed.length + refused.length
  tally.truthCommitted += committed.length
  tally.truthRefused.push(...refused.map((action) => `${script.task}[${action}]`))
  tally.truthUnexpected.push(
    ...compare.unexpected(script.task, refused, committed).map((action) => `${script.task}[${action}]`),
  )
  if (compare.isFinalState(script.task, shop.stateHash())) tally.finalStateEqual += 1
  else tally.statesDifferent.push(script.task)
}

/** The shop keeps a receipt of each write that it accepted, in order: what has none did not reach it. */
function sortByReceipts(steps: readonly Step[], shop: Store) {
  const receipts = [...shop.receipts()]
  const refused: string[] = []
  const committed: string[] = []
  for (const { call, action, write } of steps) {
    if (!write) continue
    const [next] = receipts
    const isThere = next?.operation === call.name && isDeepStrictEqual(next.input, call.arguments)
    if (isThere) receipts.shift()
    const place = isThere ? committed : refused
    place.push(String(action))
  }
  if (receipts.length > 0)
    throw new Error(`the shop accepted \`${receipts[0]?.operation}\`, which the task does not hold`)
  return { refused, committed }
}
