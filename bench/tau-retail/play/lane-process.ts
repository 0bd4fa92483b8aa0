/** A lane in a process of its own: gets its order as a message, and answers with what it counted. */
import { chooseCases } from '../choose-cases.ts'
import type { LanePlace } from './lane.ts'
import { playLane, type Share } from './play-lane.ts'
import type { Tally } from './tally.ts'

export interface LaneOrder extends Share, LanePlace {
  readonly seed: number
  readonly short: boolean
}

export type LaneMessage = { readonly progress: string } | { readonly tally: Tally }

process.once('message', async (order: LaneOrder) => {
  const say = (message: LaneMessage) => process.send?.(message)
  const cases = chooseCases(order.seed, order.short)
  say({ tally: await playLane(order, cases, order, (progress) => say({ progress })) })
  process.disconnect()
})
