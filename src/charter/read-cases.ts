/** The text of a file of cases to its cases, with everything that is wrong with it said at once. */
import { CharterError, type Place } from '../errors.ts'
import { casesKind, type PolicyCase } from './case-keys.ts'
import type { Reading } from './kind.ts'
import { inReadingOrder, type Problem } from './problem.ts'
import { readYaml } from './read-yaml.ts'

export interface ReadCase {
  readonly said: PolicyCase
  /** Where a key of the case stands, else the case. */
  placeOf(key?: string): Place
}

/** Throws `cases_invalid` with the first error as its message and all problems in `details.problems`. */
export function readCases(file: string, text: string): readonly ReadCase[] {
  const { root, problems: unreadable } = readYaml(file, text)
  refuse(unreadable)
  const start = { file, line: 1, column: 1 }
  const places: Record<string, Place> = Object.create(null)
  const reading: Reading = { foreign: false, problems: [], places, notEnforced: [], readFile: () => undefined }
  const read = casesKind.read(root ?? { node: 'scalar', place: start, value: null, source: '' }, '', reading)
  refuse(reading.problems)
  return (read?.cases ?? []).map((said, index) => {
    const path = `cases.${index}`
    const placeOf = (key?: string) => places[key === undefined ? path : `${path}.${key}`] ?? places[path] ?? start
    return { said, placeOf }
  })
}

function refuse(problems: readonly Problem[]): void {
  const ordered = inReadingOrder(problems)
  const first = ordered.find(({ level }) => level === 'error')
  if (first === undefined) return
  throw new CharterError('cases_invalid', first.message, {
    hint: first.hint,
    param: first.path,
    place: first.place,
    details: { problems: ordered },
  })
}
