/** Do the rules of a page's Cedar files speak only of what their tools have? Said with the place and the nearest name. */
import type { DetailedError, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs'
import { validate } from '@cedar-policy/cedar-wasm/nodejs'
import type { Place } from '../errors.ts'
import { CharterError, nearest } from '../errors.ts'
import { pathsRead, readsOf } from './attribute-reads.ts'
import type { CedarType, RecordType } from './cedar-type.ts'
import { firstLeftOut } from './cedar-type.ts'
import { byteLength, placeInText } from './place-in-text.ts'
import type { FilePolicy } from './policy-file.ts'
import { blankComments } from './policy-file.ts'
import type { Policy } from './policy-set.ts'

export interface PolicyProblems {
  readonly errors: readonly CharterError[]
  /** A rule that can never apply, and the like. */
  readonly warnings: readonly CharterError[]
}

/** What Cedar's own validator finds, against the schema of all tools of the page. */
export function validatePolicy(policy: FilePolicy, schema: SchemaJson<string>, contexts: Contexts): PolicyProblems {
  const answer = validate({ schema, policies: { staticPolicies: { [policy.id]: policy.text } } })
  if (answer.type === 'failure')
    return { errors: answer.errors.map((error) => toError(policy, error, contexts)), warnings: [] }
  return {
    errors: answer.validationErrors.map(({ error }) => toError(policy, error, contexts)),
    warnings: answer.validationWarnings.map(({ error }) => toError(policy, error, contexts)),
  }
}

type Contexts = ReadonlyMap<string, RecordType>

function toError(policy: FilePolicy, error: DetailedError, contexts: Contexts): CharterError {
  const message = error.message.replace(/^for policy `.*?`, /s, '')
  const [, path, tool] = /attribute `([^`]+)` in context for Action::"([^"]+)"/.exec(message) ?? []
  const reason = path && tool ? leftOutReason(contexts.get(tool), path.split('.')) : undefined
  const place = placeOf(policy, error.sourceLocations?.[0]?.start)
  if (reason !== undefined) return hasNoType(path ?? '', tool ?? '', reason, place)
  return new CharterError('policy_invalid', message, { hint: error.help ?? undefined, param: path, place })
}

function placeOf({ file, offset, place }: FilePolicy, start: number | undefined): Place | undefined {
  return start === undefined ? place : placeInText(file.file, file.text, offset + start)
}

/**
 * What the validator lets pass: `has` of a name that no tool has is merely false for it, and a record that is used
 * whole would be compared without what was left out of it.
 */
export function checkReads(source: FilePolicy, policy: Policy, contexts: Contexts): CharterError[] {
  const tools = Array.from(contexts).filter(([tool]) => policy.tools?.includes(tool) ?? true)
  const { context } = readsOf(policy.conditions, policy.namesSubject)
  return Array.from(pathsRead(context)).flatMap(({ path, whole }) => {
    const missing = tools.map(([tool, type]) => findMissing(type, path, whole, tool, source))
    const untyped = missing.filter((found) => found?.details.leftOut === true)
    // A rule over several tools may ask which of them has a name; one of them must.
    const unknown = missing.every((found) => found !== undefined) ? missing.slice(0, 1) : []
    return [...untyped, ...(untyped.length === 0 ? unknown : [])].filter((found) => found !== undefined)
  })
}

function findMissing(
  context: RecordType,
  path: readonly string[],
  whole: boolean,
  tool: string,
  source: FilePolicy,
): CharterError | undefined {
  let type: CedarType = context
  for (const [index, name] of path.entries()) {
    if (type.kind !== 'Record') return undefined
    const attribute = type.attributes.get(name)
    const shown = path.slice(0, index + 1).join('.')
    const reason = type.leftOut.get(name)
    if (reason !== undefined) return hasNoType(shown, tool, reason, placeOfName(source, name))
    if (attribute === undefined)
      return hasNoName(shown, tool, nearest(name, type.attributes.keys()), placeOfName(source, name))
    type = attribute.type
  }
  const below = whole ? firstLeftOut(type, path) : undefined
  return below && hasNoType(below.path.join('.'), tool, below.reason, placeOfName(source, path.at(-1) ?? ''))
}

/** Cedar's tree has no places, so the name is looked for in the text, outside of comments. */
function placeOfName(source: FilePolicy, name: string): Place | undefined {
  const text = blankComments(source.text)
  const at = [...text.matchAll(/\w+/g)].find(([word]) => word === name)?.index
  return at === undefined ? source.place : placeOf(source, byteLength(text.slice(0, at)))
}

function leftOutReason(context: RecordType | undefined, path: readonly string[]): string | undefined {
  let type: CedarType | undefined = context
  for (const name of path) {
    if (type?.kind !== 'Record') return undefined
    const reason = type.leftOut.get(name)
    if (reason !== undefined) return reason
    type = type.attributes.get(name)?.type
  }
  return undefined
}

function hasNoType(path: string, tool: string, reason: string, place: Place | undefined): CharterError {
  return new CharterError('policy_invalid', `no policy can read \`${path}\` of \`${tool}\`: it is ${reason}`, {
    hint: "what needs it is the tool's `check`",
    param: path,
    place,
    details: { leftOut: true },
  })
}

function hasNoName(path: string, tool: string, near: string | undefined, place: Place | undefined): CharterError {
  return new CharterError('policy_invalid', `attribute \`${path}\` in context for \`${tool}\` not found`, {
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
    param: path,
    place,
  })
}
