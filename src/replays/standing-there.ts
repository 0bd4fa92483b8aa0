/**
 * What the engine found when it looked at stops, grants, the page in force and what had moved. It stands in the ground
 * of the decision that came next; where none came, what came instead says what must have been there.
 */
import type { Json } from '../json.ts'
import type { LedgerEvent } from '../ledger/event.ts'
import type { Answers, EffectRow, GrantRow, StopRow } from '../ledger/reads.ts'
import type { DecisionBasis } from '../runs/judge-action.ts'
import { refusedReadIn } from './recorded-grounds.ts'
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
  if (next?.type === 'action.judged') return judgedThere(tape, next)
  if (next?.type === 'effect.dispatched') return dispatchedThere(tape, next)
  const known = latest(tape)
  return { ...known, ...toldBy(next, known) }
}

/** What the next event says of what it found, where no decision comes first. */
function toldBy(next: LedgerEvent | undefined, { stops }: StandingThere): Partial<StandingThere> {
  switch (next?.type) {
    // One that aborts would have ended the run: it was lifted meanwhile.
    case 'turn.started':
      return { stops: stops.filter(({ level }) => level !== 'abort') }
    case 'action.returned':
      return { open: next.body.code === 'subject_busy' ? 'busy' : undefined }
    case 'run.waiting':
      return next.body.awaits === 'stop' ? { stops: [stopNamed(String(next.body.id), 'observe')] } : {}
    case 'run.woken':
      return { stops: stopsAtWaking(next) }
    case 'run.ended':
      return next.body.code === 'stopped' ? { stops: [stopNamed('', 'abort')] } : {}
    // A further send was refused, and not by a stop: where one was asked for, that is.
    case 'effect.given_up':
      return { grants: [] }
    case 'effect.committed':
    case 'effect.not_committed':
      return next.body.by === 'verify' ? { grants: [] } : {}
    default:
      return {}
  }
}

/** The same under the locks of a dispatch. */
export function standingAtDispatch(tape: Tape): StandingThere {
  const { next } = tape
  // Whoever came to dispatch it and judged it once more instead had found its subject busy.
  const wasBusy = next?.type === 'action.judged' && next.body.moment === 'after_wait'
  return wasBusy ? { ...latest(tape, next.body.action), open: 'busy' } : standingThere(tape)
}

/** The ground of the latest decision: of this action, where one is named. */
function latest(tape: Tape, action?: Json): StandingThere {
  const event = tape.before(
    (event) => (action === undefined || event.body.action === action) && tape.basisOf(event) !== undefined,
  )
  const basis = tape.basisOf(event)
  if (event && basis) return ofBasis(event, basis)
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

function judgedThere(tape: Tape, next: LedgerEvent): StandingThere {
  const basis = tape.basisOf(next)
  if (basis) return ofBasis(next, basis)
  const known = latest(tape)
  const { stops, grants, breakerOpen } = refusedReadIn(tape, next)?.live ?? known
  return { ...known, stops, grants, breakerOpen, inForce: String(next.body.in_force) }
}

function dispatchedThere(tape: Tape, { body }: LedgerEvent): StandingThere {
  const judged = latest(tape, body.action)
  const inForce = typeof body.in_force === 'string' ? body.in_force : judged.inForce
  return { ...judged, inForce, open: undefined, signed: true }
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
