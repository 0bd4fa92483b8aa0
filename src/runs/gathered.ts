/** What was gathered of an action before it was judged: recorded with the decision, so that it can be judged again. */
import type { Json, JsonObject } from '../json.ts'
import { fieldsOf } from '../policy/fields.ts'
import type { Evidence, Intent } from '../tools/intent.ts'
import type { Subjects, Tool } from '../tools/tool.ts'
import type { SubjectRef } from './events.ts'

export interface Gathered {
  /** Validated arguments, output side. */
  readonly input: JsonObject
  readonly intent?: Intent
  /** As the system of record names them, primary first. */
  readonly subjects: readonly { kind: string; id: string }[]
  /** The same by pseudonym. */
  readonly refs: readonly SubjectRef[]
  readonly facts: JsonObject
  /** Top-level arguments that change something, those that only name a subject left out. */
  readonly fields: readonly string[]
  /** The tool's own verdict: a fact about one version of it and one input. */
  readonly check: { readonly tool: string; readonly input: string; readonly verdict: true | string }
  readonly preview?: { readonly fields?: JsonObject; readonly says?: string }
  /** Cited documents that this run has read, and whether everything cited was read. */
  readonly citations: number
  readonly intentHolds: boolean
  /** Evidence that was cited and not read in this run. */
  readonly unread: readonly { kind: string; id: string }[]
}

interface GatheredParts extends Pick<Gathered, 'input' | 'facts'> {
  readonly tool: Tool
  readonly preview: Gathered['preview'] | undefined
  readonly intent: Intent | undefined
  readonly touched: Subjects
}

/** What only the run and its house know. */
interface Knowing {
  isRead(piece: Evidence): boolean
  pseudonym(kind: string, id: string): string
  digest(value: Json): string
}

export function putTogether(
  { tool, input, intent, touched, facts, preview }: GatheredParts,
  knowing: Knowing,
): Gathered {
  const subjects = flatten(touched)
  const evidence = (intent?.evidence ?? []).map((piece) => ({ ...piece, read: knowing.isRead(piece) }))
  return {
    input,
    ...(intent && { intent }),
    subjects,
    refs: subjects.map(({ kind, id }) => ({ kind, id: knowing.pseudonym(kind, id) })),
    facts,
    fields: fieldsOf(input, touched),
    check: {
      tool: `${tool.name}@${tool.version}`,
      input: knowing.digest([input, facts]),
      verdict: tool.check?.(input, facts) ?? true,
    },
    ...(preview && { preview }),
    citations: evidence.filter(({ kind, read }) => kind === 'document' && read).length,
    intentHolds: intent !== undefined && evidence.every(({ read }) => read),
    unread: evidence.filter(({ read }) => !read).map(({ kind, id }) => ({ kind, id })),
  }
}

function flatten(subjects: Subjects): { kind: string; id: string }[] {
  return Object.entries(subjects).flatMap(([kind, ids]) => [ids].flat().map((id) => ({ kind, id: String(id) })))
}

/** The part of a gathering that an approval binds to besides the arguments. */
export const boundBy = ({ input, facts, preview }: Gathered) => ({
  arguments: input,
  facts,
  preview: preview?.fields ?? {},
})
