/** Opens an incident: the scope is stopped first, then its runs are pinned; whoever looks for causes comes after that. */
import { appendDecision } from '../commands/append-decision.ts'
import type { House } from '../commands/house.ts'
import { type Committed, raiseStop, type StopWanted } from '../commands/raise-stop.ts'
import { CharterError, nearest } from '../errors.ts'
import { newId } from '../ids.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { IncidentRow, RunRow } from '../ledger/reads.ts'
import { type Scope, type StopLevel, stopId, stopLevels } from '../stops/stop.ts'
import { decideIncident, foldIncident, type IncidentCommand, incidentClosed, incidentNotFound } from './incident.ts'
import { type RunsAround, runsAround } from './runs-around.ts'

export interface IncidentWanted {
  readonly run: string
  /** That of the run's agent unless another is named. */
  readonly scope?: { readonly scope: Scope; readonly value: string } | undefined
  readonly level: StopLevel
  readonly by: string
  readonly reason: string
  /** What happened this much before the run began belongs to it too, milliseconds. */
  readonly aroundMs: number
  readonly mostRuns: number
}

export interface Opened {
  readonly incident: string
  readonly wanted: StopWanted
  readonly committed: Committed
  readonly since: number
  readonly pinned: RunsAround
}

/** Throws `run_not_found`. The stop is in force as soon as it is committed, whatever becomes of the rest. */
export async function openIncident(
  house: House,
  wanted: IncidentWanted,
  onStopped: (stop: StopWanted, committed: Committed) => void = () => {},
): Promise<Opened> {
  const run = await requireRun(house, wanted.run)
  const { scope, value } = wanted.scope ?? { scope: 'agent', value: run.agent }
  const level = await levelThatHolds(house, stopId(house.environment, scope, value), wanted.level)
  const stop: StopWanted = { scope, value, level, by: wanted.by, reason: wanted.reason }
  const committed = await raiseStop(house, stop)
  onStopped(stop, committed)
  const since = run.started_at - wanted.aroundMs
  const around = await runsAround(house, { scope, value, since, most: wanted.mostRuns })
  const pinned = { ...around, runs: withRun(around.runs, run) }
  const incident = newId('inc', house.clock, house.random)
  await appendDecision(house, {
    stream: `incident/${incident}`,
    by: wanted.by,
    content: { reason: wanted.reason },
    decide: (events, refs) =>
      decideIncident(
        foldIncident(events),
        {
          type: 'open',
          opened: {
            incident,
            run: run.run,
            agent: run.agent,
            environment: run.environment,
            scope,
            value,
            stop: committed.stop,
            since,
            ...reasonIn(refs),
          },
          runs: pinned.runs.map((row) => row.run),
        },
        incident,
      ),
  })
  return { incident, wanted: stop, committed, since, pinned }
}

/** To raise a stop again replaces its level; an incident never lets through what was stopped before it. */
async function levelThatHolds({ ledger, tenant }: House, stop: string, wanted: StopLevel): Promise<StopLevel> {
  const { stops } = await ledger.find(tenant, { stops: { read: 'stops' } })
  const standing = stops.find((row) => row.stop === stop)?.level ?? wanted
  return stopLevels.indexOf(standing) > stopLevels.indexOf(wanted) ? standing : wanted
}

const withRun = (runs: readonly RunRow[], run: RunRow): readonly RunRow[] =>
  runs.some((row) => row.run === run.run) ? runs : [...runs, run]

const reasonIn = ({ reason }: Readonly<Record<string, PayloadRef>>) => (reason === undefined ? {} : { reason })

async function requireRun({ ledger, tenant, environment }: House, run: string): Promise<RunRow> {
  const { known, latest } = await ledger.find(tenant, {
    known: { read: 'run', run },
    latest: { read: 'runs', most: 100 },
  })
  if (known && known.environment === environment) return known
  const near = nearest(
    run,
    latest.map((row) => row.run),
  )
  throw new CharterError('run_not_found', `no run \`${run}\` in ${environment}`, {
    param: 'run',
    hint: known ? `it is of ${known.environment}: add --env ${known.environment}` : near && `did you mean \`${near}\`?`,
  })
}

/** Writes down what was put together, so that it can be known again. Throws `incident_not_found`, `incident_closed`. */
export async function recordCollected(
  house: House,
  incident: string,
  collected: { readonly evidence: string; readonly events: number; readonly by: string },
): Promise<void> {
  const { by, ...what } = collected
  await appendDecision(house, {
    stream: `incident/${incident}`,
    by,
    decide: (events) => decideIncident(foldIncident(events), { type: 'collect', ...what }, incident),
  })
}

export interface SaidOfIncident {
  readonly incident: string
  readonly by: string
  readonly reason: string
}

export interface Closing extends SaidOfIncident {
  /** Its runs stay pinned. */
  readonly keepsRuns: boolean
}

/** Throws `incident_not_found`, `incident_closed`. The stop stays as it is: lifting it is a decision of its own. */
export const closeIncident = (house: House, { keepsRuns, ...said }: Closing): Promise<void> =>
  decideWithReason(house, said, { type: 'close', keepsRuns })

/** Lets go of the runs that a closed incident had kept. Throws `incident_not_found`, `incident_closed`, `usage`. */
export const releaseRuns = (house: House, said: SaidOfIncident): Promise<void> =>
  decideWithReason(house, said, { type: 'release' })

async function decideWithReason(
  house: House,
  { incident, by, reason }: SaidOfIncident,
  command: IncidentCommand,
): Promise<void> {
  await requireIncident(house, incident)
  await appendDecision(house, {
    stream: `incident/${incident}`,
    by,
    content: { reason },
    decide: (events, refs) =>
      decideIncident(foldIncident(events), command, incident).map(({ type, body }) => ({
        type,
        body: { ...body, ...reasonIn(refs) },
      })),
  })
}

/** Throws `incident_not_found` with the nearest id. */
export async function requireIncident({ ledger, tenant }: House, incident: string): Promise<IncidentRow> {
  const { known, latest } = await ledger.find(tenant, {
    known: { read: 'incidents', incident, most: 1 },
    latest: { read: 'incidents', most: 100 },
  })
  if (known[0]) return known[0]
  const near = nearest(
    incident,
    latest.map((row) => row.incident),
  )
  throw incidentNotFound(incident, near)
}

/** Throws `incident_not_found` and `incident_closed`. */
export async function requireOpen(house: House, incident: string): Promise<IncidentRow> {
  const row = await requireIncident(house, incident)
  if (row.status === 'closed') throw incidentClosed(incident)
  return row
}
