/** Events of a run as tests write them: what a test does not speak of is filled in. */
import fc from 'fast-check'
import type { PayloadRef } from '../ledger/event.ts'
import type { RunEvent, RunEventBodies, RunEventType } from './events.ts'
import { evolve } from './evolve.ts'
import { emptyRun, type Run } from './run.ts'

const payload = (n: number): PayloadRef => ({ n, class: 'result', sha256: 'a'.repeat(64) })
const usage = { prompt_tokens: 10, completion_tokens: 5, cost_micro_usd: 15 }

const usual: RunEventBodies = {
  'run.started': {
    engine: 1,
    agent: 'refunds',
    environment: 'dev',
    release: { hash: 'sha256:r', parts: {} },
    charter: 'sha256:c',
    grant: 'grant_1',
    input: payload(16),
    input_digest: 'hmac-sha256:i',
  },
  'run.recovered': { engine: 'eng_2', epoch: 2 },
  'turn.started': { turn: 1, model: 'scripted/refunds', reserved: usage, max_completion_tokens: 5 },
  'turn.answered': {
    turn: 1,
    model: 'scripted/refunds',
    identity: 'same',
    usage: { ...usage, cached_prompt_tokens: 0, reasoning_tokens: 0 },
    finish: 'tool-calls',
    answer: payload(32),
    calls: 1,
    latency_ms: 3,
  },
  'turn.failed': {
    turn: 1,
    code: 'model_failed',
    retryable: true,
    timed_out: false,
    lost: false,
    usage,
    estimated: true,
  },
  'action.proposed': {
    action: '1.1',
    turn: 1,
    index: 0,
    call: 'call_1_1',
    tool: 'request_refund',
    version: '1',
    kind: 'write',
    arguments: payload(48),
    digest: 'hmac-sha256:a',
    dry_run: false,
  },
  'action.judged': {
    action: '1.1',
    decision: 'allow',
    rules: [],
    asks: [],
    stage: 'gated',
    charter: 'sha256:c',
    in_force: 'sha256:c',
    policy_set: 'sha256:p',
    judged: payload(64),
    digest: 'hmac-sha256:j',
    subjects: [],
    moment: 'turn',
  },
  'action.returned': {
    action: '1.1',
    outcome: 'result',
    result: payload(80),
    answer_digest: 'hmac-sha256:w',
    read: [],
    timed_out: false,
    called: false,
  },
  'effect.dispatched': {
    effect: 'run_1:1.1',
    action: '1.1',
    agent: 'refunds',
    tool: 'request_refund',
    risk: 'high',
    attempt: 1,
    key: 'ck_1',
    first_dispatched_at: 0,
    deadline: 10_000,
    settles_by: 15_000,
    subject: 'invoice:1',
    moves: [],
  },
  'effect.committed': { effect: 'run_1:1.1', attempt: 1, by: 'attempt', output: 'accepted', result: payload(96) },
  'effect.not_committed': {
    effect: 'run_1:1.1',
    attempt: 1,
    status: 'not_committed',
    by: 'attempt',
    retryable: false,
  },
  'effect.unknown': { effect: 'run_1:1.1', attempt: 1, status: 'unknown', why: 'timed_out' },
  'effect.given_up': { effect: 'run_1:1.1', attempt: 1 },
  'run.waiting': { awaits: 'approval', id: 'apr_1', action: '1.1' },
  'run.woken': { awaits: 'approval', id: 'apr_1', outcome: 'granted' },
  'run.escalated': { escalation: 'handoff_to_human', code: 'budget_exceeded' },
  'run.ended': { status: 'done' },
}

/** `at` is milliseconds since 1970; events of one append share it. */
export function happened<Type extends RunEventType>(
  type: Type,
  body: Partial<RunEventBodies[Type]> = {},
  at = 1_000,
): RunEvent {
  return { type, at, body: { ...usual[type], ...body } } as RunEvent
}

export const foldAll = (...events: readonly RunEvent[]): Run => events.reduce(evolve, emptyRun('run_1'))

/** An open run whose model has answered with these calls. */
export const answered = (...proposed: readonly Partial<RunEventBodies['action.proposed']>[]): readonly RunEvent[] => [
  happened('run.started'),
  happened('turn.started'),
  happened('turn.answered', { calls: proposed.length }),
  ...proposed.map((body, index) =>
    happened('action.proposed', { action: `1.${index + 1}`, index, call: `call_1_${index + 1}`, ...body }),
  ),
]

const types = Object.keys(usual) as RunEventType[]

/** Any event about any of a few actions, effects and approvals, at any time. */
const anyEvent: fc.Arbitrary<RunEvent> = fc
  .record({
    type: fc.constantFrom(...types),
    at: fc.nat(100_000),
    n: fc.integer({ min: 1, max: 3 }),
    attempt: fc.integer({ min: 0, max: 4 }),
    kind: fc.constantFrom('read', 'write', undefined),
    outcome: fc.constantFrom('result', 'replayed', 'preview', 'refused', 'failed', 'not_attempted'),
    ending: fc.constantFrom('granted', 'denied', 'expired', 'edited', 'returned', 'resolved'),
    awaits: fc.constantFrom('approval', 'requester', 'handoff'),
    timedOut: fc.boolean(),
    by: fc.constantFrom('attempt', 'verify', 'settlement'),
    edits: fc.boolean(),
  })
  .map(({ type, at, n, attempt, kind, outcome, ending, awaits, timedOut, by, edits }) => {
    const names = { action: `1.${n}`, effect: `run_1:1.${n}`, id: `apr_${n}` }
    const said = { attempt, outcome: type === 'run.woken' ? ending : outcome, awaits, timed_out: timedOut, by }
    const proposed = { kind, digest: `hmac-sha256:${n}`, ...(edits && { edited_from: `1.${(n % 3) + 1}` }) }
    const known = Object.entries({ ...names, ...said, ...proposed }).filter(
      ([key]) => key in usual[type] || key === 'edited_from',
    )
    return happened(type, Object.fromEntries(known), at)
  })

export const anyEvents: fc.Arbitrary<readonly RunEvent[]> = fc.array(anyEvent, { maxLength: 60 })
