/** The rows that lists and judgements read. Each index serves one read of `reads.ts`. */
import type { Dialect } from './dialect.ts'

export function projectionTablesOfVersion1({ text, integer, keyed }: Dialect): readonly string[] {
  return [
    `CREATE TABLE runs (
      tenant ${text} NOT NULL,
      run ${text} NOT NULL,
      agent ${text} NOT NULL,
      environment ${text} NOT NULL,
      status ${text} NOT NULL,
      reason ${text},
      start_key ${text},
      session ${text},
      "grant" ${text} NOT NULL,
      release ${text} NOT NULL,
      charter ${text} NOT NULL,
      started_at ${integer} NOT NULL,
      updated_at ${integer} NOT NULL,
      ended_at ${integer},
      awaits ${text},
      awaited ${text},
      wake_at ${integer},
      turns ${integer} NOT NULL,
      tool_calls ${integer} NOT NULL,
      effects ${integer} NOT NULL,
      cost_micro_usd ${integer} NOT NULL,
      input_digest ${text} NOT NULL,
      PRIMARY KEY (tenant, run)
    ) ${keyed}`,
    `CREATE INDEX runs_by_status ON runs (tenant, status, run)`,
    `CREATE INDEX runs_by_environment ON runs (tenant, environment, run)`,
    `CREATE INDEX runs_by_agent ON runs (tenant, agent, run)`,
    `CREATE INDEX runs_by_start_key ON runs (tenant, agent, environment, start_key) WHERE start_key IS NOT NULL`,
    `CREATE INDEX runs_moving ON runs (tenant, environment, agent, run) WHERE ended_at IS NULL AND awaits IS NULL`,
    `CREATE INDEX runs_awaiting ON runs (tenant, awaited) WHERE awaited IS NOT NULL`,
    `CREATE INDEX runs_resting ON runs (tenant, environment, agent, run) WHERE ended_at IS NULL AND awaits IS NOT NULL`,
    `CREATE INDEX runs_timed ON runs (tenant, environment, agent, wake_at) WHERE wake_at IS NOT NULL`,

    `CREATE TABLE effects (
      tenant ${text} NOT NULL,
      effect ${text} NOT NULL,
      run ${text} NOT NULL,
      action ${text} NOT NULL,
      agent ${text} NOT NULL,
      tool ${text} NOT NULL,
      risk ${text} NOT NULL,
      subject ${text},
      business_key ${text},
      status ${text} NOT NULL,
      attempt ${integer} NOT NULL,
      "key" ${text} NOT NULL,
      dispatched_at ${integer} NOT NULL,
      deadline ${integer} NOT NULL,
      settles_by ${integer} NOT NULL,
      settled_at ${integer},
      look_at ${integer},
      PRIMARY KEY (tenant, effect)
    ) ${keyed}`,
    `CREATE INDEX effects_open ON effects (tenant, subject) WHERE status IN ('dispatched', 'unknown')`,
    `CREATE INDEX effects_in_flight ON effects (tenant, effect) WHERE status IN ('dispatched', 'unknown')`,
    `CREATE INDEX effects_not_committed ON effects (tenant, effect) WHERE status = 'not_committed'`,
    `CREATE INDEX effects_due ON effects (tenant, look_at) WHERE look_at IS NOT NULL`,
    `CREATE INDEX effects_by_business_key ON effects (tenant, business_key, dispatched_at)
      WHERE business_key IS NOT NULL`,

    `CREATE TABLE attempts (
      tenant ${text} NOT NULL,
      effect ${text} NOT NULL,
      attempt ${integer} NOT NULL,
      run ${text} NOT NULL,
      agent ${text} NOT NULL,
      tool ${text} NOT NULL,
      risk ${text} NOT NULL,
      "key" ${text} NOT NULL,
      status ${text} NOT NULL,
      settles_by ${integer} NOT NULL,
      PRIMARY KEY (tenant, effect, attempt)
    ) ${keyed}`,
    `CREATE INDEX attempts_under_way ON attempts (tenant, effect, attempt) WHERE status = 'dispatched'`,
    `CREATE INDEX attempts_by_time ON attempts (tenant, settles_by)`,

    `CREATE TABLE movements (
      tenant ${text} NOT NULL,
      effect ${text} NOT NULL,
      "key" ${text} NOT NULL,
      at ${integer} NOT NULL,
      amount ${integer} NOT NULL,
      state ${text} NOT NULL,
      PRIMARY KEY (tenant, effect, "key")
    ) ${keyed}`,
    `CREATE INDEX movements_by_key ON movements (tenant, "key", at)`,

    `CREATE TABLE approvals (
      tenant ${text} NOT NULL,
      approval ${text} NOT NULL,
      run ${text} NOT NULL,
      action ${text} NOT NULL,
      agent ${text} NOT NULL,
      tool ${text} NOT NULL,
      risk ${text} NOT NULL,
      digest ${text} NOT NULL,
      status ${text} NOT NULL,
      steps ${text} NOT NULL,
      requested_at ${integer} NOT NULL,
      expires_at ${integer} NOT NULL,
      settled_at ${integer},
      settled_by ${text},
      consumed_by ${text},
      PRIMARY KEY (tenant, approval)
    ) ${keyed}`,
    `CREATE INDEX approvals_by_status ON approvals (tenant, status, approval)`,
    `CREATE INDEX approvals_by_run ON approvals (tenant, run, approval)`,

    `CREATE TABLE grants (
      tenant ${text} NOT NULL,
      "grant" ${text} NOT NULL,
      parent ${text},
      agent ${text} NOT NULL,
      environment ${text} NOT NULL,
      until ${integer},
      revoked ${integer},
      uses ${integer},
      terms ${text} NOT NULL,
      on_behalf_of ${text},
      PRIMARY KEY (tenant, "grant")
    ) ${keyed}`,

    `CREATE TABLE stops (
      tenant ${text} NOT NULL,
      stop ${text} NOT NULL,
      scope ${text} NOT NULL,
      value ${text} NOT NULL,
      level ${text} NOT NULL,
      "by" ${text} NOT NULL,
      since ${integer} NOT NULL,
      environment ${text} NOT NULL,
      PRIMARY KEY (tenant, stop)
    ) ${keyed}`,

    `CREATE TABLE charters (
      tenant ${text} NOT NULL,
      agent ${text} NOT NULL,
      environment ${text} NOT NULL,
      charter ${text} NOT NULL,
      applied_at ${integer} NOT NULL,
      PRIMARY KEY (tenant, agent, environment)
    ) ${keyed}`,

    `CREATE TABLE handoffs (
      tenant ${text} NOT NULL,
      handoff ${text} NOT NULL,
      run ${text} NOT NULL,
      agent ${text} NOT NULL,
      "group" ${text} NOT NULL,
      reason ${text} NOT NULL,
      status ${text} NOT NULL,
      assigned_at ${integer} NOT NULL,
      claimed_by ${text},
      claimed_at ${integer},
      settled_at ${integer},
      PRIMARY KEY (tenant, handoff)
    ) ${keyed}`,
    `CREATE INDEX handoffs_by_status ON handoffs (tenant, status, handoff)`,
    `CREATE INDEX handoffs_by_run ON handoffs (tenant, run, handoff)`,

    `CREATE TABLE incidents (
      tenant ${text} NOT NULL,
      incident ${text} NOT NULL,
      run ${text} NOT NULL,
      agent ${text} NOT NULL,
      environment ${text} NOT NULL,
      scope ${text} NOT NULL,
      value ${text} NOT NULL,
      stop ${text} NOT NULL,
      status ${text} NOT NULL,
      runs ${integer} NOT NULL,
      keeps_runs ${integer} NOT NULL,
      opened_at ${integer} NOT NULL,
      opened_by ${text} NOT NULL,
      closed_at ${integer},
      PRIMARY KEY (tenant, incident)
    ) ${keyed}`,
    `CREATE INDEX incidents_by_status ON incidents (tenant, status, incident)`,
    `CREATE INDEX incidents_by_environment ON incidents (tenant, environment, incident)`,

    `CREATE TABLE subjects (
      tenant ${text} NOT NULL,
      kind ${text} NOT NULL,
      subject ${text} NOT NULL,
      run ${text} NOT NULL,
      touched_at ${integer} NOT NULL,
      PRIMARY KEY (tenant, kind, subject, run)
    ) ${keyed}`,

    `CREATE TABLE breakers (
      tenant ${text} NOT NULL,
      tool ${text} NOT NULL,
      state ${text} NOT NULL,
      since ${integer} NOT NULL,
      until ${integer} NOT NULL,
      PRIMARY KEY (tenant, tool)
    ) ${keyed}`,
  ]
}
