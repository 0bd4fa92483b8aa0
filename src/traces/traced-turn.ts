/** One model call of a run: what was reserved for it, what it answered and what it cost. */
import type { ErrorCode } from '../errors.ts'
import { partOf } from '../json.ts'
import type { RunEvent, TurnAnswered, TurnStarted, Usage } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'

export interface TracedTurn {
  readonly turn: number
  readonly at: number
  readonly model: string
  /** What it might cost at most. */
  readonly reserved: Usage
  /** When it was answered, or known to have failed. */
  endedAt?: number
  /** Of an answer that never came: all that was reserved. */
  usage?: Usage & Partial<TurnAnswered['usage']>
  finish?: string
  answeredModel?: string
  identity?: string
  costMicroUsd: number
  latencyMs?: number
  failed?: ErrorCode
  /** In the words of the provider, or of what kept it from answering. */
  why?: string
  /** What the model said beside its calls. */
  said?: string
  calls: number
}

export const newTurn = ({ turn, model, reserved }: TurnStarted, at: number): TracedTurn => ({
  turn,
  at,
  model,
  reserved,
  costMicroUsd: 0,
  calls: 0,
})

export type TurnEnded = Extract<RunEvent, { type: 'turn.answered' | 'turn.failed' }>

export function endTurn(turn: TracedTurn, event: TurnEnded, source: TraceSource): void {
  turn.endedAt = event.at
  turn.usage = event.body.usage
  turn.costMicroUsd = event.body.usage.cost_micro_usd
  if (event.type === 'turn.answered') {
    answer(turn, event.body, source)
    return
  }
  turn.failed = event.body.code
  const why = event.body.why && source.content(event.body.why)
  if (typeof why === 'string') turn.why = why
}

function answer(turn: TracedTurn, answered: TurnAnswered, source: TraceSource): void {
  if (answered.answered_model !== undefined) turn.answeredModel = answered.answered_model
  turn.identity = answered.identity
  turn.latencyMs = answered.latency_ms
  turn.calls = answered.calls
  turn.finish = answered.finish
  const said = partOf(source.content(answered.answer), 'text')
  if (typeof said === 'string') turn.said = said
}
