/**
 * The things that a transaction may read. Each is one prepared statement on SQLite and one scalar of the single
 * statement on PostgreSQL; the shapes are the same on both. `tenant` is always the transaction's own.
 */
export type Read =
  | { read: 'head'; stream: string }
  | { read: 'stops' }
  /** The grant and its ancestors, nearest first. */
  | { read: 'grants'; grant: string }
  | { read: 'charter'; agent: string; environment: string }
  /** Sum and count of what moved under a key within a window that ends now; released movements are left out. */
  | { read: 'moved'; key: string; withinMs: number; except?: string }
  /** Effects on a subject that are in flight or unknown. */
  | { read: 'open_effects'; subject: string }
  /** The effect that holds a business key within its window: dispatched, committed or unknown. */
  | { read: 'business_key'; key: string; withinMs: number }
  | { read: 'effect'; effect: string }
  /** The youngest run's first; those of runs of one environment, where it is named. */
  | { read: 'effects'; status?: EffectStanding; environment?: string; most: number; before?: string }
  /**
   * Attempts in the scope of a stop that have no clear outcome of their own. One of unknown outcome may still be
   * carried out until its time to settle is over; those whose time was over at `since` (now) are left out.
   */
  | { read: 'in_flight'; scope: StopScope; since?: number }
  | { read: 'approval'; approval: string }
  | { read: 'approvals'; status?: string; run?: string; environment?: string }
  | { read: 'handoffs'; status?: string; run?: string; environment?: string }
  /** The youngest first; one where it is named. */
  | {
      read: 'incidents'
      incident?: string
      status?: 'open' | 'closed'
      environment?: string
      most: number
      before?: string
    }
  | { read: 'run'; run: string }
  | { read: 'runs'; status?: string; agent?: string; environment?: string; most: number; before?: string }
  /** Runs in which an action was judged that touches this subject, the youngest first. */
  | { read: 'runs_of_subject'; kind: string; subject: string; environment?: string; most: number; before?: string }
  /** The kinds of everything that was ever touched, in the order of their names. */
  | { read: 'subject_kinds' }
  | { read: 'start_key'; agent: string; environment: string; key: string }
  /** Runs of these agents that an engine may move now: open and not at rest, their wait is over, or an effect is due. */
  | ({ read: 'ready_runs'; most: number } & Agents)
  /** Runs of these agents that wait for an answer or for a stop to be lifted. */
  | ({ read: 'resting_runs'; most: number } & Agents)
  /** The earliest time to come at which one of these agents' waits ends or an effect is looked for again. */
  | ({ read: 'next_timer' } & Agents)
  | { read: 'breaker'; tool: string }

/** The agents that an engine has, and the environment it serves. */
export interface Agents {
  readonly environment: string
  readonly agents: readonly string[]
}

export type StopScope =
  | { scope: 'everything' }
  | { scope: 'tenant' }
  | { scope: 'agent'; agent: string }
  | { scope: 'tool'; tool: string }
  | { scope: 'risk'; risk: string }

/** `open` is under way or unknown: whoever asks cannot tell yet whether it happened. */
export type EffectStanding = 'open' | 'dispatched' | 'committed' | 'not_committed' | 'unknown'

export type StopLevel = 'draft' | 'observe' | 'abort'

export interface StopRow {
  readonly stop: string
  readonly scope: string
  readonly value: string
  readonly level: StopLevel
  readonly by: string
  readonly since: number
  readonly environment: string
}

export interface GrantRow {
  readonly grant: string
  readonly parent: string | null
  readonly agent: string
  readonly environment: string
  readonly until: number | null
  readonly revoked: number | null
  readonly uses: number | null
  /** JSON of the terms: tools, subjects (pseudonyms), limits. */
  readonly terms: string
  readonly on_behalf_of: string | null
}

export interface EffectRow {
  readonly effect: string
  readonly run: string
  readonly action: string
  readonly agent: string
  readonly tool: string
  readonly risk: string
  readonly subject: string | null
  readonly business_key: string | null
  /** `dispatched`, `committed`, `not_committed`, `unknown`. */
  readonly status: string
  readonly attempt: number
  readonly key: string
  readonly dispatched_at: number
  readonly deadline: number
  readonly settles_by: number
  readonly settled_at: number | null
  /** When the system of record is asked again what became of an effect that was given up. */
  readonly look_at: number | null
}

export interface AttemptRow {
  readonly effect: string
  readonly attempt: number
  readonly run: string
  readonly agent: string
  readonly tool: string
  readonly risk: string
  readonly key: string
  /** `dispatched`, `unknown`. */
  readonly status: string
  readonly settles_by: number
}

export interface ApprovalRow {
  readonly approval: string
  readonly run: string
  readonly action: string
  readonly agent: string
  readonly tool: string
  readonly risk: string
  readonly digest: string
  readonly status: string
  /** JSON of the steps still asked: `[{ from, count }]`. */
  readonly steps: string
  readonly requested_at: number
  readonly expires_at: number
  readonly settled_at: number | null
  readonly settled_by: string | null
  /** The effect that used it up. */
  readonly consumed_by: string | null
}

export interface RunRow {
  readonly run: string
  readonly agent: string
  readonly environment: string
  readonly status: string
  readonly reason: string | null
  readonly start_key: string | null
  readonly session: string | null
  readonly grant: string
  readonly release: string
  readonly charter: string
  readonly started_at: number
  readonly updated_at: number
  readonly ended_at: number | null
  /** What a waiting run waits for: `approval`, `stop`, `requester`, `handoff`; and its id. */
  readonly awaits: string | null
  readonly awaited: string | null
  readonly wake_at: number | null
  readonly turns: number
  readonly tool_calls: number
  readonly effects: number
  readonly cost_micro_usd: number
}

export interface HandoffRow {
  readonly handoff: string
  readonly run: string
  readonly agent: string
  readonly group: string
  readonly reason: string
  readonly status: string
  readonly assigned_at: number
  readonly claimed_by: string | null
  readonly claimed_at: number | null
  readonly settled_at: number | null
}

export interface IncidentRow {
  readonly incident: string
  /** The run that it was opened on. */
  readonly run: string
  readonly agent: string
  readonly environment: string
  readonly scope: string
  readonly value: string
  readonly stop: string
  readonly status: string
  /** How many runs it pinned, and 1 while they are. */
  readonly runs: number
  readonly keeps_runs: number
  readonly opened_at: number
  readonly opened_by: string
  readonly closed_at: number | null
}

export interface Answers {
  head: { seq: number; hash: string }
  stops: readonly StopRow[]
  grants: readonly GrantRow[]
  charter: { charter: string; applied_at: number } | null
  moved: { amount: number; count: number }
  open_effects: readonly EffectRow[]
  business_key: EffectRow | null
  effect: EffectRow | null
  effects: readonly EffectRow[]
  in_flight: readonly AttemptRow[]
  approval: ApprovalRow | null
  approvals: readonly ApprovalRow[]
  handoffs: readonly HandoffRow[]
  incidents: readonly IncidentRow[]
  run: RunRow | null
  runs: readonly RunRow[]
  runs_of_subject: readonly RunRow[]
  subject_kinds: readonly string[]
  start_key: { run: string; input_digest: string } | null
  ready_runs: readonly { run: string }[]
  resting_runs: readonly { run: string }[]
  next_timer: number | null
  breaker: { state: string; since: number; until: number } | null
}

/** What was found, under the same names. */
export type Found<Reads extends Readonly<Record<string, Read>>> = {
  readonly [Name in keyof Reads]: Answers[Reads[Name]['read']]
}
