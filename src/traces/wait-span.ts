/** The span of a wait: for the answer to an approval, for people a run was handed to, for a stop to be lifted. */
import { drawSpan, type Frame, peopleIn } from './draw-span.ts'
import type { Span } from './span.ts'
import type { TracedWait } from './traced-wait.ts'

export function waitSpan(
  frame: Frame,
  wait: TracedWait,
  place: string,
  under: string,
  overAt: number | undefined,
): Span {
  const { awaits, id, at, until, outcome, wokenAt, by, group, signatures } = wait
  const signed = Object.entries(signatures ?? {}).map(([of, count]) => `${of}:${count}`)
  return drawSpan(frame, {
    kind: 'wait',
    of: awaits,
    place,
    under,
    startedAt: at,
    endedAt: wokenAt ?? overAt,
    attributes: {
      awaits,
      awaited: id,
      expires_at: until,
      outcome,
      group,
      signatures: signed.length > 0 ? signed : undefined,
      by: outcome === undefined ? undefined : peopleIn(frame, by),
    },
  })
}
