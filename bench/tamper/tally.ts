/** What was tried, what of it was found, and where the right event was named. */
import type { Edit, Kind } from './edit.ts'
import { isNamed, type Verdict } from './verdict.ts'

interface Count {
  edits: number
  found: number
  named: number
}

export interface Tally {
  readonly byKind: Readonly<Record<Kind, Count>>
  /** What was not found, or not named, for people. */
  readonly missed: string[]
}

export function emptyTally(): Tally {
  const none = (): Count => ({ edits: 0, found: 0, named: 0 })
  const byKind = { byte: none(), delete: none(), swap: none(), insert: none(), truncate: none(), rechained: none() }
  return { byKind, missed: [] }
}

/** More of one kind nobody reads. */
const mostMissed = 12

export function note({ byKind, missed }: Tally, { kind, what, names }: Edit, verdict: Verdict): void {
  const count = byKind[kind]
  const named = !verdict.ok && isNamed(verdict, names)
  count.edits += 1
  if (!verdict.ok) count.found += 1
  if (named) count.named += 1
  if (named || count.edits - count.named > mostMissed) return
  const [first] = verdict.problems
  const said = first
    ? `it said line ${first.line}, ${first.stream ?? ''} ${first.seq ?? ''}: ${first.what}`
    : 'not found'
  missed.push(`${kind}: ${what}: ${said}, and not ${JSON.stringify(names)}`)
}
