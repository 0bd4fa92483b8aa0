/** One lane's share of all cases, each begun on the untouched shop. */

import type { Runtime } from '../../../src/index.ts'
import type { Cases } from '../cases.ts'
import { truthComparer } from '../compare-truth.ts'
import { readBase } from '../data.ts'
import { type Lane, type LanePlace, openLane } from './lane.ts'
import { playMutation } from './play-mutation.ts'
import { playTruth } from './play-truth.ts'
import { playVariation, textOf } from './play-variation.ts'
import { emptyTally, type Tally } from './tally.ts'
import { witnessOf } from './witness.ts'

export interface Share {
  /** Which lane this is, from 0, of how many. */
  readonly lane: number
  readonly lanes: number
}

/** Longer than any question of the page stands. */
const pastEveryQuestionMs = 2 * 3_600_000
const checkHashEvery = 200

export async function playLane(
  place: LanePlace,
  cases: Cases,
  { lane: own, lanes }: Share,
  progress: (text: string) => void,
): Promise<Tally> {
  const tally = emptyTally()
  await using lane = await openLane(place, (error) => tally.errors.push(String(error)))
  const base = lane.shop.stateHash()
  const background = { base: readBase(), truths: truthTexts(cases) }
  const compare = truthComparer()
  const mine = <Case>(all: readonly Case[]) => all.filter((_, index) => index % lanes === own)

  const play = async <Case>(what: string, all: readonly Case[], one: (each: Case, name: string) => Promise<void>) => {
    for (const [index, each] of all.entries()) {
      await one(each, `${what} ${index}`)
      lane.shop.reset()
      if (index % checkHashEvery === 0) checkHash(lane, base, tally)
      if (index % 500 === 499) progress(`lane ${own}: ${index + 1} of ${all.length} ${what}s`)
    }
    progress(`lane ${own}: ${all.length} ${what}s`)
  }
  await play('task', mine(cases.scripts), (script) => playTruth(lane, script, compare, tally))
  await play('variation', mine(cases.variations), (each, name) => playVariation(lane, name, each, background, tally))
  await play('mutation', mine(cases.mutations), (each, name) => playMutation(lane, name, each, tally))
  await letQuestionsExpire(lane, tally)
  checkHash(lane, base, tally)
  return tally
}

const truthTexts = ({ scripts }: Cases): ReadonlySet<string> =>
  new Set(scripts.flatMap(({ steps }) => steps.filter(({ write }) => write).map(({ call }) => textOf(call))))

/** The quick hash believes the log about which records changed, so now and then all of them are looked at. */
function checkHash({ shop }: Lane, base: string, tally: Tally): void {
  if (shop.stateHashAnew() !== base) throw new Error('the shop was not brought back to its beginning')
  tally.hashesChecked += 1
}

/** Silence is no yes: every question that was left open runs out, and each run goes on without its write. */
async function letQuestionsExpire({ shop, runtime, skip }: Lane, tally: Tally): Promise<void> {
  const { ledger, tenant } = runtime.house
  if (ledger.database !== 'sqlite') return
  const open = await openQuestions(runtime)
  const witness = witnessOf(shop)
  skip(pastEveryQuestionMs)
  const signal = AbortSignal.timeout(60_000)
  while ((await openQuestions(runtime)).length > 0) {
    signal.throwIfAborted()
    await ledger.changed(signal)
  }
  for (const { run } of open) {
    await runtime.run(run).settled(signal)
    const { row } = await ledger.find(tenant, { row: { read: 'run', run } })
    if (row?.ended_at != null) tally.expired += 1
  }
  if (witness.isTouched()) tally.touchedWhileExpiring += 1
}

async function openQuestions({ house: { ledger, tenant } }: Runtime) {
  const { open } = await ledger.find(tenant, { open: { read: 'approvals', status: 'pending' } })
  return open
}
