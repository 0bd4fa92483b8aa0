/**
 * What the reservation of a turn brought along for the actions of its answer, so that judging them asks the ledger
 * nothing again. A write is judged once more under its locks; and a model that takes its time finds this out of date:
 * then the first of the actions looks, and brings it along for the others.
 */
import type { Clock } from '../clock.ts'
import type { Found, Read } from '../ledger/reads.ts'
import type { Moving } from './moving.ts'
import { startedOf } from './started-of.ts'

export type GroundFound = Found<ReturnType<typeof groundReads>>

export const groundReads = (moving: Pick<Moving, 'journal' | 'world'>) => {
  const { agent, grant } = startedOf(moving)
  return {
    stops: { read: 'stops' },
    grants: { read: 'grants', grant },
    charter: { read: 'charter', agent, environment: moving.world.environment },
  } as const satisfies Readonly<Record<string, Read>>
}

/** Milliseconds. */
const freshFor = 50

export class Brought {
  readonly #clock: Pick<Clock, 'monotonic'>
  #latest: { readonly found: GroundFound; readonly at: number } | undefined

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** However old: the next turn expects to find the same. */
  get latest(): GroundFound | undefined {
    return this.#latest?.found
  }

  get fresh(): GroundFound | undefined {
    const age = this.#latest && this.#clock.monotonic() - this.#latest.at
    return age !== undefined && age < freshFor ? this.#latest?.found : undefined
  }

  keep(found: GroundFound): void {
    this.#latest = { found, at: this.#clock.monotonic() }
  }
}
