/** Everything that the ledger knows of an incident, put together: what its postmortem is drafted from. */
import { charterStream } from '../charter/applied-page.ts'
import type { House } from '../commands/house.ts'
import { isCharterError } from '../errors.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { IncidentRow, RunRow } from '../ledger/reads.ts'
import { pageOf } from '../runs/charter-book.ts'
import { releaseStream } from '../runs/release-book.ts'
import { covers } from '../stops/stop.ts'
import { openContent, readTrace, refsIn } from '../traces/read-trace.ts'
import { type Trace, traceOf } from '../traces/trace.ts'
import { eventsSince } from './events-since.ts'
import { foldIncident, type IncidentState, incidentNotFound } from './incident.ts'
import type { IncidentOpened } from './incident-events.ts'
import { requireIncident } from './open-incident.ts'
import { belongs, type TimelineEntry, timelineOf } from './timeline.ts'

export interface IncidentStory {
  readonly row: IncidentRow
  readonly opened: IncidentOpened
  readonly reason: string | undefined
  /** The youngest first, as they stand now. */
  readonly runs: readonly RunRow[]
  readonly traces: readonly Trace[]
  readonly timeline: readonly TimelineEntry[]
  /** Streams of the evidence: the runs, what they waited for, the stop and the incident itself. */
  readonly streams: readonly string[]
  readonly stopped: StopTold
  /** Who answers for the agent, where the page is still kept. */
  readonly owner: string | undefined
  readonly onCall: string | undefined
}

/** What became of the stop, from its own stream. */
export interface StopTold {
  readonly level: string
  readonly raisedAt: number | undefined
  readonly quietAt: number | undefined
  readonly liftedAt: number | undefined
  readonly finished: number
  readonly givenUp: number
  /** Sends within its scope after it was raised and before it was lifted: none, but for what people signed under `draft`. */
  readonly sentUnderIt: number
}

/** Throws `incident_not_found`. */
export async function readIncident(house: House, incident: string): Promise<IncidentStory> {
  const { ledger, tenant } = house
  const row = await requireIncident(house, incident)
  const own = await ledger.read(tenant, `incident/${incident}`)
  const state = foldIncident(own)
  if (state.status === 'none') throw incidentNotFound(incident)
  const traces: Trace[] = []
  for (const run of state.runs) traces.push(traceOf(await readTrace(house, run)))
  const { events, sent } = await eventsOf(house, state, traces)
  const page = await pageIfKept(house, row, traces)
  return {
    row,
    opened: state.opened,
    reason: await reasonOf(house, own),
    runs: await rowsOf(house, state.runs),
    traces,
    timeline: timelineOf(events),
    streams: streamsOf(events, state, traces),
    stopped: await stopTold(house, state, sent),
    owner: page?.agent.owner,
    onCall: page?.onCall,
  }
}

type Known = Exclude<IncidentState, { status: 'none' }>

/** Those that belong to it; and every send since, also of runs that nobody pinned because they began after it was opened. */
async function eventsOf({ ledger, tenant }: House, { opened, runs }: Known, traces: readonly Trace[]) {
  const agents = new Set(traces.flatMap(({ started }) => started?.agent ?? []))
  const isOurs = belongs({ runs: new Set(runs), agents, environment: opened.environment })
  const events: LedgerEvent[] = []
  const sent: LedgerEvent[] = []
  for await (const event of eventsSince(ledger, tenant, opened.since)) {
    if (isOurs(event)) events.push(event)
    if (event.type === 'effect.dispatched') sent.push(event)
  }
  return { events, sent }
}

/** Of the run that the incident was opened on. */
async function pageIfKept(house: House, { run, agent, environment }: IncidentRow, traces: readonly Trace[]) {
  const pinned = traces.find((trace) => trace.run === run)?.started?.charter
  try {
    return pinned === undefined ? undefined : await pageOf({ ...house, environment }, agent, pinned)
  } catch (error) {
    if (isCharterError(error) && ['payload_erased', 'charter_not_found'].includes(error.code)) return undefined
    throw error
  }
}

async function rowsOf({ ledger, tenant }: House, runs: readonly string[]): Promise<readonly RunRow[]> {
  const found = await Promise.all(runs.map(async (run) => ledger.find(tenant, { row: { read: 'run', run } })))
  return found.flatMap(({ row }) => (row ? [row] : []))
}

async function reasonOf(house: House, own: readonly LedgerEvent[]): Promise<string | undefined> {
  const [first] = own
  if (!first) return undefined
  const refs = refsIn(first.body.reason)
  const content = await openContent(house, first.stream, refs)
  const reason = refs[0] && content.get(refs[0].n)
  return typeof reason === 'string' ? reason : undefined
}

/** What ran stands in streams that were written long before, too: the pages of the agents, and each release. */
function streamsOf(events: readonly LedgerEvent[], { opened, runs }: Known, traces: readonly Trace[]) {
  const beside = events.map(({ stream }) => stream).filter((stream) => /^(?:approval|handoff)\//.test(stream))
  const ran = traces.flatMap(({ started }) =>
    started ? [charterStream(started.environment, started.agent), releaseStream(started.release.hash)] : [],
  )
  const own = [`stop/${opened.stop}`, `incident/${opened.incident}`]
  return [...new Set([...runs.map((run) => `run/${run}`), ...beside, ...ran, ...own])]
}

async function stopTold(house: House, { opened }: Known, sent: readonly LedgerEvent[]): Promise<StopTold> {
  const told = await house.ledger.read(house.tenant, `stop/${opened.stop}`)
  const raised = told.findLast(({ type }) => type === 'stop.raised')
  const after = told.filter(({ seq }) => raised !== undefined && seq > raised.seq)
  const quiet = after.find(({ type }) => type === 'stop.quiet')
  const lifted = after.find(({ type }) => type === 'stop.lifted')
  const isUnderIt = ({ at }: LedgerEvent) => raised !== undefined && at > raised.at && (!lifted || at < lifted.at)
  return {
    level: String(raised?.body.level ?? ''),
    raisedAt: raised?.at,
    quietAt: quiet?.at,
    liftedAt: lifted?.at,
    finished: Number(quiet?.body.finished ?? 0),
    givenUp: Number(quiet?.body.given_up ?? 0),
    sentUnderIt: (await inScope(house, opened, sent.filter(isUnderIt))).length,
  }
}

/** A send does not say in which environment it was: its run does. */
async function inScope({ ledger, tenant }: House, opened: IncidentOpened, sent: readonly LedgerEvent[]) {
  const { stop, scope, value, environment } = opened
  const covering = { stop, scope, value, environment, level: 'observe' as const }
  const found = await Promise.all(
    sent.map(async (event) => {
      const { row } = await ledger.find(tenant, { row: { read: 'run', run: event.stream.slice('run/'.length) } })
      const { agent, tool, risk } = event.body
      const of = { agent: String(agent), tool: String(tool), risk: String(risk) }
      return covers(covering, { ...of, environment: row?.environment ?? environment }) ? [event] : []
    }),
  )
  return found.flat()
}
