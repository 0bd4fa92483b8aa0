/**
 * Keys that the schema lists and that are gone after validation all the same: a library took the first alternative of a
 * union that fits once it has stripped the rest, and what the model wrote would have no effect.
 */
import type { Json, JsonObject } from '../json.ts'
import { type ProblemPath, pathText } from './problem-path.ts'
import type { Problem } from './schema.ts'
import { unlistedKeys } from './unlisted-keys.ts'

/** A key that a transform took away on purpose is not listed on the output side, and no problem. */
export function droppedKeys(outputJsonSchema: JsonObject, written: Json, taken: unknown): readonly Problem[] {
  const gone = goneKeys(written, taken, [])
  if (gone.length === 0) return []
  const unlisted = new Set(unlistedKeys(outputJsonSchema, written).map(({ path }) => pathText(path)))
  return gone
    .filter((path) => !unlisted.has(pathText(path)))
    .map((path) => ({ path: pathText(path), message: `\`${path.at(-1)}\` does not go with the other keys` }))
}

function goneKeys(written: unknown, taken: unknown, path: ProblemPath): ProblemPath[] {
  if (Array.isArray(written) && Array.isArray(taken)) {
    return written.flatMap((item, index) => goneKeys(item, taken[index], [...path, index]))
  }
  if (!isRecord(written) || !isRecord(taken)) return []
  return Object.entries(written).flatMap(([name, member]) => {
    const at = [...path, name]
    return Object.hasOwn(taken, name) ? goneKeys(member, taken[name], at) : [at]
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
