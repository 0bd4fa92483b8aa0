/** What a run waited for: people's approval, a handoff, an answer of whoever asked, the end of a stop. */
import type { Json } from '../json.ts'
import type { Awaited, RunWaiting, RunWoken } from '../runs/events.ts'
import type { TraceSource } from './trace-source.ts'

export interface TracedWait {
  readonly awaits: Awaited
  readonly id: string
  readonly at: number
  readonly until: number | undefined
  outcome?: string
  wokenAt?: number
  /** Who signed, denied, edited, resolved or returned it. */
  by: readonly string[]
  /** How many of each group signed. */
  signatures?: { readonly [group: string]: number }
  group?: string
  reason?: Json
  message?: Json
}

export const newWait = ({ awaits, id, until }: RunWaiting, at: number, source: TraceSource): TracedWait => ({
  awaits,
  id,
  at,
  until,
  by: peopleOf(source, awaitedStream(awaits, id)),
})

export function endWait(wait: TracedWait, body: RunWoken, at: number, source: TraceSource): void {
  wait.outcome = body.outcome
  wait.wokenAt = at
  if (body.by !== undefined && wait.by.length === 0) wait.by = [body.by]
  if (body.group !== undefined) wait.group = body.group
  if (body.signatures !== undefined) wait.signatures = body.signatures
  const reason = body.reason && source.content(body.reason)
  const message = body.message && source.content(body.message)
  if (reason !== undefined) wait.reason = reason
  if (message !== undefined) wait.message = message
}

/** The stream of what is waited for: a requester is asked as a group is to which a run is handed. */
export const awaitedStream = (awaits: Awaited, id: string): string =>
  `${awaits === 'requester' ? 'handoff' : awaits}/${id}`

const deedsOfPeople = [
  'approval.signed',
  'approval.granted',
  'approval.denied',
  'approval.edited',
  'handoff.resolved',
  'handoff.returned',
]

/** Who edits has signed the new question as well, and nobody else may have: such a grant alone names them. */
function peopleOf({ beside }: TraceSource, stream: string): readonly string[] {
  const deeds = (beside.get(stream) ?? []).filter(({ type }) => deedsOfPeople.includes(type))
  return [...new Set(deeds.flatMap(({ body, actor }) => namesIn(body.by) ?? actor))]
}

function namesIn(by: Json | undefined): readonly string[] | undefined {
  const names = [by].flat().filter((name) => typeof name === 'string')
  return names.length > 0 ? names : undefined
}
