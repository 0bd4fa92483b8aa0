/**
 * A handoff: a run given to people with its state.
 *
 *   none ─▶ assigned ─▶ claimed ─▶ resolved     the person has done it, and the run ends
 *                              ─▶ returned      the run goes on, with what the person says and adds
 *
 * Claim to close is a person's time: what the run cost besides its model.
 */
import { CharterError } from '../errors.ts'
import {
  type HandoffAssigned,
  type HandoffEvent,
  type HandoffExtension,
  type PayloadRef,
  readHandoffEvent,
  type StoredEvent,
} from './handoff-events.ts'

export type Handoff =
  | { readonly status: 'none' }
  | { readonly status: 'assigned'; readonly assigned: HandoffAssigned }
  | {
      readonly status: 'claimed' | 'resolved' | 'returned'
      readonly assigned: HandoffAssigned
      readonly claimedBy: string
    }

export const noHandoff: Handoff = { status: 'none' }

export type HandoffCommand =
  | (HandoffAssigned & { readonly type: 'assign' })
  /** `groups` are those that this principal belongs to, as the door resolved them. */
  | { readonly type: 'claim'; readonly by: string; readonly groups: readonly string[] }
  | { readonly type: 'resolve'; readonly by: string; readonly outcome: PayloadRef | null }
  | {
      readonly type: 'return'
      readonly by: string
      readonly note: PayloadRef | null
      readonly extends?: HandoffExtension
    }

export function decideHandoff(handoff: Handoff, command: HandoffCommand): readonly HandoffEvent[] {
  if (command.type === 'assign') return assign(handoff, command)
  if (handoff.status === 'none') throw new CharterError('handoff_not_found', 'no handoff was assigned')
  switch (command.type) {
    case 'claim':
      return claim(handoff, command.by, command.groups)
    case 'resolve': {
      const { type: _type, ...body } = command
      return [{ type: 'handoff.resolved', body: { handoff: closedBy(handoff, command.by), ...body } }]
    }
    case 'return': {
      const { type: _type, ...body } = command
      requireWhole(command.extends ?? {})
      return [{ type: 'handoff.returned', body: { handoff: closedBy(handoff, command.by), ...body } }]
    }
  }
}

/** What is known after one more fact. Never throws: the ledger is already the truth. */
export function evolveHandoff(handoff: Handoff, event: HandoffEvent): Handoff {
  if (event.type === 'handoff.assigned') return { status: 'assigned', assigned: event.body }
  if (handoff.status === 'none') return handoff
  const { assigned } = handoff
  switch (event.type) {
    case 'handoff.claimed':
      return { status: 'claimed', assigned, claimedBy: event.body.by }
    case 'handoff.resolved':
      return { status: 'resolved', assigned, claimedBy: event.body.by }
    case 'handoff.returned':
      return { status: 'returned', assigned, claimedBy: event.body.by }
    default:
      return handoff
  }
}

/** A handoff from the events of its stream, oldest first. */
export const foldHandoff = (events: readonly StoredEvent[]): Handoff =>
  events.map(readHandoffEvent).reduce(evolveHandoff, noHandoff)

/** From claim to close in minutes, not rounded; nothing while nobody has closed what somebody claimed. */
export function humanMinutes(row: {
  readonly claimed_at: number | null
  readonly settled_at: number | null
}): number | undefined {
  if (row.claimed_at === null || row.settled_at === null) return undefined
  return Math.max(0, row.settled_at - row.claimed_at) / 60_000
}

function assign(
  handoff: Handoff,
  { type: _type, ...body }: HandoffCommand & { type: 'assign' },
): readonly HandoffEvent[] {
  if (handoff.status !== 'none') throw new CharterError('internal', `handoff \`${body.handoff}\` is assigned already`)
  return [{ type: 'handoff.assigned', body }]
}

type KnownHandoff = Exclude<Handoff, { status: 'none' }>

/** Claimed again by the same person is claimed once. A handoff to one person names them in place of a group. */
function claim(handoff: KnownHandoff, by: string, groups: readonly string[]): readonly HandoffEvent[] {
  const { handoff: id, group } = handoff.assigned
  if (!groups.includes(group) && !samePerson(by, group)) {
    throw new CharterError('approver_not_allowed', `\`${by}\` is not in \`${group}\`, to whom the run was handed`, {
      hint: `somebody of \`${group}\` must claim it`,
      param: 'by',
    })
  }
  if (handoff.status === 'assigned') return [{ type: 'handoff.claimed', body: { handoff: id, by } }]
  refuseSettled(handoff)
  if (samePerson(handoff.claimedBy, by)) return []
  throw claimedByOther(handoff)
}

/** The id of a handoff that this person may close: they have claimed it, and nobody has closed it. */
function closedBy(handoff: KnownHandoff, by: string): string {
  const { handoff: id } = handoff.assigned
  if (handoff.status === 'assigned') {
    throw new CharterError('approver_not_allowed', `\`${by}\` has not claimed handoff \`${id}\``, {
      hint: 'claim it first, so that nobody else works on it',
      param: 'by',
    })
  }
  refuseSettled(handoff)
  if (samePerson(handoff.claimedBy, by)) return id
  throw claimedByOther(handoff)
}

const samePerson = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function refuseSettled({ status, assigned }: KnownHandoff): void {
  if (status === 'assigned' || status === 'claimed') return
  throw new CharterError('handoff_settled', `handoff \`${assigned.handoff}\` is already ${status}`, {
    details: { handoff: assigned.handoff, status },
  })
}

const claimedByOther = ({ assigned, claimedBy }: Extract<Handoff, { claimedBy: string }>): CharterError =>
  new CharterError('handoff_already_claimed', `handoff \`${assigned.handoff}\` is claimed by \`${claimedBy}\``, {
    hint: 'only who has claimed it may close it',
    details: { handoff: assigned.handoff, by: claimedBy },
  })

/** A run's budget is extended, never cut: a person who wants it to end resolves the handoff instead. */
function requireWhole(extension: HandoffExtension): void {
  for (const [name, amount] of Object.entries(extension)) {
    if (Number.isSafeInteger(amount) && amount >= 0) continue
    throw new CharterError('usage', `\`${name}\` is extended by \`${amount}\`, which is no whole number from 0`, {
      param: `extends.${name}`,
    })
  }
}
