/** Rows for tests: whole, with only what matters said anew. */
import type { Change, Row } from '../projection.ts'
import type {
  ApprovalRow,
  AttemptRow,
  EffectRow,
  GrantRow,
  HandoffRow,
  IncidentRow,
  RunRow,
  StopRow,
} from '../reads.ts'

export const put = (table: string, row: object): Change => ({ change: 'put', table, row: columns(row) })

const columns = (row: object): Row => JSON.parse(JSON.stringify(row))

export const runRow = (run: string, row: Partial<RunRow> = {}): RunRow => ({
  run,
  agent: 'billing',
  environment: 'dev',
  status: 'running',
  reason: null,
  start_key: null,
  session: null,
  grant: 'grant_1',
  release: 'rel',
  charter: 'cha',
  started_at: 1,
  updated_at: 2,
  ended_at: null,
  awaits: null,
  awaited: null,
  wake_at: null,
  turns: 3,
  tool_calls: 4,
  effects: 5,
  cost_micro_usd: 6,
  ...row,
})

/** The row of a run as it is written: with the digest that only `start_key` gives back. */
export const putRun = (run: string, row: Partial<RunRow> = {}) =>
  put('runs', { ...runRow(run, row), input_digest: `digest of ${run}` })

export const effectRow = (effect: string, row: Partial<EffectRow> = {}): EffectRow => ({
  effect,
  run: 'run_1',
  action: 'act_1',
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  subject: 'subject_1',
  business_key: null,
  status: 'dispatched',
  attempt: 1,
  key: 'key_1',
  dispatched_at: 10,
  deadline: 20,
  settles_by: 30,
  settled_at: null,
  look_at: null,
  ...row,
})

export const attemptRow = (effect: string, row: Partial<AttemptRow> = {}): AttemptRow => ({
  effect,
  attempt: 1,
  run: 'run_1',
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  key: 'key_1',
  status: 'dispatched',
  settles_by: 30,
  ...row,
})

export const approvalRow = (approval: string, row: Partial<ApprovalRow> = {}): ApprovalRow => ({
  approval,
  run: 'run_1',
  action: 'act_1',
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  digest: 'digest',
  status: 'pending',
  steps: '[{"count":1,"from":"finance"}]',
  requested_at: 1,
  expires_at: 2,
  settled_at: null,
  settled_by: null,
  consumed_by: null,
  ...row,
})

export const handoffRow = (handoff: string, row: Partial<HandoffRow> = {}): HandoffRow => ({
  handoff,
  run: 'run_1',
  agent: 'billing',
  group: 'support',
  reason: 'budget',
  status: 'assigned',
  assigned_at: 1,
  claimed_by: null,
  claimed_at: null,
  settled_at: null,
  ...row,
})

export const grantRow = (grant: string, row: Partial<GrantRow> = {}): GrantRow => ({
  grant,
  parent: null,
  agent: 'billing',
  environment: 'dev',
  until: null,
  revoked: null,
  uses: null,
  terms: '{}',
  on_behalf_of: null,
  ...row,
})

export const stopRow = (stop: string, row: Partial<StopRow> = {}): StopRow => ({
  stop,
  scope: 'agent',
  value: 'billing',
  level: 'observe',
  by: 'ada@acme.example',
  since: 1,
  environment: 'dev',
  ...row,
})

export const movement = (effect: string, key: string, at: number, amount: number, state = 'held') =>
  put('movements', { effect, key, at, amount, state })

/** A run in which something was judged that touches the subject, `invoice:9f`. */
export const touching = (run: string, subject: string, at = 1) =>
  put('subjects', { kind: subject.split(':')[0], subject, run, touched_at: at })

export const incidentRow = (incident: string, row: Partial<IncidentRow> = {}): IncidentRow => ({
  incident,
  run: 'run_1',
  agent: 'billing',
  environment: 'dev',
  scope: 'agent',
  value: 'billing',
  stop: 'dev:agent:billing',
  status: 'open',
  runs: 3,
  keeps_runs: 1,
  opened_at: 1,
  opened_by: 'ada@acme.example',
  closed_at: null,
  ...row,
})
