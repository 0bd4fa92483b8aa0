/** How a verb may end besides well, by the codes that it ends with; what every verb may end with is left out. */
import { type ErrorCode, errorCodes } from '../../src/errors.ts'

const project: readonly ErrorCode[] = ['config_invalid', 'charter_invalid', 'agent_unknown']
const signing: readonly ErrorCode[] = ['approver_not_allowed', 'principal_unknown', 'approval_not_found']
const people: readonly ErrorCode[] = ['principal_unknown']
const ends: readonly ErrorCode[] = ['denied_by_policy', 'stopped', 'approval_required']
const engine: readonly ErrorCode[] = [...project, 'ledger_locked']

const endings: Readonly<Record<string, readonly ErrorCode[]>> = {
  init: [],
  dev: engine,
  start: engine,
  doctor: [],
  check: ['charter_invalid', 'charter_not_found'],
  show: ['charter_invalid', 'charter_not_found', 'agent_unknown'],
  print: ['charter_invalid', 'charter_not_found', 'agent_unknown'],
  diff: ['charter_invalid', 'charter_not_found'],
  apply: ['charter_invalid', 'charter_not_found', 'principal_unknown'],
  'run start': [...project, 'not_enforced', 'start_key_reused', ...ends],
  'run list': [],
  'run show': [...people, 'run_not_found', 'ledger_tampered'],
  'run export': [...people, 'run_not_found'],
  'run import': ['ledger_tampered'],
  'run replay': [
    ...project,
    'run_not_found',
    'ledger_tampered',
    'replay_different',
    'replay_unverifiable',
    'payload_erased',
  ],
  'run what-if': [...project, 'run_not_found'],
  'run resume': [...project, 'run_not_found', ...ends],
  'run answer': ['approver_not_allowed', 'run_not_found', 'handoff_not_found', 'handoff_settled'],
  'approval list': [],
  'approval show': ['approval_not_found'],
  'approval grant': [...signing, 'approval_already_settled', 'approval_expired', 'approval_stale'],
  'approval deny': [...signing, 'approval_already_settled', 'approval_expired', 'approval_stale'],
  'approval edit': [...signing, 'approval_already_settled', 'approval_expired', 'approval_stale'],
  'handoff list': [],
  'handoff show': ['handoff_not_found'],
  'handoff claim': ['approver_not_allowed', 'handoff_not_found', 'handoff_already_claimed', 'handoff_settled'],
  'handoff resolve': ['approver_not_allowed', 'handoff_not_found', 'handoff_settled'],
  'handoff return': ['approver_not_allowed', 'handoff_not_found', 'handoff_settled'],
  'stop on': people,
  'stop off': [...people, 'stop_not_found'],
  'stop list': [],
  'incident open': [...people, 'run_not_found'],
  'incident list': [],
  'incident show': ['incident_not_found'],
  'incident collect': [...people, 'incident_not_found', 'incident_closed'],
  'incident close': [...people, 'incident_not_found', 'incident_closed'],
  'incident release': [...people, 'incident_not_found', 'incident_closed'],
  'grant issue': people,
  'grant narrow': [...people, 'grant_widens', 'grant_not_found'],
  'grant revoke': [...people, 'grant_not_found'],
  'grant inspect': ['grant_not_found'],
  'policy show': project,
  'policy explain': [...project, 'run_not_found', 'payload_erased'],
  'policy test': [...project, 'cases_invalid', 'cases_failed'],
  'tool list': project,
  'tool show': [...project, 'tool_unknown'],
  'tool lint': [...project, 'tool_invalid'],
  'tool call': [...engine, 'tool_unknown', 'arguments_invalid', 'effect_unknown', ...ends],
  'effect list': [],
  'effect settle': [...people, 'effect_not_found', 'effect_settled'],
  'ledger find': ['subject_not_found'],
  'outcome record': [...people, 'approver_not_allowed', 'run_not_found'],
  'outcome verify': [...engine, 'run_not_found', 'tool_unknown', 'arguments_invalid', ...ends],
  'outcome show': [],
  report: ['config_invalid'],
  'review open': ['config_invalid', ...people, 'review_signed'],
  'review show': ['review_not_found'],
  'review sign': ['approver_not_allowed', 'principal_unknown', 'review_not_found', 'review_signed', 'approval_stale'],
  'review list': [],
  'retention run': people,
  'retention erase': [...people, 'legal_hold', 'ledger_locked', 'ledger_lease_lost'],
  'hold place': people,
  'hold lift': [...people, 'hold_not_found'],
  'hold list': [],
  'ledger show': ['stream_not_found'],
  'ledger verify': ['ledger_tampered'],
  'ledger export': ['stream_not_found'],
  'ledger evidence': ['effect_not_found', 'ledger_tampered'],
  'ledger key': [],
  'ledger rebuild': ['projection_differs', 'ledger_tampered'],
  'telemetry export': ['collector_unavailable'],
  'telemetry metrics': [],
  schema: [],
  completion: [],
}

export interface Ending {
  readonly status: number
  readonly codes: readonly ErrorCode[]
}

/** By rising status. Throws for a verb that nothing is said of. */
export function endingsOf(verb: string): readonly Ending[] {
  const codes = endings[verb]
  if (!codes) throw new Error(`say in scripts/docs/exit-statuses.ts how \`charter ${verb}\` may end`)
  const statuses = [...new Set(codes.map((code) => errorCodes[code].exit))].toSorted((a, b) => a - b)
  return statuses.map((status) => ({ status, codes: codes.filter((code) => errorCodes[code].exit === status) }))
}

/** Verbs of which something is said. */
export const verbsWithEndings: readonly string[] = Object.keys(endings)
