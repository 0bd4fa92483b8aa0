import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsAfter } from '../../test/projected-ledger.ts'
import { decideIncident, foldIncident, type IncidentCommand, noIncident } from './incident.ts'
import type { IncidentOpened, StoredEvent } from './incident-events.ts'
import { incidentProjection } from './incident-projection.ts'

const opened = (incident: string): IncidentOpened => ({
  incident,
  run: 'run_1',
  agent: 'refunds',
  environment: 'dev',
  scope: 'agent',
  value: 'refunds',
  stop: 'dev:agent:refunds',
  since: 5,
})

const opening = (incident: string, ...runs: string[]): IncidentCommand => ({
  type: 'open',
  opened: opened(incident),
  runs,
})

/** What is appended when these are said one after the other of one incident. */
function said(incident: string, ...commands: readonly IncidentCommand[]): StoredEvent[] {
  const events: StoredEvent[] = []
  for (const command of commands) {
    const decided = decideIncident(foldIncident(events), command, incident)
    events.push(...decided.map(({ type, body }) => ({ type, body: JSON.parse(JSON.stringify(body)) })))
  }
  return events
}

const close = (keepsRuns: boolean): IncidentCommand => ({ type: 'close', keepsRuns })

test('the runs of an open incident are pinned, and released when it is closed unless it keeps them', () => {
  const pinned = (...commands: readonly IncidentCommand[]) => {
    const state = foldIncident(said('inc_1', opening('inc_1', 'run_1', 'run_2'), ...commands))
    return state.status !== 'none' && state.keepsRuns ? state.runs : []
  }
  assert.deepEqual(pinned(), ['run_1', 'run_2'])
  assert.deepEqual(pinned(close(false)), [])
  assert.deepEqual(pinned({ type: 'collect', evidence: 'e', events: 1 }, close(true)), ['run_1', 'run_2'])
})

test('runs that a closed incident has kept are released once, and those of an open one are not', async () => {
  const kept = said('inc_1', opening('inc_1', 'run_1'), close(true))
  const released = said('inc_1', opening('inc_1', 'run_1'), close(true), { type: 'release' })
  const state = foldIncident(released)
  assert.ok(state.status === 'closed' && !state.keepsRuns)
  assert.throws(() => decideIncident(state, { type: 'release' }, 'inc_1'), { code: 'incident_closed' })
  const open = foldIncident(said('inc_1', opening('inc_1', 'run_1')))
  assert.throws(() => decideIncident(open, { type: 'release' }, 'inc_1'), { code: 'usage' })
  const happened = { at: 7, stream: 'incident/inc_1', actor: 'ada@acme.example', events: released }
  const { rows } = await rowsAfter(incidentProjection, [happened], { rows: { read: 'incidents', most: 5 } })
  assert.deepEqual([rows[0]?.keeps_runs, rows[0]?.status, kept.length], [0, 'closed', 3])
})

test('what is no incident, or is closed, cannot be closed or collected', () => {
  const closed = foldIncident(said('inc_1', opening('inc_1', 'run_1'), close(false)))
  const collect: IncidentCommand = { type: 'collect', evidence: 'e', events: 1 }
  for (const command of [close(false), collect]) {
    assert.throws(() => decideIncident(closed, command, 'inc_1'), { code: 'incident_closed' })
    assert.throws(() => decideIncident(noIncident, command, 'inc_1'), { code: 'incident_not_found' })
  }
})

test('an incident is listed as it stands', async () => {
  const list = { rows: { read: 'incidents', most: 5 } } as const
  const happened = (events: readonly StoredEvent[], at: number) => ({
    at,
    stream: 'incident/inc_1',
    actor: 'ada@acme.example',
    events,
  })
  const all = said('inc_1', opening('inc_1', 'run_1', 'run_2'), close(false))
  const open = await rowsAfter(incidentProjection, [happened(all.slice(0, 2), 7)], list)
  const row = {
    incident: 'inc_1',
    run: 'run_1',
    agent: 'refunds',
    environment: 'dev',
    scope: 'agent',
    value: 'refunds',
    stop: 'dev:agent:refunds',
    status: 'open',
    runs: 2,
    keeps_runs: 1,
    opened_at: 7,
    opened_by: 'ada@acme.example',
    closed_at: null,
  }
  assert.deepEqual(open.rows, [row])
  const both = await rowsAfter(incidentProjection, [happened(all.slice(0, 2), 7), happened(all.slice(2), 9)], list)
  assert.deepEqual(both.rows, [{ ...row, status: 'closed', keeps_runs: 0, closed_at: 9 }])
})
