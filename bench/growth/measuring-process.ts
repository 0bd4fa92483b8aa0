/**
 * The measuring process: opens the ledgers that another process filled, and times one more write at every point, point
 * after point and round after round, so that whatever else the machine does meets them alike.
 */
import { customerWith } from './fill-ledger.ts'
import type { GrownRun } from './grow-runs.ts'
import { type House, openHouse, type Place } from './open-house.ts'
import type { Measured, Orders, Times } from './orders.ts'
import { grownRunPoint, newRunPoint, type Point } from './points.ts'

/** Before anything counts: the same work, of which the times are thrown away. */
const warmUpRounds = 30

process.once('message', async (orders: Orders) => {
  process.send?.(await measure(orders))
  process.disconnect()
})

async function measure(orders: Orders): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const houses: House[] = []
  const open = async (place: Place): Promise<House> => {
    const house = opened.use(await openHouse(place))
    houses.push(house)
    return house
  }
  const times: Times = {}
  const grown = await open(orders.grown.place)
  const points = pointsOfRuns(grown, times, orders)
  for (const { place, events } of orders.ledgers) {
    const house = await open(place)
    points.push(newRunPoint(house, times, { kind: 'otherRuns', size: events, customer: 'c_new' }))
    if (place !== orders.ledgers.at(-1)?.place) continue
    for (const size of orders.inWindow)
      points.push(newRunPoint(house, times, { kind: 'inWindow', size, customer: customerWith(size) }))
  }
  const asked = (await warmUp(grown)) + (await playAll(points, orders.rounds))
  return { times, asked, written: houses.reduce((sum, { book }) => sum + book.written, 0) }
}

async function playAll(points: readonly Point[], rounds: number): Promise<number> {
  let asked = 0
  for (let round = 0; round < rounds; round++)
    for (let index = 0; index < points.length; index++)
      asked += (await points[(index + round) % points.length]?.play(round)) ?? 0
  return asked
}

const warmUp = (house: House) =>
  playAll([newRunPoint(house, {}, { kind: 'warm', size: 0, customer: 'c_warm' })], warmUpRounds)

/** One point for each length; its runs take turns, so that none grows far beyond it. */
function pointsOfRuns(house: House, times: Times, { grown, rounds }: Orders): Point[] {
  const lengths = [...new Set(grown.runs.map(({ actions }) => actions))].sort((a, b) => a - b)
  return lengths.map((actions) => {
    const runs = grown.runs.filter((run) => run.actions === actions)
    const roundsOfRun = Math.ceil(rounds / runs.length)
    return grownRunPoint(house, times, actions, (round): GrownRun => {
      const run = runs[Math.floor(round / roundsOfRun)]
      if (!run) throw new Error(`no run of ${actions} actions was grown for round ${round}`)
      return run
    })
  })
}
