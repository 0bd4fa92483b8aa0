/** What a run is kept for, asked anew each time: a hold that is placed while an erasure goes on counts from then on. */
import type { House } from '../commands/house.ts'
import type { RunRow } from '../ledger/reads.ts'
import { readHolds } from './change-hold.ts'
import { type Hold, holdOn } from './hold.ts'
import { Pins } from './pins.ts'
import { RunsTouching } from './runs-touching.ts'

export class HoldBook {
  readonly #house: House
  readonly #pins: Pins
  #touching: RunsTouching

  /** `touching`: where somebody has looked already. */
  constructor(house: House, touching = new RunsTouching(house, [])) {
    this.#house = house
    this.#pins = new Pins(house)
    this.#touching = touching
  }

  /** The first that keeps it: legal holds, then what incidents have pinned. */
  async holdOn({ run, agent }: Pick<RunRow, 'run' | 'agent'>): Promise<Hold | undefined> {
    const holds = [...(await readHolds(this.#house)), ...(await this.#pins.inForce())]
    const held = holds.filter(({ scope }) => scope === 'subject').map(({ value }) => value)
    const subjects = held.length > 0 ? await this.#touchedBy(run, held) : new Set<string>()
    return holdOn(holds, { run, agent, subjects })
  }

  /** Looks as far as the run itself goes, however long a transaction elsewhere holds the tail back. */
  async #touchedBy(run: string, held: readonly string[]): Promise<ReadonlySet<string>> {
    const { ledger, tenant } = this.#house
    const isKnown = held.every((subject) => this.#touching.subjects.includes(subject))
    if (!isKnown) this.#touching = new RunsTouching(this.#house, held)
    const last = (await ledger.read(tenant, `run/${run}`)).at(-1)
    await this.#touching.look(last?.position)
    return this.#touching.subjectsOf(run)
  }
}
