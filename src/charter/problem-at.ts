import { placeOf } from './compile-problem.ts'
import type { Page } from './page.ts'
import type { Problem } from './problem.ts'

/** A problem at the key, or at the nearest key above it that was written. */
export function problemAt(page: Page, path: string, problem: Omit<Problem, 'place' | 'path'>): Problem {
  const place = placeOf(page, path) ?? page.places[''] ?? { file: 'charter', line: 1, column: 1 }
  return { ...problem, place, path }
}
