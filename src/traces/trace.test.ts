import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ActionJudged } from '../runs/events.ts'
import { accountOf } from './account.ts'
import { sayStory, storyOf } from './story.ts'
import { traceOf } from './trace.ts'
import { traceDocument } from './trace-document.ts'
import { traceEnvelope } from './trace-envelope.ts'
import { WrittenRun } from './trace-for-tests.ts'

const usage = { prompt_tokens: 100, completion_tokens: 20, cost_micro_usd: 900 }
const noRules = () => undefined

/** With a state of its own, as the sealer of a ledger has. */
const naming = {
  mark: ':',
  pseudonym(kind: string, value: string): string {
    return `${kind}${this.mark}${[...value].reverse().join('')}`
  },
}

/** A run that has begun, and the model's first answer with so many calls. */
function begun(calls: number): WrittenRun {
  const run = new WrittenRun('run_1')
  return run
    .add({
      type: 'run.started',
      body: {
        engine: 1,
        agent: 'billing',
        environment: 'dev',
        release: { hash: 'sha256:r', parts: {} },
        charter: 'sha256:c',
        grant: 'grant_1',
        input: run.content({ ticket: 'ZD-1' }),
        input_digest: 'd',
        start_key: 'ZD-1',
        on_behalf_of: 'ada@acme.example',
      },
    })
    .add({
      type: 'turn.started',
      body: { turn: 1, model: 'openai/gpt-4.1', reserved: usage, max_completion_tokens: 20 },
    })
    .add({
      type: 'turn.answered',
      body: {
        turn: 1,
        model: 'openai/gpt-4.1',
        answered_model: 'gpt-4.1-2025-04-14',
        identity: 'snapshot',
        usage: { ...usage, cached_prompt_tokens: 0, reasoning_tokens: 0 },
        finish: 'tool-calls',
        answer: run.content({ text: 'I will look.' }),
        calls,
        latency_ms: 12,
      },
    })
}

function propose(
  run: WrittenRun,
  action: string,
  tool: string,
  input: { [name: string]: string },
  kind: 'read' | 'write',
) {
  return run.add({
    type: 'action.proposed',
    body: {
      action,
      turn: 1,
      index: 0,
      call: `call_${action}`,
      tool,
      version: '1',
      kind,
      arguments: run.content({ readable: true, input }),
      digest: `d_${action}`,
      dry_run: false,
    },
  })
}

const judged = (run: WrittenRun, action: string, more: Partial<ActionJudged>) =>
  run.add({
    type: 'action.judged',
    body: {
      action,
      decision: 'allow',
      rules: [],
      asks: [],
      stage: 'gated',
      charter: 'sha256:c',
      in_force: 'sha256:c',
      policy_set: 'sha256:p',
      judged: run.content({
        gathered: { input: {}, facts: { paid: '49.00' }, citations: 1, check: { verdict: true } },
      }),
      subjects: [],
      moment: 'turn',
      ...more,
    },
  })

const sent = (action: string, attempt: number) => ({
  effect: `run_1:${action}`,
  action,
  agent: 'billing',
  tool: 'request_refund',
  risk: 'high',
  attempt,
  key: 'ck_1',
  deadline: 9_000,
  settles_by: 9_500,
  first_dispatched_at: 1_000,
  moves: [],
})

/** A read of a document, then a write that was asked, granted, sent twice and committed. */
function refunded(): WrittenRun {
  const run = begun(2)
  propose(run, '1.1', 'search_policy', { query: 'refund' }, 'read')
  judged(run, '1.1', { rules: ['search_policy.allowed'] })
  run.add({
    type: 'action.returned',
    body: {
      action: '1.1',
      outcome: 'result',
      result: run.content({ hits: [{ id: 'doc_771', title: 'Refunds' }] }),
      answer_digest: 'a',
      read: [{ kind: 'document', id: naming.pseudonym('document', 'doc_771') }],
      timed_out: false,
    },
  })
  propose(run, '1.2', 'request_refund', { invoice: 'in_93K2' }, 'write')
  judged(run, '1.2', {
    decision: 'ask',
    rules: ['request_refund.require_approval_over_usd'],
    asks: [{ from: 'finance', count: 1, expires_in_ms: 1_000 }],
  })
  return run
    .beside('approval/apr_1', 'approval.requested', { approval: 'apr_1' })
    .beside('approval/apr_1', 'approval.signed', { approval: 'apr_1', by: 'fay@acme.example', group: 'finance' })
    .add({ type: 'run.waiting', body: { awaits: 'approval', id: 'apr_1', action: '1.2', until: 5_000 } })
    .add({ type: 'run.woken', body: { awaits: 'approval', id: 'apr_1', outcome: 'granted' } }, 2_000)
    .add({ type: 'effect.dispatched', body: { ...sent('1.2', 1), approval: 'apr_1' } })
    .add({ type: 'effect.unknown', body: { effect: 'run_1:1.2', attempt: 1, why: 'timed_out' } })
    .add({ type: 'effect.dispatched', body: { ...sent('1.2', 2), approval: 'apr_1' } })
    .add({
      type: 'effect.committed',
      body: {
        effect: 'run_1:1.2',
        attempt: 2,
        by: 'attempt',
        output: 'accepted',
        result: run.content({ refund_id: 're_7HD1', status: 'ok' }),
      },
    })
    .add({
      type: 'action.returned',
      body: {
        action: '1.2',
        outcome: 'result',
        result: run.content({ refund_id: 're_7HD1' }),
        answer_digest: 'b',
        read: [],
        timed_out: false,
      },
    })
    .add({ type: 'run.ended', body: { status: 'done', output: run.content('refunded') } })
}

test('the story has a line for each action with its decision, rule and cost, and what became of it', () => {
  assert.deepEqual(sayStory(storyOf(traceOf(refunded().source))), [
    'run_1 billing for ada@acme.example · ZD-1',
    '  1.1 search_policy query=refund → allow by search_policy.allowed · $0.0004',
    '    result',
    '  1.2 request_refund invoice=in_93K2 → ask 1 of finance by request_refund.require_approval_over_usd · $0.0004',
    '    waits for approval apr_1 until 1970-01-01T00:00:05.000Z',
    '    approval apr_1 granted by fay@acme.example',
    '    attempt 1 unknown: timed out · ck_1',
    '    effect committed · 2 attempts · ck_1',
    'done · 1 turn · $0.0009',
  ])
})

test('whoever streams a story says each line once: a line that was told never changes, however the run goes on', () => {
  const { events, ...rest } = refunded().source
  const told = new Map<string, string>()
  for (let length = 1; length <= events.length; length++) {
    for (const { key, text } of storyOf(traceOf({ ...rest, events: events.slice(0, length) }))) {
      assert.equal(told.get(key) ?? text, text, `\`${key}\` was told otherwise before`)
      told.set(key, text)
    }
  }
  const whole = storyOf(traceOf({ ...rest, events }))
  assert.deepEqual([...told.keys()].sort(), whole.map(({ key }) => key).sort())
})

test('the account answers why: rule with the words of the page, facts, citations, approval and effect', () => {
  const trace = traceOf(refunded().source)
  const rules = (rule: string) => (rule.endsWith('_over_usd') ? { page: '25.00', charter: 'cha' } : undefined)
  const said = accountOf(trace, rules).join('\n')
  assert.match(said, /decision +ask 1 of finance, stage gated/)
  assert.match(said, /rule +request_refund\.require_approval_over_usd: 25\.00/)
  assert.match(said, /facts +paid=49\.00/)
  assert.match(said, /citations +1 read in this run/)
  assert.match(said, /approval +apr_1 granted by fay@acme\.example after 2\.0 s/)
  assert.match(said, /effect +committed, key ck_1, under apr_1/)
  assert.match(said, /attempts +1 unknown \(timed_out\), 2 committed/)
  const document = JSON.parse(JSON.stringify(traceDocument(trace, rules)))
  assert.deepEqual(document.actions[1].decisions[0].rules, [
    { rule: 'request_refund.require_approval_over_usd', page: '25.00', charter: 'cha' },
  ])
  assert.equal(document.actions[1].effects[0].status, 'committed')
})

test('the envelope names the documents that a read brought in, the key of each write, and what the vendor answered', () => {
  const envelope = traceEnvelope(traceOf(refunded().source), naming)
  assert.deepEqual(
    envelope.steps.map(({ type, name }) => [type, name]),
    [
      ['retrieve', undefined],
      ['tool', 'search_policy'],
      ['tool', 'request_refund'],
    ],
  )
  assert.deepEqual(envelope.steps[0]?.docs, ['doc_771'])
  assert.deepEqual(envelope.steps[2]?.validation, { status: 'pass', idempotency_key: 'ck_1' })
  assert.deepEqual(envelope.outcome, { status: 'approved', refund_id: 're_7HD1' })
  assert.equal(envelope.model, 'gpt-4.1-2025-04-14')
  assert.equal(envelope.cost_usd, 0.0009)
  assert.deepEqual(envelope.inputs, { ticket: 'ZD-1' })
})

test('a run whose content was erased still shows what was judged and done, without what it was about', () => {
  const run = begun(1)
  run.add({
    type: 'action.proposed',
    body: {
      action: '1.1',
      turn: 1,
      index: 0,
      call: 'c',
      tool: 'request_refund',
      version: '1',
      kind: 'write',
      arguments: run.erased(),
      digest: 'd',
      dry_run: false,
    },
  })
  judged(run, '1.1', {
    decision: 'deny',
    code: 'limit_exceeded',
    rules: ['request_refund.limits'],
    judged: run.erased(),
  })
  const trace = traceOf(run.source)
  assert.match(
    sayStory(storyOf(trace)).join('\n'),
    /1\.1 request_refund → deny limit_exceeded by request_refund\.limits/,
  )
  assert.doesNotThrow(() => accountOf(trace, noRules))
  const [step] = traceEnvelope(trace, naming).steps
  assert.equal(step?.args, null)
})

test('a no of the system of record to a later attempt says nothing of an earlier one', () => {
  const run = begun(1)
  propose(run, '1.1', 'request_refund', { invoice: 'in_1' }, 'write')
  judged(run, '1.1', {})
  run
    .add({ type: 'effect.dispatched', body: sent('1.1', 1) })
    .add({ type: 'effect.unknown', body: { effect: 'run_1:1.1', attempt: 1, why: 'lost' } })
    .add({ type: 'effect.dispatched', body: sent('1.1', 2) })
    .add({
      type: 'effect.not_committed',
      body: {
        effect: 'run_1:1.1',
        attempt: 2,
        by: 'attempt',
        retryable: false,
        reason: run.content('the desk is closed'),
      },
    })
  assert.ok(accountOf(traceOf(run.source), noRules).join('\n').includes('2 not_committed: the desk is closed'))
  assert.equal(traceOf(run.source).actions[0]?.effects[0]?.status, 'unknown')
  run.add({
    type: 'effect.not_committed',
    body: { effect: 'run_1:1.1', attempt: 2, by: 'verify', retryable: false },
  })
  assert.equal(traceOf(run.source).actions[0]?.effects[0]?.status, 'not_committed')
})

test('of a write that certainly did not happen nobody is told to settle it', () => {
  const run = begun(1)
  propose(run, '1.1', 'request_refund', { invoice: 'in_1' }, 'write')
  judged(run, '1.1', {})
  run
    .add({ type: 'effect.dispatched', body: sent('1.1', 1) })
    .add({ type: 'effect.not_committed', body: { effect: 'run_1:1.1', attempt: 1, by: 'verify', retryable: true } })
    .add({ type: 'effect.given_up', body: { effect: 'run_1:1.1', attempt: 1 } })
  assert.deepEqual(sayStory(storyOf(traceOf(run.source))).slice(-2), [
    '    effect not committed by verify · attempt 1 of 1 · ck_1',
    '    nothing more is sent',
  ])
  assert.doesNotMatch(accountOf(traceOf(run.source), noRules).join('\n'), /settle/)
})

test('every name in the document of a run is in snake_case', () => {
  const document = JSON.stringify(traceDocument(traceOf(refunded().source), noRules))
  assert.deepEqual(document.match(/"[a-z]+[A-Z]\w*":/g), null)
})

test('a grant that the editor of the question alone has signed names the editor', () => {
  const run = begun(1)
  propose(run, '1.1e', 'send_reply', { text: 'Dear Luis' }, 'write')
  judged(run, '1.1e', { decision: 'ask', asks: [{ from: 'leads', count: 1, expires_in_ms: 1_000 }] })
  run
    .beside('approval/apr_2', 'approval.requested', { approval: 'apr_2' })
    .beside('approval/apr_2', 'approval.granted', { approval: 'apr_2', by: ['sam@acme.example'] })
    .add({ type: 'run.waiting', body: { awaits: 'approval', id: 'apr_2', action: '1.1e' } })
    .add({ type: 'run.woken', body: { awaits: 'approval', id: 'apr_2', outcome: 'granted' } })
  assert.match(sayStory(storyOf(traceOf(run.source))).join('\n'), /approval apr_2 granted by sam@acme\.example/)
})

test('the account says until when a write waits for a stop to be lifted', () => {
  const run = begun(1)
  propose(run, '1.1', 'request_refund', { invoice: 'in_1' }, 'write')
  run.add({
    type: 'run.waiting',
    body: { awaits: 'stop', id: 'dev:tool:request_refund', action: '1.1', until: 60_000 },
  })
  const account = () => accountOf(traceOf(run.source), noRules).join('\n')
  assert.match(account(), /stop +dev:tool:request_refund waits until 1970-01-01T00:01:00\.000Z/)
  run.add({ type: 'run.woken', body: { awaits: 'stop', id: 'dev:tool:request_refund', outcome: 'lifted' } })
  assert.match(account(), /stop +dev:tool:request_refund lifted after 0\.0 s/)
})

test('a question that nobody answered before the run ended is not said to wait', () => {
  const run = begun(1)
  propose(run, '1.1', 'request_refund', { invoice: 'in_1' }, 'write')
  run.add({ type: 'run.waiting', body: { awaits: 'approval', id: 'apr_1', action: '1.1', until: 60_000 } })
  run.add({ type: 'run.ended', body: { status: 'stopped', code: 'subject_erased' } })
  const account = accountOf(traceOf(run.source), noRules).join('\n')
  assert.match(account, /approval +apr_1 was not answered before the run ended/)
  assert.doesNotMatch(account, /waits/)
})

test('why a run went to people is said before that it waits for them', () => {
  const run = begun(1)
    .add(
      { type: 'run.escalated', body: { escalation: 'handoff_to_human', code: 'budget_exceeded', handoff: 'hand_1' } },
      0,
    )
    .add({ type: 'run.waiting', body: { awaits: 'handoff', id: 'hand_1' } }, 0)
  assert.deepEqual(sayStory(storyOf(traceOf(run.source))).slice(-2), [
    '  escalated: budget_exceeded → handoff_to_human hand_1',
    '  waits for handoff hand_1',
  ])
})

test('the account says of a write that was given up when it is looked for again, until it is known what became of it', () => {
  const run = begun(1)
  propose(run, '1.1', 'request_refund', { invoice: 'in_1' }, 'write')
  judged(run, '1.1', {})
  run
    .add({ type: 'effect.dispatched', body: sent('1.1', 1) })
    .add({ type: 'effect.unknown', body: { effect: 'run_1:1.1', attempt: 1, why: 'timed_out' } })
    .add({ type: 'effect.given_up', body: { effect: 'run_1:1.1', attempt: 1, look_at: 60_000 } })
  const account = () => accountOf(traceOf(run.source), noRules).join('\n')
  assert.match(
    account(),
    /open +nothing more is sent, looked for again after 1970-01-01T00:01:00\.000Z; charter effect settle run_1:1\.1/,
  )

  run.add({ type: 'effect.given_up', body: { effect: 'run_1:1.1', attempt: 1 } })
  assert.match(account(), /open +nothing more is sent, not looked for by itself; charter effect settle run_1:1\.1/)
  const document = JSON.parse(JSON.stringify(traceDocument(traceOf(run.source), noRules)))
  assert.partialDeepStrictEqual(document.actions[0].effects[0], { status: 'unknown', given_up: true, look_at: null })
  const told = sayStory(storyOf(traceOf(run.source))).filter((text) => text.includes('nothing more is sent'))
  assert.equal(told.length, 1)

  run.add({ type: 'effect.committed', body: { effect: 'run_1:1.1', attempt: 1, by: 'verify', output: 'accepted' } })
  assert.doesNotMatch(account(), /nothing more is sent/)
})

test('a model that did not answer is told with what was said of it', () => {
  const run = begun(0)
  const lost = {
    turn: 2,
    code: 'model_failed',
    retryable: false,
    timed_out: false,
    lost: false,
    estimated: true,
  } as const
  run
    .add({
      type: 'turn.started',
      body: { turn: 2, model: 'openai/gpt-4.1', reserved: usage, max_completion_tokens: 20 },
    })
    .add({ type: 'turn.failed', body: { ...lost, why: run.content('incorrect key'), usage } })
  const said = storyOf(traceOf(run.source)).map(({ text }) => text)
  assert.ok(said.includes('turn 2: the model did not answer (model_failed): incorrect key'), said.join('\n'))
  assert.equal(JSON.parse(JSON.stringify(traceDocument(traceOf(run.source), noRules))).turns[1].why, 'incorrect key')
})
