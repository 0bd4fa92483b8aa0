/**
 * Every key of the page, once: what it holds, what it is for, whether anything enforces it yet, and which of two values
 * allows more. Loading, `check` (P6), the JSON Schema and `diff` are derived from this table; to add a key, add it here.
 */
import { approvalStep } from './approval-step.ts'
import { comparePolicies } from './compare-policies.ts'
import { list, mapping, record, textFile } from './composite-kinds.ts'
import { escalationRule, escalations } from './escalation-rule.ts'
import { key, requiredKey, type ValueOf } from './key.ts'
import type { Key } from './kind.ts'
import { endingRules, noAuthority, restriction, riskApprovals, scale, unknownOrder, upperBound } from './order.ts'
import { stages } from './page.ts'
import { choice, dollars, duration, flag, line, name, prose, retention, share, whole, word } from './scalar-kinds.ts'
import { toolKeys, toolOrder } from './tool-keys.ts'

/** What is in force where the page is silent. */
export const defaults = {
  onBehalfOf: 'optional',
  /** Of a page that opens with `charter: 1`, and of an empty one: nothing is written until the page names a stage. */
  stage: 'observe',
  /** Of a foreign page: its thresholds, written for a system without stages, mean what they say. */
  foreignStage: 'gated',
  escalation: 'halt',
  retries: 2,
} as const

const emptyWhenAbsent = { emptyWhenAbsent: true }

const escalation = (about: string) =>
  key(choice(escalations), scale(escalations, defaults.escalation), about, { fallsBackTo: defaults.escalation })

const agentKeys = mapping(
  {
    name: key(name, unknownOrder, 'Who the agent is, in the ledger and to a stop.'),
    owner: key(line, noAuthority, 'Who answers for outcomes, reviews and postmortems.'),
    purpose: key(prose, noAuthority, 'What the agent is for, in a sentence.'),
    stage: key(
      choice(stages),
      scale(stages),
      'How much autonomy: observe, draft, gated or auto. Unsaid it is observe, on a foreign page gated.',
      {
        fallsBackTo: defaults.stage,
      },
    ),
    on_behalf_of: key(
      choice(['required', 'optional']),
      scale(['required', 'optional'], defaults.onBehalfOf),
      'Whether a run must be for a named person.',
      { fallsBackTo: defaults.onBehalfOf },
    ),
    max_wall_clock_seconds: key(
      whole(1),
      upperBound,
      'Active time of a run; waits for people, timers and stops do not count.',
    ),
    max_steps: key(whole(1), upperBound, 'Turns of a run: model calls and what comes of each.'),
    max_tool_calls: key(whole(0), upperBound, 'Tool calls of a run.'),
    max_prompt_tokens: key(whole(1), upperBound, 'Prompt tokens of a run.'),
    max_completion_tokens: key(whole(1), upperBound, 'Completion tokens of a run.'),
    max_cost_usd: key(dollars, upperBound, 'What the model calls of a run may cost.', {
      aliases: ['max_model_spend_usd'],
    }),
    escalation: key(
      mapping(
        {
          on_budget_exceeded: escalation('What becomes of a run that has used up a budget.'),
          on_tool_error_retries_exhausted: escalation('What becomes of a run whose tool keeps failing.'),
        },
        emptyWhenAbsent,
      ),
      restriction,
      'Where a run goes that cannot go on.',
    ),
    per_step: key(
      mapping(
        {
          tool_calls: key(whole(1), upperBound, 'Tool calls of one turn.'),
          retries: key(whole(0), upperBound, 'Further attempts after an invalid or denied action.', {
            fallsBackTo: defaults.retries,
          }),
        },
        emptyWhenAbsent,
      ),
      restriction,
      'Bounds of one turn.',
    ),
    budgets: key(
      mapping(
        {
          day: key(sharedBudget(), restriction, 'All runs of a day.'),
          session: key(sharedBudget(), restriction, 'All runs of a session.'),
        },
        emptyWhenAbsent,
      ),
      restriction,
      'Budgets that many runs share.',
    ),
  },
  emptyWhenAbsent,
)

function sharedBudget() {
  return mapping({ cost_usd: key(dollars, upperBound, 'What the model calls may cost.') }, emptyWhenAbsent)
}

const approvalList = (risk: string) =>
  key(list(approvalStep, 1), riskApprovals, `Whom a tool of ${risk} risk asks that names nobody itself.`)

const outcomeKeys = mapping({
  name: requiredKey(name, noAuthority, 'What a run is for.'),
  verify: key(name, noAuthority, 'The read tool that looks whether it was reached: it answers with `reached`.'),
  unsafe: key(list(name), noAuthority, 'What must never come of a run.'),
})

const sloKeys = mapping({
  success: key(share, noAuthority, 'Share of runs that reach their outcome.'),
  policy_violations: key(share, noAuthority, 'Share of runs with a violation, at most.'),
  p95_ms: key(whole(1), noAuthority, 'Active time that 95 of 100 runs stay below.'),
  cost_per_outcome_usd: key(dollars, noAuthority, 'Cost of one outcome, at most.'),
})

const knowledgeKeys = mapping({
  sources: key(list(name), unknownOrder, 'What the agent may read.'),
  max_age: key(duration, upperBound, 'How old a snapshot may be.'),
})

const loggingKeys = mapping(
  {
    trace_id: key(flag, noAuthority, 'Each run has a trace id; it always does.', { enforced: [true] }),
    log_tool_args: key(
      choice(['redact_pii']),
      noAuthority,
      'Personal data is taken out of what is shown and exported of a run; it always is.',
    ),
    store_prompts: key(
      retention,
      noAuthority,
      'How long what people and models said is kept, from the end of the run.',
    ),
    store_tool_metadata: key(
      retention,
      noAuthority,
      'How long arguments, facts, decisions, questions and results of tools are kept, from the end of the run.',
    ),
  },
  emptyWhenAbsent,
)

export const pageKeys = mapping(
  {
    charter: key(whole(1, 1), noAuthority, 'The version of the page; with it an unknown key is an error.'),
    agent: key(agentKeys, restriction, 'Who the agent is and what a run of it may use up.'),
    prompt: key(textFile, noAuthority, 'The file with the instructions.'),
    outcome: key(outcomeKeys, noAuthority, 'What a run is for, verified in the system of record.'),
    slo: key(sloKeys, noAuthority, 'What is promised of many runs.'),
    on_call: key(name, noAuthority, 'The group that runs are handed to.'),
    models: key(
      mapping(
        {
          default: key(line, noAuthority, 'The model that is asked.'),
          escalate: key(line, noAuthority, 'The model for what the default cannot do.', { enforced: false }),
        },
        emptyWhenAbsent,
      ),
      restriction,
      'Which models propose.',
    ),
    escalation_rules: key(
      list(escalationRule),
      endingRules,
      'When a run is ended or handed over: metric, comparison, number.',
    ),
    approvals: key(
      mapping(
        { low: approvalList('low'), medium: approvalList('medium'), high: approvalList('high') },
        emptyWhenAbsent,
      ),
      restriction,
      'Whom a risk asks where the tool does not say.',
    ),
    tools: key(
      record(word, key(toolKeys, toolOrder, 'What the agent may do with the tool.')),
      restriction,
      'What the agent may do.',
    ),
    policies: key(list(textFile), comparePolicies, 'Cedar files for what the keys above cannot say.'),
    knowledge: key(knowledgeKeys, unknownOrder, 'What the agent may read, and how old it may be.', { enforced: false }),
    logging: key(loggingKeys, restriction, 'What is kept, and for how long.'),
    environment: key(name, unknownOrder, 'Where the page applies.', { enforced: ['dev'] }),
  },
  emptyWhenAbsent,
)

export type WrittenPage = ValueOf<{ kind: typeof pageKeys }>

export const pageKey: Key<WrittenPage> = key(
  pageKeys,
  restriction,
  'A charter: one page that says what an agent may do.',
)
