import type { ErrorCode, Place } from '../errors.ts'
import { CharterError, isCharterError } from '../errors.ts'
import type { Page } from './page.ts'

export interface CompileProblem {
  /** With an `error` nothing can run; a `warning` says what will not work as it looks. */
  readonly level: 'error' | 'warning'
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string | undefined
  readonly place: Place | undefined
  /** The key of the page, the argument or the policy at fault. */
  readonly param: string | undefined
}

/** Where a key of the page stands, or the nearest key above it that was written. */
export function placeOf(page: Page, key: string): Place | undefined {
  for (let path = key; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('.'), 0))) {
    if (Object.hasOwn(page.places, path)) return page.places[path]
  }
  return page.places['']
}

export function pageError(page: Page, key: string, message: string, hint?: string): CharterError {
  return new CharterError('charter_invalid', message, { hint, param: key, place: placeOf(page, key) })
}

export function toProblem(level: CompileProblem['level'], error: CharterError): CompileProblem {
  const { code, message, hint, place, param } = error
  return { level, code, message, hint, place, param }
}

/** Runs a step and keeps the error that it ends in, so that one call can say all that is wrong. */
export function collecting<Result>(problems: CompileProblem[], step: () => Result): Result | undefined {
  try {
    return step()
  } catch (error) {
    if (!isCharterError(error)) throw error
    problems.push(toProblem('error', error))
    return undefined
  }
}
