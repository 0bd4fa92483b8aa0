/**
 * Which key of the page says how long a class of content is kept, and the default where the page is silent: said here
 * and nowhere else. Time counts from the end of the run that the content belongs to.
 */

/** How long the page keeps the two kinds of content, milliseconds; absent where it does not say. */
export interface Terms {
  readonly storePromptsMs?: number | undefined
  readonly storeToolMetadataMs?: number | undefined
}

type Term = keyof Terms

/** `store_prompts`: what people and models said. `store_tool_metadata`: what tools were called with, and what came back. */
const termOf: Readonly<Record<string, Term>> = {
  input: 'storePromptsMs',
  prompt: 'storePromptsMs',
  arguments: 'storeToolMetadataMs',
  facts: 'storeToolMetadataMs',
  result: 'storeToolMetadataMs',
  decision: 'storeToolMetadataMs',
  approval: 'storeToolMetadataMs',
}

/** Content of runs. Pages and releases say what ran: they are kept as long as the ledger, for replay. */
export const retentionClasses: readonly string[] = Object.keys(termOf)

/** Where no page says a time, content is kept until somebody orders its erasure. */
const keptMs = Number.POSITIVE_INFINITY

/** A run that is open is never due: it needs what it knows. */
export interface DueRun {
  readonly endedAt: number | null
  /** Of the page that the run pinned, and of the one now in force: the shorter time counts. */
  readonly terms: readonly Terms[]
}

export interface DueWanted {
  readonly now: number
  /** One class alone. */
  readonly class?: string | undefined
  /** Whatever the pages say: content of runs that had ended before then. */
  readonly before?: number | undefined
}

/** The classes of a run's content that are to be erased now. */
export function dueClasses({ endedAt, terms }: DueRun, { now, class: only, before }: DueWanted): readonly string[] {
  if (endedAt === null) return []
  const classes = retentionClasses.filter((name) => only === undefined || name === only)
  if (before !== undefined) return endedAt < before ? classes : []
  return classes.filter((name) => endedAt + shortest(name, terms) <= now)
}

function shortest(name: string, terms: readonly Terms[]): number {
  const term = termOf[name]
  return Math.min(...terms.map((page) => (term && page[term]) ?? keptMs), keptMs)
}
