/** The points at which one more write is timed: each plays one turn of a run and notes what its writes took. */
import { setTimeout } from 'node:timers/promises'
import type { GrownRun } from './grow-runs.ts'
import { credits, type House, largeAmount } from './open-house.ts'
import type { Times } from './orders.ts'

export interface Point {
  /** Says how many writes it asked for. */
  play(round: number): Promise<number>
}

/** A new run beside others. Of its two writes the second is timed: from the moment the first one arrives. */
export function newRunPoint(
  house: House,
  times: Times,
  { kind, size, customer }: { kind: string; size: number; customer: string },
): Point {
  return {
    async play(round) {
      const name = `${kind} ${size} ${round}`
      await house.start(name)
      await house.say(name, credits(name, customer, [0, 1]))
      await house.asked(name)
      const [first = Number.NaN, second = Number.NaN] = house.book.arrivals(name)
      note(times, kind, size, second - first)
      await house.say(name, [])
      return 2
    },
  }
}

/**
 * How long the model of a grown run thinks. A long run takes a third of a second to show it everything, in which the disk
 * rests: a short one, whose model answers at once, would be timed on a disk that is awake.
 */
const thinkingMs = 250

/** Actions that a grown run gets in one round: the one that a person allows, two that are timed, one that waits again. */
export const actionsOfRound = 4

/**
 * A run with many actions behind it, which waits for a person. Three times are taken: from the yes to the arrival of
 * the write, for which the run is taken up anew; from there until the model is asked, which is shown all that was said;
 * and from one write of the next turn to the next.
 */
export function grownRunPoint(house: House, times: Times, size: number, runOf: (round: number) => GrownRun): Point {
  return {
    async play(round) {
      const { run, name, actions } = runOf(round)
      await house.grant(await house.question(run))
      const granted = performance.now()
      await house.asked(name)
      const [resumed = Number.NaN] = house.book.arrivals(name)
      note(times, 'resumedRun', size, resumed - granted)
      note(times, 'nextTurn', size, performance.now() - resumed)
      await setTimeout(thinkingMs)
      const memo = actions + (round + 1) * actionsOfRound
      const large = credits(name, name, [memo + 2], largeAmount)
      await house.say(name, [...credits(name, name, [memo, memo + 1]), ...large])
      await house.question(run)
      const [first = Number.NaN, second = Number.NaN] = house.book.arrivals(name)
      note(times, 'sameRun', size, second - first)
      return actionsOfRound - 1
    },
  }
}

function note(times: Times, kind: string, size: number, time: number): void {
  const sizes = times[kind] ?? {}
  times[kind] = sizes
  const known = sizes[size]
  if (known) known.push(time)
  else sizes[size] = [time]
}
