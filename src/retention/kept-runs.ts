/** Whether a run is kept, asked anew each time: a hold that is placed while an erasure goes on counts from then on. */
import type { House } from '../commands/house.ts'
import type { RunRow } from '../ledger/reads.ts'
import { type Hold, holdOn } from './hold.ts'
import { keptFor } from './pins.ts'
import { RunsTouching } from './runs-touching.ts'

export class KeptRuns {
  readonly #house: House
  #touching: RunsTouching

  /** `touching`: where somebody has looked already. */
  constructor(house: House, touching = new RunsTouching(house, [])) {
    this.#house = house
    this.#touching = touching
  }

  async holdOn({ run, agent }: Pick<RunRow, 'run' | 'agent'>): Promise<Hold | undefined> {
    const holds = await keptFor(this.#house)
    const subjects = holds.filter(({ scope }) => scope === 'subject').map(({ value }) => value)
    return holdOn(holds, { run, agent, subjects: (await this.#touched(subjects)).subjectsOf(run) })
  }

  async #touched(subjects: readonly string[]): Promise<RunsTouching> {
    const isKnown = subjects.every((subject) => this.#touching.subjects.includes(subject))
    if (!isKnown) this.#touching = new RunsTouching(this.#house, subjects)
    await this.#touching.look()
    return this.#touching
  }
}
