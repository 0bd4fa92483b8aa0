import { foldIncident } from '../../incidents/incident.ts'
import { closeIncident, releaseRuns, requireIncident } from '../../incidents/open-incident.ts'
import type { IncidentRow } from '../../ledger/reads.ts'
import { counted } from '../../traces/say.ts'
import type { Call } from '../call.ts'
import { requireYes } from '../call.ts'
import { answerNewest, beforeOption, mostOption } from '../older.ts'
import { withHouse } from '../open-house.ts'
import { paintWord } from '../paint.ts'
import { choice, flag, one } from '../parameter.ts'
import { asOption, groupsOfPerson, reasonOption, yesOption } from '../people.ts'
import { placeOptions } from '../place.ts'
import { sayTime, sayWhen } from '../say-time.ts'
import { asJson } from '../shown-json.ts'
import { card, table } from '../table.ts'
import { verb } from '../verb.ts'
import { sayScope } from './stop.ts'

export const incidentList = verb({
  name: 'incident list',
  about: 'Incidents, the newest first.',
  options: {
    status: choice('--status <status>', 'those that stand so', ['open', 'closed'] as const),
    most: mostOption,
    before: beforeOption('incident'),
    ...placeOptions,
  },
  examples: ['incident list', 'incident list --status open --json'],
  run: async (call, given) =>
    withHouse(call, given, async ({ ledger, tenant, environment, clock }) => {
      const { status, most, before } = given
      const read = { read: 'incidents', environment, most: most + 1 } as const
      const { found } = await ledger.find(tenant, {
        found: { ...read, ...(status !== undefined && { status }), ...(before !== undefined && { before }) },
      })
      answerNewest(call, found, most, {
        document: (rows) => asJson(rows),
        lines: (rows) => (rows.length > 0 ? sayList(call, rows, clock.now()) : [`no incident in ${environment}`]),
        id: ({ incident }) => incident,
      })
      return 0
    }),
})

const sayList = ({ paint }: Call, rows: readonly IncidentRow[], now: number): string[] =>
  table(
    ['INCIDENT', 'STATUS', 'SCOPE', 'RUN', 'PINNED', 'BY', 'OPENED'],
    rows.map((row) => [
      row.incident,
      paintWord(paint, row.status),
      sayScope(row),
      row.run,
      sayPins(row),
      row.opened_by,
      sayWhen(row.opened_at, now),
    ]),
  )

const sayPins = ({ runs, keeps_runs: keeps }: IncidentRow): string => (keeps === 1 ? String(runs) : 'released')

export const incidentShow = verb({
  name: 'incident show',
  about: 'An incident: what was stopped, which runs are pinned, and what to do next.',
  args: { incident: one('id of the incident', 'inc_01J') },
  options: placeOptions,
  examples: ['incident show inc_01JD3Q6Z8W2M4T7KX9', 'incident show inc_01JD3Q6Z8W2M4T7KX9 --json'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      const row = await requireIncident(house, given.incident)
      const state = foldIncident(await house.ledger.read(house.tenant, `incident/${row.incident}`))
      const runs = state.status === 'none' ? [] : state.runs
      const { stops } = await house.ledger.find(house.tenant, { stops: { read: 'stops' } })
      const stop = stops.find((each) => each.stop === row.stop)
      call.answer(asJson({ ...row, pinned: runs, stop_in_force: stop ?? null }), () => [
        ...card([
          ['incident', call.paint.strong(row.incident)],
          ['status', paintWord(call.paint, row.status)],
          ['run', row.run],
          ['scope', sayScope(row)],
          ['stop', stop ? `in force at ${stop.level}` : 'lifted'],
          ['opened', `${sayTime(row.opened_at)} by ${row.opened_by}`],
          ['closed', row.closed_at === null ? undefined : sayTime(row.closed_at)],
          ['pinned', row.keeps_runs === 1 ? counted(runs.length, 'run') : 'released'],
        ]),
        ...(row.keeps_runs === 1 ? runs.map((run) => `  ${run}`) : []),
      ])
      return 0
    }),
})

export const incidentClose = verb({
  name: 'incident close',
  about: 'End an incident: its runs may be deleted again when their time is over.',
  help: 'The stop stays as it is; lift it with `stop off` when it is safe to.',
  args: { incident: one('id of the incident', 'inc_01J') },
  options: {
    reason: reasonOption,
    keep: flag('--keep-runs', 'its runs stay pinned, until `incident release`'),
    as: asOption,
    yes: yesOption,
    ...placeOptions,
  },
  examples: ['incident close inc_01JD3Q6Z8W2M4T7KX9 --reason "postmortem signed" --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { incident, reason, keep } = given
      const row = await requireIncident(house, incident)
      const held = keep ? 'keep its runs pinned' : `release its ${counted(row.runs, 'run')}`
      await requireYes(call, given.yes, `close ${incident} and ${held}?`)
      await closeIncident(house, { incident, by: given.as, reason, keepsRuns: keep })
      call.answer({ incident, status: 'closed', keeps_runs: keep, by: given.as }, () => [`closed: ${incident}`])
      return 0
    }),
})

export const incidentRelease = verb({
  name: 'incident release',
  about: 'Let go of the runs that a closed incident has kept: they may be deleted again when their time is over.',
  args: { incident: one('id of the incident', 'inc_01J') },
  options: { reason: reasonOption, as: asOption, yes: yesOption, ...placeOptions },
  examples: ['incident release inc_01JD3Q6Z8W2M4T7KX9 --reason "the claim is settled" --as ada@acme.example --yes'],
  run: async (call, given) =>
    withHouse(call, given, async (house) => {
      groupsOfPerson(house, given.as)
      const { incident, reason } = given
      const row = await requireIncident(house, incident)
      await requireYes(call, given.yes, `release the ${counted(row.runs, 'run')} of ${incident}?`)
      await releaseRuns(house, { incident, by: given.as, reason })
      call.answer({ incident, status: 'closed', keeps_runs: false, by: given.as }, () => [`released: ${incident}`])
      return 0
    }),
})
