/** One ticket after another: the run, what is asked of people on the way, and what reached the desk meanwhile. */
import type { Agent, RunHandle, RunResult, Runtime } from '../../../src/index.ts'
import { readTrace } from '../../../src/traces/read-trace.ts'
import { storyOf } from '../../../src/traces/story.ts'
import { type Trace, traceOf } from '../../../src/traces/trace.ts'
import type { FaultRule } from '../desk/faults.ts'
import type { CommandLine } from './command-line.ts'
import type { Log } from './reckoning.ts'
import { writesOf } from './reckoning.ts'
import type { Screen } from './screen.ts'
import type { Day } from './shop.ts'
import { type DemoTicket, type Reply, usualReplies } from './tickets.ts'

export interface WorkingDay {
  readonly runtime: Runtime
  readonly agent: Agent
  readonly day: Day
  readonly screen: Screen
  readonly charter: CommandLine
  /** What has reached the desk since the demo began. */
  log(): Log
  setFault(rule: FaultRule): Promise<unknown>
}

export interface Worked {
  readonly ticket: DemoTicket
  readonly result: RunResult
  readonly trace: Trace
}

/** So long a run may take, milliseconds: a live model thinks, and the page bounds how long. */
const mostMs = 180_000

/** `mark` says which of the tickets it is. */
export async function workTicket(working: WorkingDay, ticket: DemoTicket, mark: string): Promise<Worked> {
  const { day, runtime, agent } = working
  const id = day.numbered(ticket.ticket)
  working.screen.heading(mark, `${id} · ${ticket.about}`, ticket.shows)
  if (ticket.fault) await working.setFault(ticket.fault)
  const run = await runtime.start(agent, {
    input: { ticket: id },
    onBehalfOf: 'ada@acme.example',
    subjects: { ticket: [id], invoice: [day.numbered(ticket.invoice)] },
    key: id,
  })
  const said = new Set<string>()
  let result = await run.settled(AbortSignal.timeout(mostMs))
  while (result.status === 'waiting') {
    await tell(working, run, said)
    for (const { id: approval } of result.approvals) await answer(working, ticket, approval)
    result = await run.settled(AbortSignal.timeout(mostMs))
  }
  const trace = await tell(working, run, said)
  await tellHandoff(working, run)
  tellDesk(working, trace)
  return { ticket, result, trace }
}

/** Each line of the story once. */
async function tell({ runtime, screen }: WorkingDay, run: RunHandle, said: Set<string>): Promise<Trace> {
  const trace = traceOf(await readTrace(runtime.house, run.id))
  for (const line of storyOf(trace)) {
    // That a read came back goes without saying.
    if (!said.has(line.key) && line.text !== 'result') screen.story(line)
    said.add(line.key)
  }
  return trace
}

async function answer(
  { runtime, screen, charter, day }: WorkingDay,
  ticket: DemoTicket,
  approval: string,
): Promise<void> {
  const { ledger, tenant } = runtime.house
  const { row } = await ledger.find(tenant, { row: { read: 'approval', approval } })
  const tool = row?.tool ?? ''
  const reply = ticket.replies?.[tool] ?? usualReplies[tool] ?? nobody
  const [verb, ...options] = reply.map((word) => word.replaceAll('TICKET', day.numbered(ticket.ticket)))
  const words = ['approval', verb ?? '', approval, ...options]
  screen.typed(words)
  await charter(...words)
}

const nobody: Reply = ['deny', '--as', 'fay@acme.example', '--reason', 'nobody of this demo looks at it']

async function tellHandoff({ runtime, screen }: WorkingDay, run: RunHandle): Promise<void> {
  const { ledger, tenant } = runtime.house
  const { handoffs } = await ledger.find(tenant, { handoffs: { read: 'handoffs', run: run.id } })
  for (const { handoff, group, status, reason } of handoffs)
    screen.beside('people', `handoff ${handoff} is ${status} to ${group}: ${reason}`)
}

function tellDesk({ screen, log }: WorkingDay, trace: Trace): void {
  for (const { arrivals, commits, key } of writesOf(trace, log())) {
    const what = commits.map(
      ({ kind, id, amount_minor: minor }) => `${kind} ${id}${minor ? ` ${sayCents(minor)}` : ''}`,
    )
    const times = `${arrivals} ${arrivals === 1 ? 'arrival' : 'arrivals'}, ${what.length} committed`
    screen.beside('desk', `${times} · ${key}${what.length > 0 ? ` · ${what.join(', ')}` : ''}`)
  }
}

export const sayCents = (minor: number) => `${(minor / 100).toFixed(2)} USD`
