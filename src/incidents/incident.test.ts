import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rowsAfter } from '../../test/projected-ledger.ts'
import { decideIncident, foldIncident, type IncidentCommand, noIncident, pinnedRuns } from './incident.ts'
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
  const open = said('inc_1', opening('inc_1', 'run_1', 'run_2'))
  const released = said('inc_2', opening('inc_2', 'run_2', 'run_3'), close(false))
  const kept = said('inc_3', opening('inc_3', 'run_4'), close(true))
  assert.deepEqual([...pinnedRuns([...open, ...released, ...kept])].toSorted(), ['run_1', 'run_2', 'run_4'])
  assert.deepEqual([...pinnedRuns(released)], [])
})

test('pinned runs do not depend on how the streams of incidents are mixed', () => {
  const streams = [
    said('inc_1', opening('inc_1', 'run_1'), close(false)),
    said('inc_2', opening('inc_2', 'run_1', 'run_2')),
    said('inc_3', opening('inc_3', 'run_3'), { type: 'collect', evidence: 'e', events: 1 }, close(true)),
  ]
  const order = streams.flatMap((events, stream) => events.map(() => stream))
  fc.assert(
    fc.property(fc.shuffledSubarray(order, { minLength: order.length }), (mixed) => {
      const left = streams.map((events) => [...events])
      const events = mixed.flatMap((stream) => left[stream]?.shift() ?? [])
      assert.deepEqual([...pinnedRuns(events)].toSorted(), ['run_1', 'run_2', 'run_3'])
    }),
  )
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
