import { columnsOf } from '../migrations/projection-tables.ts'
import type { Row } from '../projection.ts'
import type { Agents, Answers, Read, RunRow } from '../reads.ts'
import { integer, integerOrNull, text, textOrNull } from './row-values.ts'
import { first, type ReadStatement } from './statement.ts'

const select = `SELECT ${columnsOf('runs', ['input_digest'])} FROM runs WHERE tenant = :tenant`

export const run = (read: Extract<Read, { read: 'run' }>): ReadStatement<Answers['run']> => ({
  sql: `${select} AND run = :run`,
  params: { run: read.run },
  answer: first(runRow),
})

/** Youngest first, since ids sort by time of birth. */
export const runs = (read: Extract<Read, { read: 'runs' }>): ReadStatement<Answers['runs']> => {
  const { status, agent, environment, before, most } = read
  return {
    sql: `${select} ${status === undefined ? '' : 'AND status = :status'}
      ${agent === undefined ? '' : 'AND agent = :agent'}
      ${environment === undefined ? '' : 'AND environment = :environment'}
      ${before === undefined ? '' : 'AND run < :before'}
      ORDER BY run DESC LIMIT :most`,
    params: {
      most,
      ...(status !== undefined && { status }),
      ...(agent !== undefined && { agent }),
      ...(environment !== undefined && { environment }),
      ...(before !== undefined && { before }),
    },
    answer: (rows) => rows.map(runRow),
  }
}

export const startKey = (read: Extract<Read, { read: 'start_key' }>): ReadStatement<Answers['start_key']> => ({
  sql: `SELECT run, input_digest FROM runs WHERE tenant = :tenant AND agent = :agent AND environment = :environment
    AND start_key = :key ORDER BY run LIMIT 1`,
  params: { agent: read.agent, environment: read.environment, key: read.key },
  answer: first((row) => ({ run: text(row, 'run'), input_digest: text(row, 'input_digest') })),
})

/** Each branch has an index of its own, so that a thousand runs that wait for people cost nothing. */
export const readyRuns = (read: Extract<Read, { read: 'ready_runs' }>): ReadStatement<Answers['ready_runs']> => {
  const { sql: theirs, params } = ofAgents(read)
  return {
    sql: `SELECT ready.run FROM (
        SELECT run FROM runs WHERE ${theirs} AND ended_at IS NULL AND awaits IS NULL
        UNION
        SELECT run FROM runs WHERE ${theirs} AND wake_at IS NOT NULL AND wake_at <= :now
        UNION
        SELECT effects.run FROM effects JOIN runs ON runs.run = effects.run
          WHERE effects.tenant = :tenant AND look_at IS NOT NULL AND look_at <= :now AND ${theirs}
      ) AS ready
      WHERE ${nobodyHolds('ready')}
      ORDER BY ready.run LIMIT :most`,
    params: { ...params, most: read.most },
    answer: (rows) => rows.map((row) => ({ run: text(row, 'run') })),
  }
}

export const restingRuns = (read: Extract<Read, { read: 'resting_runs' }>): ReadStatement<Answers['resting_runs']> => {
  const { sql: theirs, params } = ofAgents(read)
  return {
    sql: `SELECT run FROM runs WHERE ${theirs} AND ended_at IS NULL AND awaits IS NOT NULL
      AND awaits IN ('approval', 'stop') AND ${nobodyHolds('runs')} ORDER BY run LIMIT :most`,
    params: { ...params, most: read.most },
    answer: (rows) => rows.map((row) => ({ run: text(row, 'run') })),
  }
}

/** What is due already is ready, and no reason to look again sooner. */
export const nextTimer = (read: Extract<Read, { read: 'next_timer' }>): ReadStatement<Answers['next_timer']> => {
  const { sql: theirs, params } = ofAgents(read)
  return {
    sql: `SELECT min(at) AS at FROM (
        SELECT min(wake_at) AS at FROM runs WHERE ${theirs} AND wake_at IS NOT NULL AND wake_at > :now
        UNION ALL
        SELECT min(look_at) AS at FROM effects WHERE tenant = :tenant AND look_at IS NOT NULL AND look_at > :now
      ) AS timers`,
    params,
    answer: first((row) => integerOrNull(row, 'at')),
  }
}

function ofAgents({ environment, agents }: Agents): { sql: string; params: Record<string, string> } {
  const named = agents.map((agent, index) => [`agent_${index}`, agent] as const)
  // An engine without agents has no runs; an empty list is no SQL.
  const isTheirs = named.length === 0 ? '1 = 0' : `runs.agent IN (${named.map(([name]) => `:${name}`).join(', ')})`
  return {
    sql: `runs.tenant = :tenant AND runs.environment = :environment AND ${isTheirs}`,
    params: { environment, ...Object.fromEntries(named) },
  }
}

const nobodyHolds = (rows: string): string => `NOT EXISTS (
  SELECT 1 FROM leases WHERE leases.tenant = :tenant AND leases.run = ${rows}.run AND leases.until > :now
)`

export function runRow(row: Row): RunRow {
  return {
    run: text(row, 'run'),
    agent: text(row, 'agent'),
    environment: text(row, 'environment'),
    status: text(row, 'status'),
    reason: textOrNull(row, 'reason'),
    start_key: textOrNull(row, 'start_key'),
    session: textOrNull(row, 'session'),
    grant: text(row, 'grant'),
    release: text(row, 'release'),
    charter: text(row, 'charter'),
    started_at: integer(row, 'started_at'),
    updated_at: integer(row, 'updated_at'),
    ended_at: integerOrNull(row, 'ended_at'),
    awaits: textOrNull(row, 'awaits'),
    awaited: textOrNull(row, 'awaited'),
    wake_at: integerOrNull(row, 'wake_at'),
    turns: integer(row, 'turns'),
    tool_calls: integer(row, 'tool_calls'),
    effects: integer(row, 'effects'),
    cost_micro_usd: integer(row, 'cost_micro_usd'),
  }
}
