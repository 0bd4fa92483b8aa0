/** A ledger filled by real runs until it is as large as wanted, and the judge timed on it. */
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LedgerPlace } from '../rebuild-ledger.ts'
import type { ClerkOrders } from './charter-process.ts'
import { works } from './clerk/planned-model.ts'
import { many } from './contestants.ts'
import type { JudgeMeasured, JudgeOrders } from './judge-process.ts'
import type { Place } from './places.ts'
import { runProgram } from './run-program.ts'

export interface Judging extends JudgeMeasured {
  readonly ledger_events: number
}

const program = (name: string): string => path.join(import.meta.dirname, `${name}-process.ts`)
const prefix = 'known'
/** Of each kind at once; a process that has played so many is warm, and has not grown. */
const runsAtOnce = 1_500

export async function timeJudging(
  { place, folder }: Place,
  wanted: { readonly events: number; readonly judged: number; progress(text: string): void },
): Promise<Judging & { readonly at: LedgerPlace }> {
  let events = 0
  for (let lap = 0; events < wanted.events || lap === 0; lap++) {
    const runs = wanted.events === 0 ? many : runsAtOnce
    const loads = works.map((work) => ({ work, concurrency: many, runs }))
    const own = lap === 0 ? prefix : `${prefix}${lap}`
    await runProgram(program('charter'), { place, folder, loads, prefix: own } satisfies ClerkOrders)
    events = eventsIn(place)
    wanted.progress(`${events} events in the ledger in which judging is timed`)
  }
  const orders: JudgeOrders = { place, folder, judged: wanted.judged, prefix }
  const measured = await runProgram<JudgeMeasured>(program('judge'), orders)
  return { ...measured, ledger_events: events, at: { folder, ledger: place } }
}

function eventsIn(file: string): number {
  using ledger = new DatabaseSync(file, { readOnly: true })
  return Number(ledger.prepare('SELECT count(*) AS events FROM events').get()?.events)
}
