/**
 * What a tool's own code gave, as plain JSON: as JSON.stringify would have it (`toJSON` is asked, undefined members are
 * left out), except that what JSON cannot hold is a problem with its place, never null and never dropped.
 */
import type { Json } from '../json.ts'
import { errorMessage } from './error-message.ts'
import { pathText } from './problem-path.ts'
import type { Problem, Validation } from './schema.ts'

/** Deeper than any answer of a system of record, and shallow enough for every walk after this one. */
export const maxDepth = 64

const problemsTold = 20

/** `undefined` as a whole is null: a tool that answers nothing. Never throws. */
export function plainJson(value: unknown): Validation<Json> {
  const walk: Walk = { path: [], within: new Set(), problems: [] }
  try {
    const json = convert(value, walk) ?? null
    return walk.problems.length === 0 ? { ok: true, value: json } : { ok: false, problems: walk.problems }
  } catch (error) {
    return { ok: false, problems: [{ path: pathText(walk.path), message: `cannot be read: ${errorMessage(error)}` }] }
  }
}

interface Walk {
  readonly path: (string | number)[]
  /** The objects that hold what is looked at: one that holds itself has no JSON. */
  readonly within: Set<object>
  readonly problems: Problem[]
}

/** Undefined where nothing is to be kept, or where a problem was found. */
function convert(value: unknown, walk: Walk): Json | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'undefined':
      return value
    case 'string':
      return value.isWellFormed() ? value : problem(walk, 'holds half of a surrogate pair')
    case 'number':
      // Minus zero would be another value after one round through text.
      return Number.isFinite(value) ? value + 0 : problem(walk, `\`${value}\` is not a number that JSON can hold`)
    case 'object':
      return value === null ? null : convertObject(value, walk)
    default:
      return problem(walk, `a ${typeof value} is not JSON`)
  }
}

function convertObject(value: object, walk: Walk): Json | undefined {
  if (walk.path.length > maxDepth) return problem(walk, `is nested deeper than ${maxDepth}`)
  if (walk.within.has(value)) return problem(walk, 'contains itself')
  walk.within.add(value)
  const json = convertMembers(value, walk)
  walk.within.delete(value)
  return json
}

function convertMembers(value: object, walk: Walk): Json | undefined {
  if ('toJSON' in value && typeof value.toJSON === 'function') return convert(value.toJSON(), walk)
  if (Array.isArray(value)) return Array.from(value, (item, index) => step(index, item, walk) ?? null)
  const members: [string, Json][] = []
  for (const [name, member] of Object.entries(value)) {
    const json = step(name, member, walk)
    if (json !== undefined) members.push([name, json])
  }
  return Object.fromEntries(members)
}

function step(name: string | number, member: unknown, walk: Walk): Json | undefined {
  walk.path.push(name)
  const json = convert(member, walk)
  walk.path.pop()
  return json
}

function problem(walk: Walk, message: string): undefined {
  if (walk.problems.length < problemsTold) walk.problems.push({ path: pathText(walk.path), message })
}
