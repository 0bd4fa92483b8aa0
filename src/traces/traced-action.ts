/** One thing that the model wanted to be done: how it was judged, what it waited for, what was sent and what came back. */
import { isJsonObject, type Json, type JsonObject, partOf } from '../json.ts'
import type { ActionJudged, ActionProposed, ActionReturned } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'
import type { TracedEffect } from './traced-effect.ts'
import type { TracedWait } from './traced-wait.ts'

export interface TracedAction {
  readonly proposed: ActionProposed
  readonly at: number
  /** Validated arguments; nothing where they could not be read or are no longer kept. */
  readonly input: JsonObject | undefined
  readonly intent: Json | undefined
  /** What the model wrote, where it could not be read. */
  readonly source: string | undefined
  readonly judgements: TracedJudgement[]
  readonly waits: TracedWait[]
  readonly effects: TracedEffect[]
  returned?: ActionReturned & { readonly at: number; readonly content: Json | undefined }
  /** Its share of what its turn's model call cost. */
  costMicroUsd: number
}

export interface TracedJudgement extends ActionJudged {
  readonly at: number
  /** Arguments, facts, subjects, check and evidence that were judged; nothing where they are no longer kept. */
  readonly gathered: JsonObject | undefined
  readonly detail: Json | undefined
}

export function newAction(proposed: ActionProposed, at: number, source: TraceSource): TracedAction {
  const content = source.content(proposed.arguments)
  const written = partOf(content, 'source')
  return {
    proposed,
    at,
    input: objectIn(content, 'input'),
    intent: partOf(content, 'intent'),
    source: typeof written === 'string' ? written : undefined,
    judgements: [],
    waits: [],
    effects: [],
    costMicroUsd: 0,
  }
}

export function newJudgement(judged: ActionJudged, at: number, source: TraceSource): TracedJudgement {
  const content = judged.judged && source.content(judged.judged)
  return { ...judged, at, gathered: objectIn(content, 'gathered'), detail: partOf(content, 'detail') ?? undefined }
}

function objectIn(value: Json | undefined, name: string): JsonObject | undefined {
  const found = partOf(value, name)
  return isJsonObject(found) ? found : undefined
}
