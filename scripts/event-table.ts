/**
 * Every event that the ledger may hold: what it means, and what each part of its body says. Typed by the bodies
 * themselves, so an event or a part that is not described here does not compile. From it `docs/reference/events.md` is made.
 */
import type { ApprovalEventBodies } from '../src/approvals/approval-events.ts'
import type { HandoffEvent } from '../src/handoffs/handoff-events.ts'
import type { GrantEvent } from '../src/identity/grant-events.ts'
import type { IncidentEvent } from '../src/incidents/incident-events.ts'
import type { OutcomeEvent } from '../src/outcomes/outcome-events.ts'
import type { ReviewEvent } from '../src/reviews/review-events.ts'
import type { RunEventBodies } from '../src/runs/events.ts'
import type { StopEvent } from '../src/stops/stop-events.ts'

type Described = HandoffEvent | GrantEvent | StopEvent | IncidentEvent | OutcomeEvent | ReviewEvent | RetentionEvent

import type { RetentionEvent } from '../src/retention/retention-events.ts'

type Bodies = RunEventBodies &
  ApprovalEventBodies & { [Event in Described as Event['type']]: Event['body'] } & {
    'stop.raised': { reason: object }
    'release.recorded': { release: string; agent: string; parts: object; content: object }
    'charter.applied': { agent: string; environment: string; charter: string; page: object }
    'breaker.opened': { tool: string; until: number }
    'breaker.closed': { tool: string }
    'slice.taken': { slice: string; key: string; amount: number }
    'slice.returned': { slice: string; amount: number }
  }

export interface EventEntry {
  /** One sentence: what happened. */
  readonly about: string
  /** What each part says; `sealed` is content that stands beside the event, encrypted, and is named by its hash. */
  readonly body: Readonly<Record<string, string>>
}

type Entries = {
  readonly [Type in keyof Bodies]: EventEntry & { readonly body: { readonly [Part in keyof Bodies[Type]]-?: string } }
}

const outcomeBody = {
  run: 'which one',
  by: 'who says so',
  tool: 'the read tool that looked in the system of record',
  seen_in: 'the run in which it was called',
  unsafe: 'what the page names as unsafe and was found to have come of it',
  note: 'sealed: what was seen',
}

export const events: Entries = {
  'run.started': {
    about: 'A run was started, under a grant that was issued with it.',
    body: {
      engine: 'number of the engine that began it, and that alone may go on with it',
      agent: 'name of the agent',
      environment: 'where it runs; nothing of it crosses into another',
      release: 'one hash over what exactly runs, and the hashes of its parts',
      charter: 'hash of the page that it pins',
      grant: 'its grant',
      input: 'sealed: the task',
      input_digest: 'keyed digest of the task, so that a start key with another task is noticed',
      start_key: 'same key, same run',
      session: "the caller's name for a conversation that several runs belong to",
      on_behalf_of: 'the principal for whom the agent acts',
      traceparent: 'W3C trace context of whoever started it',
    },
  },
  'run.recovered': {
    about: "Another engine took up a run that was left in the middle; the time in between was nobody's active time.",
    body: { engine: 'who took it up', epoch: 'under which lease' },
  },
  'turn.started': {
    about: 'The model is about to be asked; what that may cost at most is reserved.',
    body: {
      turn: 'counts from 1',
      model: 'as the page names it',
      reserved: 'tokens and micro-dollars, at most',
      max_completion_tokens: 'what the model is told',
    },
  },
  'turn.answered': {
    about: 'The model answered; the reservation is settled.',
    body: {
      turn: 'which one',
      model: 'as the page names it',
      answered_model: 'the id that answered',
      identity: 'how that compares: `same`, a dated `snapshot`, `unsaid`, or `changed`, which ends the run',
      usage: 'tokens and micro-dollars that were used',
      finish: 'why it stopped; `invalid` for an answer that holds nothing',
      answer: 'sealed: what it said',
      calls: 'how many actions it proposed',
      latency_ms: 'how long it took',
    },
  },
  'turn.failed': {
    about: 'A model call without a usable answer: charged as it was reserved, because what it cost is not known.',
    body: {
      turn: 'which one',
      code: 'why',
      retryable: 'whether the same may be asked again',
      timed_out: 'it did not answer in time',
      lost: 'the process that asked went down with the answer',
      why: 'what the provider said, or what kept it from saying anything; sealed',
      usage: 'what was reserved',
      estimated: 'always true',
      retry_after_ms: 'how long the provider asked to be left alone, where it did',
    },
  },
  'action.proposed': {
    about: 'The model wants to call a tool.',
    body: {
      action: 'turn and place in it, `2.1`; with an `e` behind it when an approver edited it',
      turn: 'of which turn',
      index: 'place among the calls of its turn, from 0',
      call: "the model's own id of the call",
      tool: 'as the model named it',
      version: 'of the tool; absent for one that nobody knows',
      kind: '`read`, or `write` for what changes the world or sends data out',
      arguments: 'sealed: validated arguments with intent, or the text that could not be read',
      digest: 'keyed digest of tool, version and canonical arguments',
      dry_run: 'it only wants to see what would happen',
      edited_from: 'the action in whose place it stands',
      edited_by: 'who edited, and as member of which group',
    },
  },
  'action.judged': {
    about: 'Judgement said what may become of an action.',
    body: {
      action: 'which one',
      decision: '`allow`, `ask`, `deny` or `invalid`',
      code: 'why not',
      rules: 'ids of the rules that decided, sorted',
      asks: 'whom to ask, how many of them, and for how long',
      stage: 'the stage in force, stops included',
      charter: 'hash of the page that the run pinned',
      in_force: 'hash of the page in force at that moment',
      policy_set: 'hash of the policies of the tool',
      judged: 'sealed: all that the decision was made from',
      digest: 'keyed digest that an approval binds to',
      subjects: 'what it touches: kinds and pseudonyms',
      moment: 'at its `turn`, `after_wait`, or under the locks of the `dispatch`',
    },
  },
  'action.returned': {
    about: 'The model was told what became of an action.',
    body: {
      action: 'which one',
      outcome: '`result`, `replayed`, `preview`, `refused`, `failed` or `not_attempted`',
      code: 'why, where it is no result',
      result: 'sealed: what the model was told',
      answer_digest: 'keyed digest of that: three times the same is a loop',
      read: 'what this brought in and may be cited from now on',
      timed_out: 'the tool did not answer in time',
      called: 'a read was really called, and counts',
    },
  },
  'effect.dispatched': {
    about: 'A write is about to be sent: appended under every lock it needs, before anything leaves.',
    body: {
      effect: 'run and action',
      action: 'which one',
      agent: 'whose',
      tool: 'which',
      risk: 'as the page and the tool give it',
      attempt: 'counts from 1; each send is one',
      key: 'the idempotency key, the same for every attempt',
      first_dispatched_at: 'when the first attempt was',
      deadline: 'until when the tool may take',
      settles_by: 'until when it may still show at the vendor',
      honoured_until: 'after this nothing is sent again under the key',
      subject: 'the primary subject: one write at a time touches it',
      moves: 'what it takes from limits, rates, budgets and grants',
      once: 'business keys that it holds, and for how long',
      approval: 'the approval that it uses up',
      in_force:
        'hash of the page in force under the locks, where it is another than the one that the action was judged by',
    },
  },
  'effect.committed': {
    about: 'A write has happened.',
    body: {
      effect: 'which one',
      attempt: 'which attempt',
      by: 'how that is known: the `attempt` itself, a `verify`, or the `settlement` of a named person',
      output: 'whether its answer was `accepted`, `rejected`, or `unseen`',
      result: 'sealed: the answer, or what was wrong with it',
      doubled: 'the business key under which the world now has it twice',
    },
  },
  'effect.not_committed': {
    about: 'An attempt certainly did nothing.',
    body: {
      effect: 'which one',
      attempt: 'which attempt',
      status: 'of the whole effect after this',
      by: 'how that is known; `not_begun` when it was never sent',
      retryable: 'whether it may be sent again',
      reason: 'sealed: what the vendor said',
    },
  },
  'effect.unknown': {
    about: 'An attempt may have happened, and may not.',
    body: {
      effect: 'which one',
      attempt: 'which attempt',
      status: 'of the whole effect after this',
      why: 'it `threw`, `timed_out`, was `aborted`, or was `lost` with its process',
      reason: 'sealed: what was seen',
    },
  },
  'effect.given_up': {
    about: 'Nothing more is sent: the effect stays unknown until an outcome, a verify or a person ends it.',
    body: {
      effect: 'which one',
      attempt: 'the last attempt',
      look_at: 'when the system of record is asked again; absent where it cannot be, or has been often enough',
    },
  },
  'run.waiting': {
    about: 'The run waits for people, or for a stop to be lifted before a write may be sent again.',
    body: {
      awaits: '`approval`, `stop`, `requester` or `handoff`',
      id: 'of what it waits for',
      action: 'the action that is asked about',
      until: 'when the wait ends by itself',
    },
  },
  'run.woken': {
    about: 'The wait is over; what another stream said is copied in, because it is acted on now.',
    body: {
      awaits: 'what it waited for',
      id: 'of that',
      outcome: 'how it ended',
      by: 'who ended it',
      digest: 'what was signed',
      signatures: 'by how many of each group',
      group: 'as member of which group they answered',
      reason: 'sealed: why people said no',
      message: 'sealed: what a person says to the model',
      extends: "what a person added to the run's budget",
    },
  },
  'run.escalated': {
    about: 'A bound was reached, or nothing came of trying.',
    body: {
      escalation: 'what the page wants then',
      code: 'why',
      action: 'at which action',
      bound: 'the key of the page that was reached',
      handoff: 'the handoff that came of it',
    },
  },
  'run.ended': {
    about: 'The run is over.',
    body: {
      status: '`done`, `handed_off`, `denied`, `failed` or `stopped`',
      code: 'why, where it is not done',
      output: 'sealed: its answer',
    },
  },

  'approval.requested': {
    about: 'A question about one exact action was put to people.',
    body: {
      approval: 'which one',
      run: 'of which run',
      action: 'about which action',
      agent: 'whose',
      tool: 'which',
      risk: 'of what risk',
      digest: 'keyed digest of exactly what is asked',
      steps: 'how many of which group, or the person whom a subject names',
      expires_at: 'silence until then is neither yes nor no',
      supersedes: 'the approval in whose place it is asked',
      question: 'sealed: arguments, facts and preview, as they are shown',
      requester: 'on whose behalf the agent acts, who may not sign',
      signatures: 'to begin with: whoever edited the action has signed what came of it',
    },
  },
  'approval.signed': {
    about: 'One person said yes, and more are needed.',
    body: { approval: 'which one', by: 'who', group: 'for which step', digest: 'of what was shown' },
  },
  'approval.granted': {
    about: 'Everybody who was needed said yes.',
    body: { approval: 'which one', by: 'who', digest: 'of what was shown' },
  },
  'approval.denied': {
    about: 'A person said no.',
    body: {
      approval: 'which one',
      by: 'who',
      group: 'for which step',
      reason: 'sealed: why',
      digest: 'of what was shown',
    },
  },
  'approval.edited': {
    about: 'A person wants another action instead; that is a new question, which they have signed.',
    body: {
      approval: 'which one',
      by: 'who',
      group: 'for which step',
      arguments: 'sealed: the new arguments',
      digest: 'of what was shown',
    },
  },
  'approval.expired': { about: 'Nobody answered in time.', body: { approval: 'which one' } },
  'approval.cancelled': {
    about: 'It is no longer needed: what was found afterwards refuses the action.',
    body: { approval: 'which one', code: 'why' },
  },
  'approval.superseded': {
    about: 'The facts or the page changed, and more is asked.',
    body: { approval: 'which one', code: 'why' },
  },
  'approval.consumed': {
    about: 'An effect used it up, at its dispatch.',
    body: { approval: 'which one', effect: 'by which effect' },
  },

  'handoff.assigned': {
    about: 'A run was given to people.',
    body: {
      handoff: 'which one',
      run: 'of which run',
      agent: 'whose',
      group: 'to which group, or to one person by name',
      code: 'why the run could not go on alone',
      bound: 'the key of the page that was reached',
    },
  },
  'handoff.claimed': { about: 'A person took it.', body: { handoff: 'which one', by: 'who' } },
  'handoff.resolved': {
    about: 'A person did what was to be done; the run is over.',
    body: { handoff: 'which one', by: 'who', outcome: 'sealed: what came of it' },
  },
  'handoff.returned': {
    about: 'A person gave the run back to the agent.',
    body: {
      handoff: 'which one',
      by: 'who',
      note: 'sealed: what they say to the model',
      extends: "what they add to the run's budget",
    },
  },

  'outcome.verified': {
    about: 'Somebody looked, and the run reached what it was for.',
    body: outcomeBody,
  },
  'outcome.failed': {
    about: 'Somebody looked, and the run did not reach what it was for. What was said last holds.',
    body: outcomeBody,
  },

  'review.opened': {
    about: 'The record of a week of an agent was made, for its owner to sign; made again, the last one counts.',
    body: {
      agent: 'whose week',
      environment: 'where it worked',
      week: 'by ISO 8601, in UTC',
      span: 'from its first millisecond on, up to but without its last',
      baseline: 'the span that it is held against besides the week before',
      runs: 'that started in the week',
      open: 'those of them that had not ended',
      cost: 'of those that had, by line, in micro-dollars',
      figures: 'by measure: numerator, denominator and unit, or percentiles of a time',
      drifts: 'by measure and span: what it was, what it is, the test score, and whether that is more than noise',
      broken: 'promises of the page that did not hold',
      digest: 'over all the rest: what is signed',
    },
  },
  'review.signed': {
    about: 'The owner of the agent has signed the record of a week.',
    body: {
      agent: 'whose week',
      week: 'which one',
      by: 'who',
      digest: 'of the record as it was shown',
      note: 'sealed: what is to be done about it',
    },
  },

  'grant.issued': {
    about: 'A part of a page was granted for one task, or handed on from another grant.',
    body: {
      grant: 'which one',
      parent: 'the grant that it was handed on from',
      agent: 'to whom',
      environment: 'where',
      charter: 'hash of the page that it is a part of',
      until: 'when it ends',
      uses: 'how many effects at most',
      terms: 'the tools, subjects and limits that it is narrowed to',
      on_behalf_of: 'for whom the agent acts',
    },
  },
  'grant.revoked': {
    about: 'Nothing is dispatched any more under this grant, or under any handed on from it.',
    body: { grant: 'which one', reason: 'sealed: why' },
  },

  'stop.raised': {
    about: 'From here on nothing above the level is dispatched in the scope.',
    body: {
      stop: 'which one',
      scope: '`everything`, `tenant`, `agent`, `tool` or `risk`',
      value: 'which of them',
      environment: 'empty where it holds in all of them',
      level: '`draft`, `observe` or `abort`',
      reason: 'sealed: why',
    },
  },
  'stop.quiet': {
    about: 'Nothing that was sent before the stop can still do something.',
    body: {
      stop: 'which one',
      finished: 'how many attempts ended',
      given_up: 'how many ran out of their time',
      waited_ms: 'how long that took',
    },
  },
  'stop.lifted': { about: 'The stop is over.', body: { stop: 'which one' } },

  'incident.opened': {
    about: 'Somebody saw that something is wrong: its scope was stopped, and what happened is put together.',
    body: {
      incident: 'its id',
      run: 'the run that showed it',
      agent: 'whose run that is',
      environment: 'where it runs',
      scope: '`everything`, `tenant`, `agent`, `tool` or `risk`',
      value: 'the agent, tool or risk',
      stop: 'the stop that was raised for it',
      since: 'from when on things belong to it, milliseconds since 1970',
      reason: 'sealed: why it was opened',
    },
  },
  'incident.pinned': {
    about: 'Nothing of these runs is deleted while the incident is open.',
    body: { incident: 'which one', runs: 'ids of the runs' },
  },
  'incident.collected': {
    about: 'What happened was put together in a folder: a draft, a timeline and a signed export.',
    body: { incident: 'which one', evidence: 'SHA-256 of the export', events: 'lines of the export' },
  },
  'incident.closed': {
    about: 'The incident is over. Its runs may be deleted again, unless it says otherwise.',
    body: { incident: 'which one', keeps_runs: 'its runs stay pinned', reason: 'sealed: why it was closed' },
  },
  'incident.released': {
    about: 'A closed incident that had kept its runs lets go of them.',
    body: { incident: 'which one', reason: 'sealed: why they may be deleted again' },
  },
  'release.recorded': {
    about: 'What exactly a release is, before its first run begins.',
    body: {
      release: 'its hash',
      agent: 'name of the agent',
      parts: 'the hashes of its parts',
      content: 'sealed: contracts of the tools, models, routing and prices',
    },
  },
  'charter.applied': {
    about: 'A page came into force for an agent.',
    body: {
      agent: 'for which agent',
      environment: 'where',
      charter: 'hash of the page',
      page: 'sealed: its text, with every file that it names',
    },
  },

  'breaker.opened': {
    about: 'A tool failed too often and is left alone for a while.',
    body: { tool: 'which one', until: 'when it is tried again' },
  },
  'breaker.closed': { about: 'The tool works again.', body: { tool: 'which one' } },

  'slice.taken': {
    about: 'An engine took a part of a budget that many runs share, to spend it without asking for each turn.',
    body: { slice: 'which part', key: 'of which budget', amount: 'micro-dollars' },
  },
  'slice.returned': {
    about: 'What was left of it was given back.',
    body: { slice: 'which part', amount: 'micro-dollars' },
  },

  'payload.erased': {
    about: 'Content of a stream is gone for good: its keys, and the rows that they sealed.',
    body: {
      deletion: 'the sweep or the erasure that did it',
      cause: '`expired`: its time was over; `ordered`: for a class; `subject`: with its subject',
      stream: 'whose content it was',
      class: 'what kind of content',
      count: 'how many payloads',
      through: 'the highest number among them; a later payload is content of its own',
    },
  },
  'retention.run': {
    about: 'What was no longer to be kept was erased.',
    body: {
      deletion: 'its id, which stands in every `payload.erased` of it',
      cause: '`expired`, or `ordered` where a person gave a time',
      before: 'the time that was given',
      streams: 'in how many streams',
      payloads: 'how many payloads',
      keys: 'how many keys',
      classes: 'payloads by class',
      held: 'how many streams were due and are under legal hold',
    },
  },
  'subject.erasing': {
    about: 'It was ordered that what is known of a subject be erased.',
    body: {
      deletion: 'the id of the order',
      subject: 'pseudonym of whom or what it is about',
      reason: 'sealed: why',
      engine: 'it is left to the engine of this ledger, which alone can end the runs that are open',
    },
  },
  'subject.erased': {
    about: 'The order was carried out, but for what is held.',
    body: {
      deletion: 'the id of the order',
      subject: 'pseudonym of whom or what it is about',
      runs: 'how many runs had touched it',
      streams: 'in how many streams there was content',
      payloads: 'how many payloads',
      keys: 'how many keys',
      ended: 'runs that were open until then',
      open_effects: 'writes whose outcome nobody knows: a person settles them',
      held: 'runs that are under legal hold and keep their content',
    },
  },
  'hold.placed': {
    about: 'From here on nothing that the hold covers is erased.',
    body: {
      hold: 'which one',
      scope: '`everything`, `agent`, `run` or `subject`',
      value: 'which of them; a subject by its pseudonym',
      reason: 'sealed: why',
    },
  },
  'hold.lifted': { about: 'The hold is over; what is due is erased the next time.', body: { hold: 'which one' } },
}
