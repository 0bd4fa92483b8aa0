/** One lane's share of all cases, each begun on the untouched shop. */

import type { Cases } from '../cases.ts'
import { truthComparer } from '../compare-truth.ts'
import { readBase } from '../data.ts'
import { type Lane, type LanePlace, openLane } from './lane.ts'
import { playMutation } from './play-mutation.ts'
import { playTruth } from './play-truth.ts'
import { playVariation, textOf } from './play-variation.ts'
import { settleQuestions } from './settle-questions.ts'
import { emptyTally, type Tally } from './tally.ts'

export interface Share {
  /** Which lane this is, from 0, of how many. */
  readonly lane: number
  readonly lanes: number
}

const settleEvery = 100
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
      if (index % settleEvery === 0) await settleQuestions(lane, tally)
      if (index % checkHashEvery === 0) checkHash(lane, base, tally)
      if (index % 500 === 499) progress(`lane ${own}: ${index + 1} of ${all.length} ${what}s`)
    }
    progress(`lane ${own}: ${all.length} ${what}s`)
  }
  await play('task', mine(cases.scripts), (script) => playTruth(lane, script, compare, tally))
  await play('variation', mine(cases.variations), (each, name) => playVariation(lane, name, each, background, tally))
  await play('mutation', mine(cases.mutations), (each, name) => playMutation(lane, name, each, tally))
  await settleQuestions(lane, tally)
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
