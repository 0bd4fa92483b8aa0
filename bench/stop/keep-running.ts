/** Keeps a run in every lane: where one has ended, or went to people, the next begins on a fresh ticket. */
import { setTimeout as wait } from 'node:timers/promises'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import type { Runtime } from '../../src/create-runtime.ts'
import { isCharterError } from '../../src/errors.ts'
import type { Task } from './agents.ts'
import { endsRuns, isCovered, lanes, type StopNamed, ticketOf, type Writer } from './tickets.ts'

const lookEveryMs = 150

export interface Kept {
  /** Lanes that a stop would end at once are left empty while it holds. */
  hold(stop: StopNamed | undefined): void
  /** Says yes to so many of the questions that are open; all of them unless said otherwise. */
  grant(most?: number): Promise<void>
}

/** Until the end of the house. `start` plays no run itself: engines elsewhere do. */
export async function keepRunning(ends: AsyncDisposableStack, door: Runtime): Promise<Kept> {
  const over = new AbortController()
  const runs = new Map<number, string>()
  let held: StopNamed | undefined
  let begun = 0

  async function begin(lane: number, writer: Writer): Promise<void> {
    const task: Task = { ticket: ticketOf(writer, begun++), tool: writer.tool }
    const { id } = await door.start(writer.agent, { input: task })
    runs.set(lane, id)
  }

  async function fill(): Promise<void> {
    const gone = await goneOf(door, runs)
    for (const [lane, writer] of lanes.entries()) {
      const run = runs.get(lane)
      const mustRest = held !== undefined && endsRuns(held) && isCovered(held, writer)
      if ((run === undefined || gone.has(run)) && !mustRest && !over.signal.aborted) await begin(lane, writer)
    }
  }

  const keep = async () => {
    while (!over.signal.aborted) {
      await fill()
      await wait(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
    }
  }

  await fill()
  const keeping = keep()
  ends.defer(async () => {
    over.abort()
    await keeping
  })
  return {
    hold: (stop) => {
      held = stop
    },
    grant: (most = Number.POSITIVE_INFINITY) => grant(door, most),
  }
}

async function goneOf({ house }: Runtime, runs: ReadonlyMap<number, string>): Promise<ReadonlySet<string>> {
  const reads = Object.fromEntries([...runs.values()].map((run) => [run, { read: 'run' as const, run }]))
  const rows = Object.values(await house.ledger.find(house.tenant, reads))
  const gone = rows.filter((row) => row && (row.ended_at !== null || row.awaits === 'handoff'))
  return new Set(gone.flatMap((row) => (row ? [row.run] : [])))
}

async function grant({ house }: Runtime, most: number): Promise<void> {
  const { open } = await house.ledger.find(house.tenant, { open: { read: 'approvals', status: 'pending' } })
  for (const { approval } of open.slice(0, most)) {
    const by = { by: 'sam@acme.example', groups: ['support'] }
    // Its run may have ended meanwhile, and the question with it.
    await answerApproval(house, { approval, ...by, answer: { type: 'grant' } }).catch((error) => {
      if (!isCharterError(error)) throw error
    })
  }
}
