/** What is wrong with a page, or worth saying of it: one sentence, with the place where it stands. */
import { CharterError, type ErrorCode, type Place } from '../errors.ts'

/** An `error` keeps the page from being used; a `warning` says what will not work as it looks; a `note` only informs. */
export type ProblemLevel = 'error' | 'warning' | 'note'

/** What is found while compiling bears the code of its error. */
export type ProblemCode =
  | ErrorCode
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
  | 'not_checked'
  | 'too_many_steps'
  | 'on_call_missing'
  | 'outcome_unverifiable'
  | 'too_long'
  | 'argument_unknown'
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

/** In reading order, file by file as they are first spoken of; at one place the graver problem first. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  const files = problems.map(({ place }) => place.file)
  const grave = { error: 0, warning: 1, note: 2 }
  const order = ({ place, level }: Problem) => [files.indexOf(place.file), place.line, place.column, grave[level]]
  return [...problems].sort((a, b) => {
    const [mine, theirs] = [order(a), order(b)]
    return mine.map((each, index) => each - (theirs[index] ?? 0)).find((difference) => difference !== 0) ?? 0
  })
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

/** With what a terminal would obey instead of showing made visible. Tabs stay, because a caret stands below them. */
export const visible = (text: string): string => text.replace(/(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '·')
