/** What the verifier says of an export, as much of it as is looked at here. */
import type { ExportProblem } from '../../src/ledger/findings.ts'

export interface Verdict {
  readonly ok: boolean
  /** By line. */
  readonly problems: readonly ExportProblem[]
}

/** Where a tampering must be seen: at an event, or at a line that is no event's. */
export type Place = { readonly stream: string; readonly seq: number } | { readonly line: number }

/** The first event that is named is the one that people go by; of a line that is no event's it is enough that it is named. */
export function isNamed({ problems }: Verdict, places: readonly Place[]): boolean {
  const first = problems.find(({ seq }) => seq !== undefined)
  return places.some((place) =>
    'line' in place
      ? problems.some(({ line }) => line === place.line)
      : first?.stream === place.stream && first.seq === place.seq,
  )
}
