/** A run as it is known from its events: `evolve.ts` folds them into this, `next-step.ts` reads it. */
import type { ErrorCode } from '../errors.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { Effect } from './effect.ts'
import type {
  ActionJudged,
  ActionProposed,
  ActionReturned,
  RunStarted,
  RunStatus,
  RunWaiting,
  TurnStarted,
  Usage,
} from './events.ts'

export interface Action {
  readonly proposed: ActionProposed
  judged?: ActionJudged
  /** People answered since it was judged: facts are gathered and judgement is asked again. */
  isStale?: boolean
  effect?: string
  approval?: {
    id: string
    outcome?: string
    digest?: string
    signatures?: Readonly<Record<string, number>>
    group?: string
    reason?: PayloadRef
  }
  returned?: ActionReturned
}

export type Said =
  | { by: 'model'; answer: PayloadRef }
  | { by: 'tool'; call: string; tool: string; result: PayloadRef; isError: boolean }
  | { by: 'person'; message: PayloadRef }

export interface Turn {
  readonly started: TurnStarted
  /** `asking` until the model answered; then its actions are worked through in order. */
  phase: 'asking' | 'acting'
  calls: number
  /** Why the model stopped; `invalid` for an answer that holds nothing. */
  finish: string
  actions: string[]
}

export interface Spent extends Usage {
  turns: number
  tool_calls: number
  active_ms: number
}

export interface Run {
  id: string
  started: RunStarted | undefined
  status: RunStatus
  code: ErrorCode | undefined
  output: PayloadRef | undefined
  spent: Spent
  /** What people added to the budget when they handed the run back. */
  extended: { turns: number; tool_calls: number; cost_micro_usd: number }
  turn: Turn | undefined
  /** Actions of the current turn. */
  actions: Map<string, Action>
  /** Effects of the current turn, and every one that is not committed. */
  effects: Map<string, Effect>
  said: Said[]
  waiting: RunWaiting | undefined
  escalated: ErrorCode | undefined
  /** Digests that people denied, let expire or edited: not asked again in this run. */
  refused: Map<string, ErrorCode>
  /** Committed writes by digest, and reads since the last write: proposed again they return this. */
  results: Map<string, { action: string; kind: 'read' | 'write'; result?: PayloadRef }>
  /** Digests of the reads among them: the next write ends what they are worth, and looks at nothing else. */
  fresh: Set<string>
  /** Pseudonyms of everything that reads of this run brought in: what may be cited. */
  read: Set<string>
  /** Outputs of this run's successful reads by tool, for `earlier`. */
  outputs: Map<string, PayloadRef[]>
  repeats: Map<string, { answer: string; times: number }>
  /** Digests of those that were answered the same three times or more. */
  loops: Set<string>
  /** Turns in a row in which no action succeeded, and time-outs in a row. */
  fruitless: number
  silent: { model: number; tools: number }
  /** Code of the last thing that went wrong, for the reason of an escalation. */
  trouble: ErrorCode | undefined
  /** Writes of this run by how they ended, for the run's own ending. */
  writes: { committed: number; refused: number }
  toolErrors: { calls: number; errors: number }
  /** The model id that answered first: another snapshot later is a change. */
  answeredModel: string | undefined
  lastAt: number
  /** How much of the time after the last event is a wait for a timer. */
  restMs: number
}

export function emptyRun(id: string): Run {
  return {
    id,
    started: undefined,
    status: 'running',
    code: undefined,
    output: undefined,
    spent: { turns: 0, tool_calls: 0, active_ms: 0, prompt_tokens: 0, completion_tokens: 0, cost_micro_usd: 0 },
    extended: { turns: 0, tool_calls: 0, cost_micro_usd: 0 },
    turn: undefined,
    actions: new Map(),
    effects: new Map(),
    said: [],
    waiting: undefined,
    escalated: undefined,
    refused: new Map(),
    results: new Map(),
    fresh: new Set(),
    read: new Set(),
    outputs: new Map(),
    repeats: new Map(),
    loops: new Set(),
    fruitless: 0,
    silent: { model: 0, tools: 0 },
    trouble: undefined,
    writes: { committed: 0, refused: 0 },
    toolErrors: { calls: 0, errors: 0 },
    answeredModel: undefined,
    lastAt: 0,
    restMs: 0,
  }
}

/** People said yes to it. */
export const isSigned = ({ approval }: Action): boolean => approval?.outcome === 'granted'

export const signaturesOf = ({ approval }: Action): Readonly<Record<string, number>> =>
  approval?.outcome === 'granted' ? (approval.signatures ?? {}) : {}

/** A run that was handed over has ended once nobody is waited for any more: people resolved it. */
export const isEnded = ({ status, waiting }: Run): boolean =>
  status === 'handed_off' ? waiting === undefined : status !== 'running' && status !== 'waiting'
