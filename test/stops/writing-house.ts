/** Sixteen runs that write, engines of their own to move them, the desk's log and the ledger to see what became of it. */
import path from 'node:path'
import type { DeskData } from '../../examples/refunds/desk/seed.ts'
import type { Arrival, Commit } from '../../examples/refunds/desk/witness.ts'
import { answerApproval } from '../../src/commands/answer-approval.ts'
import { createRuntime } from '../../src/create-runtime.ts'
import type { LedgerEvent } from '../../src/ledger/event.ts'
import type { RunRow } from '../../src/ledger/reads.ts'
import { type Database, namesOf, openPlace } from '../approvals/place.ts'
import { type Spawned, spawnProgram } from '../approvals/spawn-program.ts'
import {
  type AgentName,
  agentNames,
  type ToolName,
  type WritingTask,
  writePages,
  writingAgents,
} from './writing-agents.ts'

const engineProgram = path.join(import.meta.dirname, 'writing-engine.ts')

const runsOfRound = 16
const freshMs = 100
const mostRounds = 20

/** Places in the desk's log. */
export interface Seen {
  readonly arrival: number
  readonly commit: number
}

export interface WritingRun {
  readonly id: string
  readonly agent: AgentName
  readonly tool: ToolName
  readonly ticket: string
}

export type WritingHouse = Awaited<ReturnType<typeof openWritingHouse>>
export type Round = Awaited<ReturnType<WritingHouse['startRound']>>

export async function openWritingHouse(ends: AsyncDisposableStack, database: Database, engines: number) {
  const place = await openPlace(ends, database, { groups: { support: ['sam@acme.example'] }, data: helpDesk() })
  const names = namesOf(place)
  writePages(names)
  const { ledger, keyring } = names
  const door = await createRuntime({ ledger, keyring, agents: writingAgents(names), engine: false })
  ends.defer(door.close)
  let spawned: readonly Spawned[] = []
  const startEngines = async () => {
    spawned = await Promise.all(
      Array.from({ length: engines }, () => spawnProgram(ends, engineProgram, { place: names })),
    )
  }
  await startEngines()
  const { house } = door
  let rounds = 0

  /** Looks whenever something was committed, until it is so. */
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    const limit = AbortSignal.timeout(60_000)
    while (!(await isSo())) {
      if (limit.aborted) throw new Error(`it never came true: ${isSo}`)
      await house.ledger.changed(limit)
    }
  }

  /** Each grows and is read from where it ended. */
  const events: LedgerEvent[] = []
  const arrivals: Arrival[] = []
  const commits: Commit[] = []

  async function readOn(): Promise<void> {
    for (;;) {
      const more = await house.ledger.tail(house.tenant, events.at(-1)?.position ?? 0, 1_000)
      if (more.length === 0) return
      events.push(...more)
    }
  }

  function lookOn(): void {
    arrivals.push(...place.witness.arrivals(arrivals.at(-1)?.n))
    commits.push(...place.witness.commits(commits.at(-1)?.n))
  }

  /** So many milliseconds does the desk take over each write from now on. */
  async function setPace(deskMs: number): Promise<void> {
    await place.clearFaults()
    await place.setFault({ method: 'POST', path: '/tickets/*', fault: 'delay', ms: deskMs })
  }

  async function startRound() {
    const round = ++rounds
    await readOn()
    lookOn()
    const begun = { events: events.length, arrivals: arrivals.length, commits: commits.length }
    const runs = await Promise.all(
      Array.from({ length: runsOfRound }, async (_, index): Promise<WritingRun> => {
        const agent = agentNames[index < runsOfRound / 2 ? 0 : 1]
        const task: WritingTask = { ticket: ticketOf(round, index), tool: index % 2 ? 'add_note' : 'send_reply', round }
        const { id } = await door.start(agent, { input: task })
        return { id, agent, tool: task.tool, ticket: task.ticket }
      }),
    )
    const written = (): readonly Commit[] => {
      lookOn()
      return commits.slice(begun.commits)
    }
    const timesWritten = (ticket: string) => written().filter((commit) => commit.ticket === ticket).length
    const haveWritten = async (those: readonly WritingRun[], more = 1) => {
      const before = new Map(those.map(({ ticket }) => [ticket, timesWritten(ticket)]))
      await until(async () => those.every(({ ticket }) => timesWritten(ticket) >= (before.get(ticket) ?? 0) + more))
    }
    return {
      runs,
      /** Writes that reached the desk, and those that it carried out. */
      arrivals: (): readonly Arrival[] => {
        lookOn()
        return arrivals.slice(begun.arrivals).filter(({ method }) => method === 'POST')
      },
      commits: written,
      events: async (): Promise<readonly LedgerEvent[]> => {
        await readOn()
        return events.slice(begun.events)
      },
      /** Resolves when so many writes of these runs have just reached the desk, and are not answered yet. */
      areOnTheWire: (those: readonly WritingRun[], count: number) =>
        until(async () => {
          lookOn()
          const fresh = arrivals
            .filter(({ at }) => at > house.clock.now() - freshMs)
            .map((arrival) => arrival.idempotency_key)
          const { open } = await house.ledger.find(house.tenant, inFlight)
          const sent = open.filter(({ run, status }) => status === 'dispatched' && those.some(({ id }) => id === run))
          return sent.filter(({ key }) => fresh.includes(key)).length >= count
        }),
      /** Resolves when each of the runs has written so many more times. */
      haveWritten,
      /** Resolves when none of the runs moves any more: those that may write have been told to rest. */
      rest: async () => {
        for (const { tell } of spawned) tell(`rest ${round}`)
        await until(async () => (await rowsOf(runs)).every((row) => row?.status !== 'running'))
      },
      rows: rowsOf,
      /** The last that the desk has seen of anybody. */
      seen: (): Seen => {
        lookOn()
        return { arrival: arrivals.at(-1)?.n ?? 0, commit: commits.at(-1)?.n ?? 0 }
      },
      /** Signs what these runs ask, and waits until it is written. */
      grant: async (those: readonly WritingRun[]) => {
        const done = haveWritten(those)
        await sign(those)
        await done
      },
      asked: pendingOf,
    }
  }

  async function pendingOf(runs: readonly WritingRun[]) {
    const reads = runs.map(({ id: run }) => ({ open: { read: 'approvals', status: 'pending', run } }) as const)
    return (await Promise.all(reads.map((read) => house.ledger.find(house.tenant, read)))).flatMap(({ open }) => open)
  }

  async function sign(runs: readonly WritingRun[]): Promise<void> {
    const by = { by: 'sam@acme.example', groups: ['support'] }
    for (const { approval } of await pendingOf(runs))
      await answerApproval(house, { approval, ...by, answer: { type: 'grant' } })
  }

  async function rowsOf(runs: readonly WritingRun[]): Promise<readonly (RunRow | null)[]> {
    const reads = Object.fromEntries(runs.map(({ id }) => [id, { read: 'run' as const, run: id }]))
    return Object.values(await house.ledger.find(house.tenant, reads))
  }

  return {
    place: names,
    house,
    until,
    setPace,
    startRound,
    startEngines,
    engines: (): readonly Spawned[] => spawned,
    killEngines: () => Promise.all(spawned.map(({ kill }) => kill())),
  }
}

const inFlight = { open: { read: 'in_flight', scope: { scope: 'everything' } } } as const

const ticketOf = (round: number, index: number): string => `t-${round}-${index}`

/** A shop that has nothing but tickets: each run of each round has its own. */
function helpDesk(): DeskData {
  const places = Array.from({ length: mostRounds * runsOfRound }, (_, place) => place)
  return {
    customers: [{ id: 'c_1', name: 'Elena', email: 'elena@mail.example' }],
    invoices: [],
    documents: [],
    tickets: places.map((place) => ({
      id: ticketOf(1 + Math.floor(place / runsOfRound), place % runsOfRound),
      customer: 'c_1',
      invoice: null,
      status: 'open',
      created_days_ago: 1,
      subject: 'A question',
      body: 'Where is it?',
    })),
  }
}
