/**
 * A run's content as it may leave the house. Fields go by how the contracts of the tools classified them when the run
 * was started; what they held is looked for in every other text of the run, beside what a redactor finds by itself.
 */
import type { Json } from '../json.ts'
import { isPayloadRef, type LedgerEvent } from '../ledger/event.ts'
import { classifiedValues, type KnownValue, knownValues, redact } from '../redaction/redact.ts'
import { type Redactor, together } from '../redaction/redactor.ts'
import type { ToolFields } from '../runs/release.ts'
import type { ClassifiedField } from '../tools/schema.ts'
import { refsIn } from './read-trace.ts'
import type { TraceSource } from './trace-source.ts'

export async function redactSource(
  source: TraceSource,
  fields: ReadonlyMap<string, ToolFields>,
  redactor: Redactor,
): Promise<TraceSource> {
  const all = redactorFor(source, fields, redactor)
  const redacted = new Map<number, Json>()
  for (const { n, value, classified } of contentsOf(source, fields))
    redacted.set(n, await redact(value, { redactor: all, classified }))
  return { ...source, content: (ref) => redacted.get(ref.n) }
}

/** Finds as well what the classified fields of the run hold, wherever it was copied to. */
export function redactorFor(
  source: TraceSource,
  fields: ReadonlyMap<string, ToolFields>,
  redactor: Redactor,
): Redactor {
  const known = contentsOf(source, fields).flatMap(({ value, classified }): readonly KnownValue[] =>
    classifiedValues(value, classified),
  )
  return together(redactor, knownValues(unique(known)))
}

interface Content {
  readonly n: number
  readonly value: Json
  readonly classified: readonly ClassifiedField[]
}

function contentsOf({ events, content }: TraceSource, fields: ReadonlyMap<string, ToolFields>): readonly Content[] {
  const tools = new Map<string, string>()
  const found: Content[] = []
  for (const event of events) {
    const { tool, action, effect } = event.body
    if (typeof tool === 'string') for (const id of [action, effect]) if (typeof id === 'string') tools.set(id, tool)
    const known = fields.get(tools.get(String(action ?? effect)) ?? '')
    for (const ref of refsIn(event.body)) {
      const value = content(ref)
      if (value !== undefined) found.push({ n: ref.n, value, classified: known ? fieldsOf(event, known) : [] })
    }
  }
  return found
}

/** Where the classified fields of a tool stand in the content of one of its events. */
function fieldsOf({ type, body }: LedgerEvent, { input, output, facts }: ToolFields): readonly ClassifiedField[] {
  const under = (fields: readonly ClassifiedField[], ...path: readonly string[]) =>
    fields.map((field) => ({ ...field, path: [...path, ...field.path] }))
  if (type === 'action.proposed') return under(input, 'input')
  if (type === 'action.judged') return [...under(input, 'gathered', 'input'), ...under(facts, 'gathered', 'facts')]
  return isPayloadRef(body.result) ? output : []
}

function unique(values: readonly KnownValue[]): readonly KnownValue[] {
  return [...new Map(values.map((value) => [value.text, value])).values()]
}
