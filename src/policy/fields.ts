import type { JsonObject } from '../json.ts'
import type { Subjects } from '../tools/tool.ts'

/**
 * `context.fields`: the top-level arguments that a call carries. One whose value is the id of a subject only names what
 * the call touches; it changes nothing of it, so `allowed_fields` need not list it.
 */
export function fieldsOf(args: JsonObject, subjects: Subjects): string[] {
  const named = new Set(Object.values(subjects).flat())
  return Object.entries(args)
    .filter(([, value]) => typeof value !== 'string' || !named.has(value))
    .map(([name]) => name)
}
