/**
 * What can happen in a run: the events of a `run/…` stream, engine 1. Bodies hold ids, enums, numbers, keyed
 * pseudonyms and payload references; content stands in payloads. Keys are in snake_case, as they are stored.
 *
 *   run.started ─▶ ( turn.started ─▶ turn.answered ─▶ action.proposed … ─▶ action.judged ─▶ action.returned )*
 *                                     │ allow, a write:  effect.dispatched ─▶ committed | not_committed | unknown
 *                                     └ ask:             run.waiting ─▶ run.woken ─▶ action.judged
 *               ─▶ run.ended
 */

import type { Escalation } from '../charter/page.ts'
import type { ErrorCode } from '../errors.ts'
import type { LedgerEvent, PayloadRef } from '../ledger/event.ts'

/** A change in what a stored event means is a new number here, appended with its story (see docs/reference/events). */
export const engineVersion = 1

export type RunStatus = 'done' | 'waiting' | 'handed_off' | 'denied' | 'failed' | 'stopped' | 'running'

/** A piece of the world that a run touched or read: kind and keyed pseudonym. */
export interface SubjectRef {
  kind: string
  id: string
}

export interface Usage {
  prompt_tokens: number
  completion_tokens: number
  cost_micro_usd: number
}

export interface RunStarted {
  engine: number
  agent: string
  environment: string
  /** Hash over everything that says how this run behaves, and the parts it is made of. */
  release: { hash: string; parts: { [name: string]: string } }
  charter: string
  grant: string
  input: PayloadRef
  /** Keyed digest of the input, so that a start key with another input is noticed. */
  input_digest: string
  start_key?: string
  session?: string
  on_behalf_of?: string
  /** W3C trace context of whoever started it: ids only. */
  traceparent?: string
}

/** `gap_ms` between the last event and this one was nobody's active time. */
export interface RunRecovered {
  engine: string
  epoch: number
}

export interface TurnStarted {
  turn: number
  model: string
  reserved: Usage
  max_completion_tokens: number
}

export interface TurnAnswered {
  turn: number
  model: string
  answered_model?: string
  identity: 'same' | 'snapshot' | 'unsaid' | 'changed'
  usage: Usage & { cached_prompt_tokens: number; reasoning_tokens: number }
  finish: string
  answer: PayloadRef
  calls: number
  latency_ms: number
}

/** A model call without a usable answer. What it cost is not known: it settles at its whole reservation. */
export interface TurnFailed {
  turn: number
  code: ErrorCode
  retryable: boolean
  timed_out: boolean
  /** The process that asked went down with the answer. */
  lost: boolean
  /** What the provider said, or what kept it from saying anything; sealed. */
  why?: PayloadRef
  usage: Usage
  estimated: true
  /** The provider asked to be left alone for so long: nobody's active time. */
  retry_after_ms?: number
}

export interface ActionProposed {
  action: string
  turn: number
  index: number
  call: string
  tool: string
  version?: string
  kind?: 'read' | 'write'
  /** Validated arguments with intent, or the raw text when it could not be read. */
  arguments: PayloadRef
  /** Keyed digest of tool@version and canonical arguments. */
  digest: string
  dry_run: boolean
  /** An approver's edit took the place of what the model had proposed. */
  edited_from?: string
  edited_by?: { by: string; group: string }
}

export type DecisionOutcome = 'allow' | 'ask' | 'deny' | 'invalid'

export interface Asked {
  from: string
  count: number
  expires_in_ms: number
}

export interface ActionJudged {
  action: string
  decision: DecisionOutcome
  code?: ErrorCode
  /** Ids of the rules that decided, sorted: `request_refund.max_amount_usd`. */
  rules: readonly string[]
  asks: readonly Asked[]
  stage: string
  charter: string
  in_force: string
  policy_set: string
  /** What was judged: arguments, facts, check verdict and the request that policies saw. */
  judged?: PayloadRef
  /** Keyed digest that an approval binds to: tenant, run, tool@version, arguments, facts, preview fields. */
  digest?: string
  subjects: readonly SubjectRef[]
  /** Where in the action's life this judgement was made. */
  moment: 'turn' | 'after_wait' | 'dispatch'
}

export interface ActionReturned {
  action: string
  outcome: 'result' | 'replayed' | 'preview' | 'refused' | 'failed' | 'not_attempted'
  code?: ErrorCode
  /** What the model is told. */
  result: PayloadRef
  /** Keyed digest of the answer: three times the same is a loop. */
  answer_digest: string
  /** What this read brought in and may be cited from now on. */
  read: readonly SubjectRef[]
  timed_out: boolean
  /** A read was really called: it counts against `max_tool_calls`. */
  called: boolean
}

export interface Movement {
  /** `dev:limit:request_refund:amount:customer:3f…`, `dev:rate:…`, `dev:once:…`, `uses:grant_…`, `budget:day:…`. */
  key: string
  amount: number
}

export interface EffectDispatched {
  effect: string
  action: string
  agent: string
  tool: string
  risk: string
  attempt: number
  key: string
  first_dispatched_at: number
  deadline: number
  settles_by: number
  /** Past this time nothing is sent again under the key. */
  honoured_until?: number
  subject?: string
  moves: readonly Movement[]
  /** Business keys that the effect holds, and for how long: those of `moves` that may be held once. */
  once?: readonly { key: string; within_ms: number }[]
  approval?: string
  /** The page in force under the locks, where that is another than the one that the action was judged by. */
  in_force?: string
}

/** What became of a write, as far as is known. */
export type EffectStatus = 'dispatched' | 'committed' | 'not_committed' | 'unknown'

/** `status` is that of the whole effect after this outcome: projections see one event and no fold. */
export interface EffectCommitted {
  effect: string
  attempt: number
  by: 'attempt' | 'verify' | 'settlement'
  output: 'accepted' | 'rejected' | 'unseen'
  result?: PayloadRef
  /** The business key of which another effect is committed or open: the world has it twice. */
  doubled?: string
}

export interface EffectNotCommitted {
  effect: string
  attempt: number
  status: EffectStatus
  by: 'attempt' | 'verify' | 'settlement' | 'not_begun'
  retryable: boolean
  reason?: PayloadRef
}

export interface EffectUnknown {
  effect: string
  attempt: number
  status: EffectStatus
  why: 'threw' | 'timed_out' | 'aborted' | 'lost'
  reason?: PayloadRef
}

/** No send will follow: the effect stands as unknown until an outcome, a verify or a person ends it. */
export interface EffectGivenUp {
  effect: string
  attempt: number
  /** When the system of record is asked again; absent where it cannot be asked, or has been often enough. */
  look_at?: number
}

/** `stop`: an open effect may be sent again once the stop is lifted. */
export type Awaited = 'approval' | 'stop' | 'requester' | 'handoff'

export interface RunWaiting {
  awaits: Awaited
  id: string
  action?: string
  until?: number
}

export interface RunWoken {
  awaits: Awaited
  id: string
  outcome: string
  by?: string
  /** What was signed, and by how many of each group. */
  digest?: string
  signatures?: { readonly [group: string]: number }
  group?: string
  /** Why people said no. */
  reason?: PayloadRef
  /** What a person says to the model. */
  message?: PayloadRef
  /** What a person adds to the run's budget when handing it back. */
  extends?: { turns?: number; tool_calls?: number; cost_micro_usd?: number }
}

export interface RunEscalated {
  escalation: Escalation
  code: ErrorCode
  action?: string
  /** The bound that was reached, such as `max_cost_usd`. */
  bound?: string
  handoff?: string
}

export interface RunEnded {
  status: 'done' | 'handed_off' | 'denied' | 'failed' | 'stopped'
  code?: ErrorCode
  output?: PayloadRef
}

export interface RunEventBodies {
  'run.started': RunStarted
  'run.recovered': RunRecovered
  'turn.started': TurnStarted
  'turn.answered': TurnAnswered
  'turn.failed': TurnFailed
  'action.proposed': ActionProposed
  'action.judged': ActionJudged
  'action.returned': ActionReturned
  'effect.dispatched': EffectDispatched
  'effect.committed': EffectCommitted
  'effect.not_committed': EffectNotCommitted
  'effect.unknown': EffectUnknown
  'effect.given_up': EffectGivenUp
  'run.waiting': RunWaiting
  'run.woken': RunWoken
  'run.escalated': RunEscalated
  'run.ended': RunEnded
}

export type RunEventType = keyof RunEventBodies

/** The ledger's bodies are what this module drafted, brought up to date by its upgrades. */
export const readRunEvent = (event: LedgerEvent): RunEvent =>
  ({ type: event.type, at: event.at, body: event.body as never }) as RunEvent

/** An event of a run with its body's shape; `at` is filled in by the ledger. */
export type RunEvent = { [Type in RunEventType]: { type: Type; at: number; body: RunEventBodies[Type] } }[RunEventType]
export type RunDraft = { [Type in RunEventType]: { type: Type; body: RunEventBodies[Type] } }[RunEventType]
