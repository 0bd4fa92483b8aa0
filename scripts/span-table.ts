/**
 * What each span says: its attributes, each in a few words. Held against real runs by a test, so that none is missing and
 * none is made up. From it `docs/reference/telemetry.md` is made.
 */
import type { SpanKind } from '../src/traces/span.ts'

export interface SpanEntry {
  /** As it is called over OTLP. */
  readonly name: string
  readonly under: string
  /** What it is, and from when to when. */
  readonly about: string
  readonly attributes: Readonly<Record<string, string>>
}

const ofTool = {
  action: 'which one, such as `2.1`: turn and place in it',
  tool: 'its name; `unknown` for one that nobody knows',
}
const outcome = { outcome: 'what became of it', code: 'why not' }

export const spanTable: { readonly [Kind in SpanKind]: SpanEntry } = {
  run: {
    name: 'invoke_agent AGENT',
    under: "the caller's span, or nothing",
    about: 'The whole run, waits included.',
    attributes: {
      run: 'its id; `charter.run` stands on every span of it',
      agent: 'name of the agent',
      environment: 'where it runs',
      engine: 'number of the engine',
      release: 'hash over what exactly ran',
      charter: 'hash of the page that it pinned',
      grant: 'its grant',
      session: 'the name of the conversation, as the caller gave it',
      on_behalf_of: 'pseudonym of the person for whom it acted',
      status: '`done`, `handed_off`, `denied`, `failed`, `stopped`',
      code: 'why',
      escalations: 'where it turned when it could not go on alone',
      bounds: 'bounds of its budget that were reached',
      turns: 'how many',
      tool_calls: 'how many',
      active_ms: 'active time',
      prompt_tokens: 'of all its model calls',
      completion_tokens: 'of all its model calls',
      cost_micro_usd: 'millionths of a dollar, as it was charged',
      recoveries: 'how often another engine took it up',
    },
  },
  turn: {
    name: 'turn N',
    under: 'run',
    about: 'One answer of the model and what came of it.',
    attributes: {
      turn: 'counts from 1',
      actions: 'how many were proposed',
      cost_micro_usd: 'of its model calls',
    },
  },
  model: {
    name: 'chat MODEL',
    under: 'turn',
    about: 'One call of the model, asked to answered.',
    attributes: {
      model: 'as the page names it',
      answered_model: 'the id that answered',
      identity: 'how that compares: `same`, `snapshot`, `unsaid`, `changed`',
      finish: 'why it stopped',
      calls: 'how many actions it proposed',
      latency_ms: "by the engine's own count",
      code: 'what went wrong',
      prompt_tokens: 'charged',
      completion_tokens: 'charged',
      cached_prompt_tokens: 'of the prompt tokens, those that were cached',
      reasoning_tokens: 'of the completion tokens, those that were thought',
      cost_micro_usd: 'charged; all that was reserved where no answer came',
      reserved_prompt_tokens: "taken from the run's budget beforehand",
      reserved_completion_tokens: "taken from the run's budget beforehand",
      reserved_cost_micro_usd: "taken from the run's budget beforehand",
    },
  },
  action: {
    name: 'action TOOL',
    under: 'turn',
    about: 'One tool call as the model proposed it, until the model was told what became of it.',
    attributes: {
      ...ofTool,
      tool_version: 'of the tool',
      kind: '`read` or `write`',
      call_id: "the model's own id of the call",
      dry_run: 'it only wanted to see',
      edited_from: 'the action in whose place it stands',
      edited_by: 'pseudonym of who edited it',
      ...outcome,
      decision: 'the last one',
      cost_micro_usd: "its share of its turn's cost",
    },
  },
  judgement: {
    name: 'judge TOOL',
    under: 'action',
    about: 'One decision, gathering of facts included.',
    attributes: {
      ...ofTool,
      decision: '`allow`, `ask`, `deny`, `invalid`',
      code: 'why not',
      rules: 'ids of the rules that decided',
      asks: 'whom to ask, and how many: `finance:1`',
      stage: 'the stage in force',
      moment: '`turn`, `after_wait`, `dispatch`',
      charter: 'hash of the pinned page',
      in_force: 'hash of the page in force',
      policy_set: 'hash of the policies',
      subjects: 'pseudonyms of what it touches',
    },
  },
  wait: {
    name: 'wait for approval',
    under: 'action, or run',
    about: 'People, a requester or a stop were waited for: asked to answered.',
    attributes: {
      awaits: '`approval`, `handoff`, `requester`, `stop`',
      awaited: 'its id',
      expires_at: 'milliseconds since 1970',
      outcome: 'how it ended',
      group: 'whose answer it was',
      signatures: 'how many of each group signed: `finance:1`',
      by: 'pseudonyms of people, where the run was told of them',
    },
  },
  call: {
    name: 'execute_tool TOOL',
    under: 'action',
    about: 'A read that was really called. It is what the tool is told in `traceparent`.',
    attributes: {
      ...ofTool,
      tool_version: 'of the tool',
      call_id: "the model's own id of the call",
      ...outcome,
      timed_out: 'it did not answer in time',
    },
  },
  retrieval: {
    name: 'retrieval TOOL',
    under: 'action',
    about: 'The same of a read that showed documents.',
    attributes: {
      ...ofTool,
      tool_version: 'of the tool',
      call_id: "the model's own id of the call",
      outcome: outcome.outcome,
      documents: 'pseudonyms of the documents that it showed',
    },
  },
  effect: {
    name: 'effect TOOL',
    under: 'action',
    about:
      'A write, from its first dispatch until nothing more is sent. Links lead to its decision, approval and page.',
    attributes: {
      ...ofTool,
      tool_version: 'of the tool',
      effect: 'its id',
      key: 'the idempotency key that the vendor got',
      risk: 'as page and tool give it',
      subject: 'pseudonym of the primary subject',
      status: '`committed`, `not_committed`, `unknown`',
      attempts: 'how often it was sent',
      committed_attempt: 'the one that went through',
      settled_by: '`attempt`, `verify`, `settlement`',
      approval: 'id of the approval that it used up',
      budgets: 'limits and budgets that it moved, by key',
      amounts: 'how much of each, in the same order',
    },
  },
  attempt: {
    name: 'execute_tool TOOL',
    under: 'effect',
    about: 'One sending. It is what the tool is told in `traceparent`.',
    attributes: {
      ...ofTool,
      tool_version: 'of the tool',
      call_id: "the model's own id of the call",
      effect: 'of which effect',
      key: 'the idempotency key',
      attempt: 'counts from 1',
      deadline: 'milliseconds since 1970',
      outcome: '`committed`, `not_committed`, `unknown`',
      said: 'who said so, or why it is unknown',
    },
  },
  settlement: {
    name: 'settle TOOL',
    under: 'effect',
    about: 'Learnt when the effect was closed already; the spans that were handed out stay as they are.',
    attributes: {
      ...ofTool,
      effect: 'of which effect',
      key: 'the idempotency key',
      attempt: 'which sending',
      outcome: 'what it is known to be now',
      said: 'who said so',
    },
  },
  page: {
    name: 'apply AGENT',
    under: 'nothing: a trace of its own',
    about: 'A page was put in force for the first time.',
    attributes: { agent: 'whose page', environment: 'where', charter: 'its hash' },
  },
}
