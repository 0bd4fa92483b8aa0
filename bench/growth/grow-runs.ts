/** Brings runs to a length, through the engine, and leaves each with a write that waits for a person. */
import { credits, type House, largeAmount, openHouse, type Place } from './open-house.ts'

/** A run of the bench, of which the model is asked under its name. */
export interface GrownRun {
  readonly run: string
  readonly name: string
  readonly actions: number
}

const actionsOfTurn = 10
/** Runs that grow side by side. */
const together = 16

export async function growRuns(place: Place, wanted: readonly Omit<GrownRun, 'run'>[]): Promise<readonly GrownRun[]> {
  await using house = await openHouse(place)
  const grown: GrownRun[] = []
  const left = [...wanted].sort((a, b) => b.actions - a.actions)
  const lane = async () => {
    for (let next = left.shift(); next; next = left.shift()) grown.push(await growRun(house, next))
  }
  await Promise.all(Array.from({ length: together }, lane))
  return grown
}

async function growRun(house: House, { name, actions }: Omit<GrownRun, 'run'>): Promise<GrownRun> {
  const run = await house.start(name)
  for (let done = 0; done < actions; done += actionsOfTurn) {
    const memos = Array.from({ length: Math.min(actionsOfTurn, actions - done) }, (_, index) => done + index)
    await house.say(name, credits(name, name, memos))
  }
  await house.say(name, credits(name, name, [actions], largeAmount))
  await house.question(run)
  house.book.arrivals(name)
  return { run, name, actions }
}
