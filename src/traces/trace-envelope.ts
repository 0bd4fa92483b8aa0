/**
 * A run as one line that other tools read: run, agent, model, policy version, inputs, steps, outcome, cost, latency.
 * What Charter knows beyond that stands under `meta`.
 */
import type { Json, JsonObject } from '../json.ts'
import { formatMoney } from '../tools/money.ts'
import { dollarsOf, isMoney } from './say.ts'
import type { Trace } from './trace.ts'
import type { TracedAction } from './traced-action.ts'
import type { TracedEffect } from './traced-effect.ts'

export interface TraceEnvelope {
  readonly run_id: string
  readonly agent: string
  readonly model: string
  readonly policy_version: string
  readonly inputs: Json
  readonly steps: readonly JsonObject[]
  readonly outcome: JsonObject
  readonly cost_usd: number
  readonly latency_ms: number
  readonly meta: JsonObject
}

export interface EnvelopeNaming {
  /** Names documents again: events know them by pseudonym alone, answers of tools in clear. */
  pseudonym(kind: string, value: string): string
}

export function traceEnvelope(trace: Trace, naming: EnvelopeNaming): TraceEnvelope {
  const { started, turns } = trace
  return {
    run_id: trace.run,
    agent: started?.agent ?? '',
    model: turns.findLast(({ answeredModel }) => answeredModel)?.answeredModel ?? turns[0]?.model ?? '',
    policy_version: started?.charter ?? '',
    inputs: trace.input ?? null,
    steps: trace.actions.flatMap((action) => stepsOf(action, naming)),
    outcome: outcomeOf(trace),
    cost_usd: dollarsOf(trace.spent.cost_micro_usd),
    latency_ms: (trace.endedAt ?? trace.lastAt) - trace.startedAt,
    meta: metaOf(trace),
  }
}

function stepsOf(action: TracedAction, naming: EnvelopeNaming): JsonObject[] {
  const { proposed, input, source } = action
  const docs = documentsIn(action, naming)
  const tool: JsonObject = {
    type: 'tool',
    name: proposed.tool,
    args: input === undefined ? (source === undefined ? null : { unreadable: source }) : plainMoney(input),
    validation: validationOf(action),
    meta: stepMeta(action),
  }
  return docs.length > 0 ? [{ type: 'retrieve', source: proposed.tool, docs }, tool] : [tool]
}

/** `49.00`, as other tools write an amount; the exact one stands under `meta`. */
function plainMoney(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plainMoney)
  if (isMoney(value)) return Number(formatMoney(value))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plainMoney(part as Json)]))
}

/** Every text in the answer that is the name of a document which this read brought in. */
function documentsIn({ returned }: TracedAction, naming: EnvelopeNaming): readonly string[] {
  const read = new Set(returned?.read.filter(({ kind }) => kind === 'document').map(({ id }) => id))
  if (read.size === 0) return []
  const named = [...new Set(textsIn(returned?.content))].filter((text) => read.has(naming.pseudonym('document', text)))
  return named.length > 0 ? named : [...read]
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((part: Json) => textsIn(part))
}

function validationOf(action: TracedAction): JsonObject {
  const judged = action.judgements.at(-1)
  const [effect] = action.effects
  return {
    // Whatever was sent had passed, even where the last judgement that was written down is the question to people.
    status: effect ? 'pass' : judged === undefined ? 'none' : statuses[judged.decision],
    ...(effect && { idempotency_key: effect.key }),
  }
}

const statuses = { allow: 'pass', ask: 'waiting', deny: 'fail', invalid: 'fail' } as const

function stepMeta(action: TracedAction): JsonObject {
  const { proposed, judgements, waits, effects, returned } = action
  return {
    action: proposed.action,
    turn: proposed.turn,
    at: timeOf(action.at),
    version: proposed.version ?? null,
    arguments: action.input ?? null,
    kind: proposed.kind ?? null,
    dry_run: proposed.dry_run,
    decisions: judgements.map(({ decision, code, rules, stage, moment, charter, in_force: inForce }) => ({
      decision,
      code: code ?? null,
      rules,
      stage,
      moment,
      charter,
      in_force: inForce,
    })),
    approvals: waits.map(({ id, outcome, by }) => ({ id, outcome: outcome ?? null, by })),
    effects: effects.map(effectMeta),
    returned: returned?.outcome ?? null,
    code: returned?.code ?? null,
  }
}

const effectMeta = ({ effect, key, status, attempts }: TracedEffect): JsonObject => ({
  effect,
  idempotency_key: key,
  status,
  attempts: attempts.map(({ attempt, at, outcome }) => ({ attempt, at: timeOf(at), outcome })),
})

/** `approved_auto` and `approved`: something was done, and nobody or somebody was asked. */
function outcomeOf(trace: Trace): JsonObject {
  const committed = trace.actions.filter(({ effects }) => effects.some(({ status }) => status === 'committed'))
  const asked = committed.some(({ waits }) => waits.some(({ outcome }) => outcome === 'granted'))
  const approved = asked ? 'approved' : 'approved_auto'
  return {
    status: trace.status === 'done' && committed.length > 0 ? approved : trace.status,
    ...(trace.code !== undefined && { code: trace.code }),
    ...Object.assign({}, ...committed.flatMap(({ effects }) => effects.map(namedResults))),
  }
}

/** Plain values that the systems of record answered with, such as `refund_id`. */
function namedResults({ result }: TracedEffect): JsonObject {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return {}
  const plain = Object.entries(result).filter(([name, value]) => name !== 'status' && typeof value !== 'object')
  return Object.fromEntries(plain) as JsonObject
}

function metaOf(trace: Trace): JsonObject {
  const { started, spent } = trace
  return {
    status: trace.status,
    environment: started?.environment ?? null,
    release: started?.release.hash ?? null,
    grant: started?.grant ?? null,
    on_behalf_of: started?.on_behalf_of ?? null,
    session: started?.session ?? null,
    start_key: started?.start_key ?? null,
    started_at: timeOf(trace.startedAt),
    ended_at: trace.endedAt === undefined ? null : timeOf(trace.endedAt),
    output: trace.output ?? null,
    turns: spent.turns,
    tool_calls: spent.tool_calls,
    prompt_tokens: spent.prompt_tokens,
    completion_tokens: spent.completion_tokens,
    active_ms: spent.active_ms,
    recoveries: trace.recoveries,
    escalations: trace.escalations.map(({ escalation, code, bound, handoff }) => ({
      escalation,
      code,
      bound: bound ?? null,
      handoff: handoff ?? null,
    })),
  }
}

const timeOf = (ms: number): string => new Date(ms).toISOString()
