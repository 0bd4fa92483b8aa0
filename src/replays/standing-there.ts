/**
 * What the engine found when it looked at stops, grants, the page in force and what had moved. It stands in the ground
 * of the decision that came next; where none came, what came instead says what must have been there.
 */
import type { LedgerEvent } from '../ledger/event.ts'
import type { Answers, EffectRow, GrantRow, StopRow } from '../ledger/reads.ts'
import type { DecisionBasis } from '../runs/judge-action.ts'
import type { RefusedRead } from '../runs/gather.ts'
import type { Tape } from './tape.ts'

export interface StandingThere {
  readonly stops: readonly StopRow[]
  readonly grants: readonly GrantRow[]
  readonly inForce: string
  readonly moved: Readonly<Record<string, Answers['moved']>>
  readonly breakerOpen: boolean
  /** Another effect on the subject, that one must wait for or that is unknown. */
  readonly open: 'busy' | 'unknown' | undefined
  /** Whether an approval of the action still counts. */
  readonly signed: boolean
}

/** Of nothing: before the first decision of a run nothing is looked at but for a stop that aborts it. */
const nothingKnown = { stops: [], grants: [], moved: {}, breakerOpen: false, open: undefined, signed: true } as const

export function standingThere(tape: Tape): StandingThere {
  const { next } = tape
  const known = latest(tape)
  switch (next?.type) {
    case 'action.judged':
      return judgedThere(tape, next, known)
    case 'effect.dispatched': {
      const inForce = typeof next.body.in_force === 'string' ? next.body.in_force : known.inForce
      return { ...known, inForce, open: undefined, signed: true }
    }
    case 'action.returned':
      return { ...known, open: next.body.code === 'subject_busy' ? 'busy' : undefined }
    case 'run.waiting':
      return next.body.awaits === 'stop' ? { ...known, stops: [stopNamed(String(next.body.id), 'observe')] } : known
    case 'run.woken':
      return { ...known, stops: stopsAtWaking(next) }
    case 'run.ended':
      return next.body.code === 'stopped' ? { ...known, stops: [stopNamed('', 'abort')] } : known
    // A further send was refused, and not by a stop.
    case 'effect.given_up':
      return { ...known, grants: [] }
    default:
      return known
  }
}

/** The decision ahead in this turn, else the one before. */
function latest(tape: Tape): StandingThere {
  const ahead = tape.ahead((event) => event.type === 'action.judged')
  const before = tape.recording.events.slice(0, tape.played).findLast(({ type }) => type === 'action.judged')
  for (const event of [ahead, before]) {
    const basis = event && tape.basisOf(event)
    if (event && basis) return ofBasis(event, basis)
  }
  return { ...nothingKnown, inForce: tape.recording.started.charter }
}

const ofBasis = ({ body }: LedgerEvent, { live }: DecisionBasis): StandingThere => ({
  stops: live.stops,
  grants: live.grants,
  inForce: String(body.in_force),
  moved: live.moved,
  breakerOpen: live.breakerOpen,
  open: live.unresolved ? 'unknown' : undefined,
  signed: Object.keys(live.signatures).length > 0,
})

function judgedThere(tape: Tape, next: LedgerEvent, known: StandingThere): StandingThere {
  const basis = tape.basisOf(next)
  // Whoever came to dispatch it and judged it once more instead found its subject busy.
  const open = next.body.moment === 'after_wait' ? { open: 'busy' as const } : {}
  if (basis) return { ...ofBasis(next, basis), ...open }
  const read = refusedRead(tape, next)
  if (!read) return known
  const { stops, grants, breakerOpen } = read.live
  return { ...known, stops, grants, breakerOpen, inForce: read.in_force }
}

/** The read that was refused to those who asked for the facts. */
export function refusedRead(tape: Tape, event: LedgerEvent | undefined): RefusedRead | undefined {
  const content = event?.type === 'action.judged' ? tape.contentOf(event, 'judged') : undefined
  const said = content as { readonly read?: RefusedRead } | null | undefined
  return said?.read
}

function stopsAtWaking({ body }: LedgerEvent): readonly StopRow[] {
  if (body.outcome === 'stopped') return [stopNamed('', 'abort')]
  if (body.awaits === 'stop' && body.outcome !== 'lifted') return [stopNamed(String(body.id), 'observe')]
  return []
}

/** One of which the run's own events say no more than that it stood in the way. */
const stopNamed = (stop: string, level: StopRow['level']): StopRow => ({
  stop,
  scope: 'everything',
  value: '',
  level,
  by: '',
  since: 0,
  environment: '',
})

/** An effect of somebody else on the same subject. */
export function openThere({ open }: StandingThere, now: number): readonly EffectRow[] {
  if (!open) return []
  const times = { dispatched_at: now, deadline: now, settles_by: now, settled_at: null, look_at: null }
  const named = { effect: '', run: '', action: '', agent: '', tool: '', risk: '', key: '' }
  const status = open === 'unknown' ? 'unknown' : 'dispatched'
  return [{ ...named, ...times, subject: null, business_key: null, attempt: 1, status }]
}
