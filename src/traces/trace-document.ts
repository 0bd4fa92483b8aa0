/** A run accounted for, as a program reads it: one JSON document, its names in snake_case, null where there is nothing. */
import type { JsonObject } from '../json.ts'
import { traceIdOf } from '../runs/trace-context.ts'
import { type RuleText, verdictOf } from './account.ts'
import { dollarsOf } from './say.ts'
import type { Trace, TracedEscalation } from './trace.ts'
import type { TracedAction, TracedJudgement } from './traced-action.ts'
import type { TracedAttempt, TracedEffect } from './traced-effect.ts'
import type { TracedTurn } from './traced-turn.ts'
import type { TracedWait } from './traced-wait.ts'

/** For a program: everything that `accountOf` says, and the identifiers behind it. */
export function traceDocument(trace: Trace, rules: RuleText): JsonObject {
  const { run, started, status, code, spent } = trace
  return {
    run,
    trace_id: traceIdOf(run, started?.traceparent),
    agent: started?.agent ?? null,
    environment: started?.environment ?? null,
    status,
    code: code ?? null,
    charter: started?.charter ?? null,
    release: started?.release.hash ?? null,
    grant: started?.grant ?? null,
    on_behalf_of: started?.on_behalf_of ?? null,
    session: started?.session ?? null,
    start_key: started?.start_key ?? null,
    started_at: trace.startedAt,
    ended_at: trace.endedAt ?? null,
    input: trace.input ?? null,
    output: trace.output ?? null,
    spent: { ...spent, cost_usd: dollarsOf(spent.cost_micro_usd) },
    recoveries: trace.recoveries,
    turns: trace.turns.map(turnDocument),
    actions: trace.actions.map((action) => actionDocument(action, rules)),
    waits: trace.waits.map(waitDocument),
    escalations: trace.escalations.map(escalationDocument),
  }
}

const turnDocument = (turn: TracedTurn): JsonObject => ({
  turn: turn.turn,
  at: turn.at,
  model: turn.model,
  answered_model: turn.answeredModel ?? null,
  identity: turn.identity ?? null,
  failed: turn.failed ?? null,
  why: turn.why ?? null,
  said: turn.said ?? null,
  calls: turn.calls,
  latency_ms: turn.latencyMs ?? null,
  cost_usd: dollarsOf(turn.costMicroUsd),
})

export function actionDocument(action: TracedAction, rules: RuleText): JsonObject {
  const { proposed, judgements, waits, effects, returned } = action
  return {
    action: proposed.action,
    turn: proposed.turn,
    tool: proposed.tool,
    version: proposed.version ?? null,
    kind: proposed.kind ?? null,
    dry_run: proposed.dry_run,
    edited_from: proposed.edited_from ?? null,
    arguments: action.input ?? action.source ?? null,
    intent: action.intent ?? null,
    decisions: judgements.map((judged) => judgementDocument(judged, rules)),
    approvals: waits.map(waitDocument),
    effects: effects.map(effectDocument),
    returned: returned
      ? { outcome: returned.outcome, code: returned.code ?? null, content: returned.content ?? null }
      : null,
    cost_usd: dollarsOf(action.costMicroUsd),
  }
}

function judgementDocument(judged: TracedJudgement, rules: RuleText): JsonObject {
  const { gathered } = judged
  return {
    decision: judged.decision,
    code: judged.code ?? null,
    rules: judged.rules.map((rule) => ({ rule, page: null, charter: null, ...rules(rule, judged) })),
    asks: judged.asks.map((asked) => ({ ...asked })),
    stage: judged.stage,
    moment: judged.moment,
    at: judged.at,
    charter: judged.charter,
    in_force: judged.in_force,
    policy_set: judged.policy_set,
    subjects: gathered?.subjects ?? judged.subjects.map((subject) => ({ ...subject })),
    facts: gathered?.facts ?? null,
    check: verdictOf(judged) ?? null,
    citations: gathered?.citations ?? null,
    unread: gathered?.unread ?? null,
    detail: judged.detail ?? null,
  }
}

const waitDocument = (wait: TracedWait): JsonObject => ({
  awaits: wait.awaits,
  id: wait.id,
  at: wait.at,
  until: wait.until ?? null,
  outcome: wait.outcome ?? null,
  woken_at: wait.wokenAt ?? null,
  by: wait.by,
  reason: wait.reason ?? null,
  message: wait.message ?? null,
})

const effectDocument = (effect: TracedEffect): JsonObject => ({
  effect: effect.effect,
  key: effect.key,
  status: effect.status,
  settled_by: effect.settledBy ?? null,
  approval: effect.approval ?? null,
  output: effect.output ?? null,
  result: effect.result ?? null,
  doubled: effect.doubled ?? null,
  given_up: effect.givenUp !== undefined,
  look_at: effect.givenUp?.lookAt ?? null,
  attempts: effect.attempts.map(attemptDocument),
})

const attemptDocument = ({ settledAt, ...attempt }: TracedAttempt): JsonObject => ({
  ...attempt,
  why: attempt.why ?? null,
  said: attempt.said ?? null,
  settled_at: settledAt ?? null,
})

const escalationDocument = ({ at, escalation, code, bound, handoff }: TracedEscalation): JsonObject => ({
  at,
  escalation,
  code,
  bound: bound ?? null,
  handoff: handoff ?? null,
})
