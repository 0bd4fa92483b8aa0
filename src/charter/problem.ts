/** What is wrong with a page, or worth saying of it: one sentence, with the place where it stands. */
import { CharterError, type Place } from '../errors.ts'

/** An `error` keeps the page from being used; a `warning` says what will not work as it looks; a `note` only informs. */
export type ProblemLevel = 'error' | 'warning' | 'note'

export type ProblemCode =
  | 'yaml_invalid'
  | 'yaml_not_plain'
  | 'too_large'
  | 'duplicate_key'
  | 'unknown_key'
  | 'unknown_version'
  | 'missing_key'
  | 'invalid_value'
  | 'file_missing'
  | 'prompt_invalid'
  | 'name_missing'
  | 'stage_missing'
  | 'allowed_missing'
  | 'not_enforced'
  | 'not_checked'
  | 'no_approver'
  | 'too_many_steps'
  | 'too_long'
  | 'tool_unknown'
  | 'argument_unknown'
  | 'money_unbound'
  | 'money_unlimited'
  | 'subject_unknown'
  | 'risk_lowered'
  | 'tools_conflict'
  | 'fallback_unknown'
  | 'threshold_idle'
  | 'citation_impossible'

export interface Problem {
  readonly level: ProblemLevel
  readonly code: ProblemCode
  readonly message: string
  /** What the reader can do next, in one sentence. */
  readonly hint?: string
  readonly place: Place
  /** The key at fault by dotted path, `''` for the page as a whole. */
  readonly path: string
}

/** In reading order; at one place the graver problem first. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const grave = { error: 0, warning: 1, note: 2 }
  return [...problems].sort(
    (a, b) => a.place.line - b.place.line || a.place.column - b.place.column || grave[a.level] - grave[b.level],
  )
}

/** `charter_invalid` with the first error as its message and all problems in `details.problems`, when there is an error. */
export function refuseErrors(problems: readonly Problem[]): void {
  const ordered = inReadingOrder(problems)
  const first = ordered.find((problem) => problem.level === 'error')
  if (first === undefined) return
  throw new CharterError('charter_invalid', first.message, {
    hint: first.hint,
    param: first.path,
    place: first.place,
    details: { problems: ordered },
  })
}
