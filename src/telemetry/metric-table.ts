/**
 * Every number that is told, with its labels. Labels have few values: agents, tools and models as pages name them, and
 * Charter's own words. No run, subject, person or key is ever one.
 */
export interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly about: string
  readonly labels: readonly string[]
  /** So many of what is counted are one of what is told: sums stay whole until then. */
  readonly per?: number
}

const counter = (about: string, ...labels: string[]): MetricEntry => ({ type: 'counter', about, labels })
const gauge = (about: string, ...labels: string[]): MetricEntry => ({ type: 'gauge', about, labels })

export const metrics = {
  charter_runs_started_total: counter('Runs that were started.', 'agent'),
  charter_runs_ended_total: counter('Runs that ended, by how.', 'agent', 'status'),
  charter_runs_open: gauge('Runs that have not ended: running, waiting, handed_off.', 'agent', 'status'),
  charter_escalations_total: counter('Runs that could not go on alone, by why.', 'agent', 'code'),
  charter_model_calls_total: counter(
    'Calls of the model: `answered`, or the code of what went wrong.',
    'agent',
    'model',
    'outcome',
  ),
  charter_model_latency_seconds: {
    type: 'histogram',
    about: 'How long the model took to answer.',
    labels: ['agent', 'model'],
  },
  charter_tokens_total: counter('Tokens that were charged, `prompt` and `completion`.', 'agent', 'model', 'type'),
  charter_cost_usd_total: { ...counter('What the models cost, in dollars.', 'agent', 'model'), per: 1_000_000 },
  charter_decisions_total: counter(
    'Judgements of actions, by decision and code; no code where it was allowed.',
    'agent',
    'tool',
    'decision',
    'code',
  ),
  charter_actions_total: counter(
    'Actions of which the model was told what became of them.',
    'agent',
    'tool',
    'outcome',
  ),
  charter_effects_total: counter('Writes that were dispatched, each once however often it was sent.', 'agent', 'tool'),
  charter_effect_attempts_total: counter(
    'What became of sendings: committed, not_committed, unknown.',
    'agent',
    'tool',
    'outcome',
  ),
  charter_effects_open: gauge(
    'Writes of which nobody knows yet whether they happened: dispatched, unknown.',
    'agent',
    'tool',
    'status',
  ),
  charter_approvals_waiting: gauge('Questions that wait for people.', 'agent', 'tool'),
  charter_approval_oldest_seconds: gauge('How long the oldest of them has waited.', 'agent', 'tool'),
  charter_approvals_settled_total: counter('Questions that were settled, by how.', 'agent', 'tool', 'outcome'),
  charter_handoffs_open: gauge('Runs that people have been given and have not closed.', 'agent'),
  charter_stops_in_force: gauge('Stops in force.', 'scope', 'level'),
  charter_ledger_events_total: counter('Events of the tenant that these numbers are made from.'),
  charter_exporter_lag_seconds: gauge(
    'Age of the oldest event that an exporter of spans has not passed yet.',
    'collector',
  ),
} as const satisfies Record<string, MetricEntry>

export type MetricName = keyof typeof metrics

export const metricOf = (name: MetricName): MetricEntry => metrics[name]

/** Upper bounds in seconds; a last one without bound follows. */
export const latencyBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60] as const
