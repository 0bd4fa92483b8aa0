/** All points on one database: fill, forget, measure in a fresh process, rebuild. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { rebuildLedgers } from '../rebuild-ledger.ts'
import { fillLedger } from './fill-ledger.ts'
import { type GrownRun, growRuns } from './grow-runs.ts'
import type { Database, Sizes } from './options.ts'
import type { Measured, Orders } from './orders.ts'
import { type Places, placesOf } from './places.ts'
import { actionsOfRound } from './points.ts'
import { type OfDatabase, ratiosOf } from './report.ts'

interface Wanted {
  readonly database: Database
  readonly folder: string
  readonly sizes: Sizes
  progress(text: string): void
}

export async function measureDatabase({ database, folder, sizes, progress }: Wanted): Promise<OfDatabase> {
  await using places = await placesOf(database, folder)
  const say = (text: string) => progress(`${database}: ${text}`)
  const grownPlace = await places.open('grown')
  const runs = await timed(say, 'grew the runs', () => growRuns(grownPlace, runsOf(sizes)))
  const ledgers = await fillAll(places, sizes, say)
  await timed(say, 'let everything turn cold', () => places.turnCold())
  const orders = { rounds: sizes.samples, grown: { place: grownPlace, runs }, ledgers, inWindow: sizes.inWindow }
  const measured = await timed(say, 'measured', () => measureElsewhere(orders))
  say(JSON.stringify(Object.fromEntries(ratiosOf(measured))))
  const all = [grownPlace, ...ledgers.map(({ place }) => place)]
  const rebuilt = await timed(say, 'rebuilt the ledgers', () => rebuildLedgers(all))
  return { measured, rebuilt }
}

async function fillAll(places: Places, { otherRuns, inWindow }: Sizes, say: (text: string) => void) {
  const ledgers = []
  for (const events of otherRuns) {
    const place = await places.open(`others-${events}`)
    const windows = events === otherRuns.at(-1) ? inWindow : []
    await timed(say, `filled a ledger with ${events} events`, () => fillLedger(place, events, windows))
    ledgers.push({ place, events })
  }
  return ledgers
}

/** A run may grow by a half of its length or by so many actions while it is measured; then another takes its place. */
const fewActions = 20

function runsOf({ sameRun, samples }: Sizes): readonly Omit<GrownRun, 'run'>[] {
  return sameRun.flatMap((actions) => {
    const roundsOfRun = Math.floor(Math.max(fewActions, actions / 2) / actionsOfRound)
    const count = Math.ceil(samples / roundsOfRun)
    return Array.from({ length: count }, (_, index) => ({ name: `run ${actions} ${index}`, actions }))
  })
}

async function measureElsewhere(orders: Orders): Promise<Measured> {
  const child = fork(path.join(import.meta.dirname, 'measuring-process.ts'), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.send(orders)
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`measuring ended with ${code}`)))
  const [measured] = await Promise.race([once(child, 'message'), ended])
  return measured
}

async function timed<Answer>(say: (text: string) => void, what: string, work: () => Promise<Answer>): Promise<Answer> {
  const began = performance.now()
  const answer = await work()
  say(`${what} (${Math.round((performance.now() - began) / 100) / 10} s)`)
  return answer
}
