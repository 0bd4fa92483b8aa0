/**
 * Every failure a caller may branch on, in one registry. The table generates the reference page, the exit
 * codes of the command line and (with the server) the HTTP statuses. Codes are public API: add freely, never rename.
 *
 * A denial, an expired approval or an exhausted budget inside a run is an *outcome with reasons*, not an exception:
 * the same codes then stand in the ledger and in what the model is told, and nothing is thrown.
 */

/** What kind of trouble: who has to do something about it. */
export type ErrorType =
  | 'invalid_request'
  | 'permission'
  | 'policy'
  | 'approval'
  | 'budget'
  | 'stopped'
  | 'conflict'
  | 'not_found'
  | 'tool'
  | 'model'
  | 'ledger'
  | 'unreachable'
  | 'internal'

interface ErrorKind {
  type: ErrorType
  /** Exit status of the command line (DESIGN.md section 8). */
  exit: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10
  /** One sentence for the reference page: what it means. */
  about: string
}

const kind = (type: ErrorType, exit: ErrorKind['exit'], about: string): ErrorKind => ({ type, exit, about })

export const errorCodes = {
  usage: kind('invalid_request', 3, 'The command was called with arguments that it does not take.'),
  cancelled: kind('invalid_request', 2, 'A person cancelled the command.'),
  node_too_old: kind('invalid_request', 3, 'Charter needs a newer Node.'),

  charter_invalid: kind('invalid_request', 3, 'The page cannot be read as a charter.'),
  charter_not_found: kind('not_found', 10, 'No charter page stands at that place.'),
  policy_invalid: kind('invalid_request', 3, 'A Cedar policy does not fit the tools it speaks of.'),
  cases_invalid: kind('invalid_request', 3, 'A case for a page cannot be read, or does not say enough to be judged.'),
  cases_failed: kind('policy', 7, 'A case for a page was judged otherwise than it expects.'),
  not_enforced: kind('invalid_request', 3, 'The page asks for something that nothing enforces yet.'),
  config_invalid: kind('invalid_request', 3, 'The project configuration cannot be used.'),
  group_file_invalid: kind('invalid_request', 3, 'The local group file cannot be read.'),

  tool_invalid: kind('invalid_request', 3, 'A tool is not defined as a tool must be.'),
  tool_duplicate: kind('invalid_request', 3, 'Two tools, or two versions of one tool, bear the same name.'),
  tool_unknown: kind('not_found', 10, 'No tool of that name is known.'),
  agent_unknown: kind('not_found', 10, 'No agent of that name is known.'),

  arguments_invalid: kind('invalid_request', 3, 'The arguments do not fit the schema of the tool.'),
  intent_missing: kind('policy', 8, 'The page wants the intent stated, and it was not.'),
  citation_missing: kind('policy', 8, 'The page wants a document cited that this run has read, and none was.'),
  evidence_unread: kind('policy', 8, 'Evidence was cited that this run has not read.'),
  denied_by_policy: kind('policy', 8, 'A rule of the charter refuses the action.'),
  denied_by_check: kind('policy', 8, 'The tool itself refuses the action on the facts.'),
  denied_by_stage: kind('policy', 8, 'The stage in force does not let the agent do this.'),
  denied_before: kind('policy', 8, 'The same action was refused or expired earlier in this run.'),
  grant_invalid: kind('policy', 8, 'The grant does not cover the action, has ended, or was revoked.'),
  no_approver: kind('policy', 8, 'The action needs an approval and the page names nobody to ask.'),
  policy_error: kind('policy', 8, 'A policy failed while it was evaluated; failure means no.'),
  limit_exceeded: kind('budget', 8, 'The action would move more than a limit allows.'),
  rate_limited: kind('budget', 8, 'The tool was called more often than its rate allows.'),
  budget_exceeded: kind('budget', 8, 'The run has used up a budget.'),
  stopped: kind('stopped', 8, 'A stop is in force for the agent, tool, risk or tenant.'),
  subject_erased: kind('stopped', 8, 'The run was ended because the data of its subject is erased.'),
  breaker_open: kind('tool', 8, 'The tool failed too often and is left alone for a while.'),
  subject_busy: kind('conflict', 8, 'Another effect on the same subject is still in flight.'),
  effect_unresolved: kind('conflict', 8, 'An earlier effect on the same subject is unknown and must be settled first.'),
  business_key_taken: kind('conflict', 8, 'The business key was used within its window.'),
  not_attempted: kind('policy', 8, 'An earlier action of the same turn was refused or is unknown.'),
  loop: kind('policy', 8, 'The same call was made three times with the same answer.'),
  stuck: kind('tool', 8, 'Nothing answered for three time-outs.'),

  tool_failed: kind('tool', 1, 'The tool failed.'),
  tool_timeout: kind('tool', 1, 'The tool did not answer within its deadline.'),
  effect_unknown: kind('tool', 6, 'The write may or may not have happened; do not send it again under another key.'),
  output_rejected: kind('tool', 1, 'The answer of the tool breaks its schema or is too large.'),

  approval_required: kind('approval', 9, 'The action waits for people.'),
  approval_not_found: kind('not_found', 10, 'No approval has that id.'),
  approval_already_settled: kind('conflict', 10, 'The approval has been settled.'),
  approval_expired: kind('approval', 10, 'The approval was not answered in time; silence is neither yes nor no.'),
  approval_denied: kind('approval', 8, 'A person denied the action.'),
  approval_superseded: kind('conflict', 10, 'The facts or the charter changed; a new approval is asked instead.'),
  approval_cancelled: kind('approval', 10, 'The approval is no longer needed, because the action was refused.'),
  approval_edited: kind('approval', 10, 'A person changed the action; the edited one is a new question.'),
  approval_stale: kind('conflict', 10, 'The question changed since it was shown; show it again before answering.'),
  approver_not_allowed: kind('permission', 4, 'The principal is not in a group that was asked, or has signed already.'),
  principal_unknown: kind('permission', 4, 'No principal of that name stands in the group file.'),

  run_not_found: kind('not_found', 10, 'No run has that id.'),
  run_ended: kind('conflict', 10, 'The run has ended.'),
  start_key_reused: kind('conflict', 10, 'The start key belongs to a run with another input.'),
  handoff_not_found: kind('not_found', 10, 'No handoff has that id.'),
  handoff_already_claimed: kind('conflict', 10, 'Someone else has claimed the handoff.'),
  handoff_settled: kind('conflict', 10, 'The handoff has been resolved or returned.'),
  review_not_found: kind('not_found', 10, 'The week has no review of that agent.'),
  review_signed: kind('conflict', 10, 'The review of the week has been signed.'),
  grant_not_found: kind('not_found', 10, 'No grant has that id.'),
  grant_widens: kind('permission', 4, 'A grant can be narrowed and handed on, never widened.'),
  stop_not_found: kind('not_found', 10, 'No such stop is in force.'),
  effect_not_found: kind('not_found', 10, 'No effect has that id.'),
  effect_settled: kind('conflict', 10, 'The effect is already settled.'),

  model_failed: kind('model', 1, 'The model could not be called.'),
  model_changed: kind('model', 1, 'Another model answered than the one the release pins.'),
  model_unknown: kind('model', 3, 'No model of that name is configured.'),
  script_unfinished: kind('model', 7, 'The scripted model was not played to its end.'),
  script_diverged: kind('model', 7, 'The run asked the scripted model for more than was written.'),
  price_unknown: kind('model', 3, 'The price book has no price for the model.'),

  incident_not_found: kind('not_found', 10, 'No incident has that id.'),
  incident_closed: kind('conflict', 10, 'The incident is closed.'),
  subject_not_found: kind('not_found', 10, 'Nothing in the ledger touched that, and no write is known by that number.'),

  stream_not_found: kind('not_found', 10, 'Nothing was ever written to a stream of that name.'),
  ledger_unavailable: kind('unreachable', 5, 'The ledger cannot be reached or written.'),
  ledger_full: kind('unreachable', 5, 'The disk of the ledger is full; nothing of the batch was kept.'),
  ledger_read_only: kind('unreachable', 5, 'The ledger cannot be written here.'),
  ledger_locked: kind('conflict', 10, 'Another engine has this ledger; it is named in the message.'),
  ledger_newer: kind('ledger', 3, 'The ledger was written by a newer Charter than this one.'),
  ledger_version_conflict: kind('conflict', 10, 'The stream has moved on since it was read.'),
  ledger_lease_lost: kind('conflict', 10, 'The lease of the run has passed to another engine.'),
  ledger_commit_unknown: kind('unreachable', 5, 'The answer to a commit was lost; the event must be looked for.'),
  ledger_tampered: kind('ledger', 6, 'An event was changed, removed, added or moved.'),
  projection_differs: kind('ledger', 6, 'A projection is not what the events say.'),
  replay_different: kind('ledger', 6, 'A run that was replayed is not what the ledger says.'),
  replay_unverifiable: kind('ledger', 6, 'A run cannot be replayed to its end: something is no longer kept.'),
  keyring_unavailable: kind('unreachable', 5, 'The keyring cannot be read or written.'),
  legal_hold: kind('conflict', 10, 'A legal hold keeps what was to be erased.'),
  hold_not_found: kind('not_found', 10, 'No legal hold of that id is in force.'),
  payload_erased: kind('not_found', 10, 'The content was erased or has expired; its hash remains.'),

  collector_unavailable: kind('unreachable', 5, 'The OpenTelemetry collector cannot be reached, or takes no spans.'),

  internal: kind('internal', 1, 'Something that should not happen happened.'),
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorCodes

/** A place in a file the user wrote. Line and column count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

export interface ErrorOptions {
  /** What the reader can do next, in one sentence. */
  hint?: string | undefined
  /** The argument, key or path that is at fault. */
  param?: string | undefined
  place?: Place | undefined
  details?: Readonly<Record<string, unknown>> | undefined
  cause?: unknown
}

/** The one error class that is thrown on purpose. Anything else that escapes is a bug. */
export class CharterError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly param: string | undefined
  readonly place: Place | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CharterError'
    this.code = code
    this.hint = options.hint
    this.param = options.param
    this.place = options.place
    this.details = options.details ?? {}
  }

  get type(): ErrorType {
    return errorCodes[this.code].type
  }
}

/** Also true for an error of a second copy of this package. */
export function isCharterError(error: unknown): error is CharterError {
  return error instanceof Error && error.name === 'CharterError' && 'code' in error && String(error.code) in errorCodes
}

/** The candidate nearest to a misspelt word, or nothing when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < least) [best, least] = [candidate, distance]
  }
  return best
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
