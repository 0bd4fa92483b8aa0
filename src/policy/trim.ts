/**
 * The request as it is judged and kept (P8): what the tool's policies read, each value checked against its type (P1).
 * Nothing is copied as it came: text, whole numbers, truth values, lists and known keys are taken one by one, so a
 * model's `{"__entity": …}` finds no place in which it could become an entity.
 */
import type { JsonObject } from '../json.ts'
import type { Reads } from './attribute-reads.ts'
import { subjectType } from './cedar-schema.ts'
import type { CedarType, RecordType } from './cedar-type.ts'
import type { PolicySet } from './policy-set.ts'
import type { PolicyRequest } from './request.ts'

/** Trimmed or not: a trimmed request is judged as the whole one was, also after the payloads are gone. */
export type JudgedRequest = Omit<PolicyRequest, 'context'> & { readonly context: JsonObject | PolicyRequest['context'] }

export interface TrimmedRequest {
  readonly agent: string
  readonly tool: string
  readonly subject?: { readonly kind: string; readonly id: string }
  readonly context: TrimmedRecord
}

type TrimmedValue = string | number | boolean | TrimmedValue[] | TrimmedRecord
type TrimmedRecord = { [name: string]: TrimmedValue }

/** A value that does not fit, by its path: `evaluate` makes a denial of it. */
class Misfit extends Error {}

const everything: Reads = { whole: true, below: new Map() }

/** Throws `Misfit` when something that is read is missing or is not what its type says. */
export function trimRequest(set: PolicySet, request: JudgedRequest): TrimmedRequest {
  if (request.tool !== set.tool)
    throw new Misfit(`the policies of \`${set.tool}\` were asked about \`${request.tool}\``)
  const context = fitRecord(request.context, set.context, set.reads.context, 'context')
  const trimmed = { agent: fitText(request.agent, 'agent'), tool: set.tool, context }
  if (!set.reads.subject) return trimmed
  fitRecord(request.subject ?? noSubject, subjectType, everything, 'subject')
  return { ...trimmed, subject: request.subject ?? noSubject }
}

const noSubject = { kind: '', id: '' }

function fit(value: unknown, type: CedarType, reads: Reads, path: string): TrimmedValue {
  switch (type.kind) {
    case 'String':
      return fitText(value, path)
    case 'Boolean':
      if (typeof value !== 'boolean') throw new Misfit(`\`${path}\` is no truth value`)
      return value
    case 'Long':
      return fitNumber(value, path)
    case 'Set':
      if (!Array.isArray(value)) throw new Misfit(`\`${path}\` is no list`)
      return Array.from(value, (item, index) => fit(item, type.element, everything, `${path}[${index}]`))
    case 'Record':
      return fitRecord(value, type, reads, path)
  }
}

function fitText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Misfit(`\`${path}\` is no text`)
  if (!value.isWellFormed()) throw new Misfit(`\`${path}\` holds half of a surrogate pair`)
  return value
}

/** Up to 2^53, where a JavaScript number still is the number that was written. */
function fitNumber(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new Misfit(`\`${path}\` is no whole number in range`)
  return value === 0 ? 0 : value
}

function fitRecord(value: unknown, type: RecordType, reads: Reads, path: string): TrimmedRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misfit(`\`${path}\` is no record`)
  const fitted: TrimmedRecord = {}
  for (const [name, attribute] of type.attributes) {
    const below = reads.whole ? everything : reads.below.get(name)
    if (below === undefined) continue
    const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    const found = given === undefined ? attribute.absent : given
    if (found !== undefined) fitted[name] = fit(found, attribute.type, below, `${path}.${name}`)
    else if (attribute.required) throw new Misfit(`\`${path}.${name}\` is missing`)
  }
  if (reads.whole) refuseOthers(value, type, path)
  return fitted
}

/** A record that is compared whole must be all that was given. */
function refuseOthers(value: object, type: RecordType, path: string): void {
  const other = Object.keys(value).find((name) => !type.attributes.has(name))
  if (other !== undefined) throw new Misfit(`\`${path}\` has no \`${other}\``)
}
