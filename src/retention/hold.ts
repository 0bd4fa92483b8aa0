/**
 * A legal hold: what it covers is not erased, by time or by order, until it is lifted.
 *
 *   none ─▶ placed ─▶ lifted
 *
 * Pure: all holds of a tenant are one stream, which comes in as events; facts leave as events.
 */
import { CharterError, nearest } from '../errors.ts'
import type { PayloadRef } from '../ledger/event.ts'
import { type HoldEvent, readHoldEvent, type StoredEvent } from './retention-events.ts'

export const holdStream = 'hold/register'

export const holdScopes = ['everything', 'agent', 'run', 'subject'] as const
export type HoldScope = (typeof holdScopes)[number]

export interface Hold {
  readonly hold: string
  readonly scope: HoldScope
  readonly value: string
  readonly by: string
  readonly since: number
  readonly reason: PayloadRef | null
}

export type HoldCommand =
  | {
      readonly type: 'place'
      readonly hold: string
      readonly scope: HoldScope
      readonly value: string
      readonly reason: PayloadRef | null
    }
  | { readonly type: 'lift'; readonly hold: string }

/** The same scope may be held twice, by two proceedings: it is free when both are lifted. */
export function decideHold(holds: readonly Hold[], command: HoldCommand): readonly HoldEvent[] {
  const { type, ...body } = command
  if (type === 'place') return [{ type: 'hold.placed', body: body as Omit<HoldCommand & { type: 'place' }, 'type'> }]
  const { hold } = command
  if (holds.some((known) => known.hold === hold)) return [{ type: 'hold.lifted', body: { hold } }]
  const known = holds.map((other) => other.hold)
  const near = nearest(hold, known)
  throw new CharterError('hold_not_found', `no hold \`${hold}\` is in force`, {
    param: 'hold',
    hint: near === undefined ? 'list them with `charter hold list`' : `did you mean \`${near}\`?`,
  })
}

/** The holds in force, oldest first. */
export function foldHolds(events: readonly StoredEvent[]): readonly Hold[] {
  const holds = new Map<string, Hold>()
  for (const stored of events) {
    const event = readHoldEvent(stored)
    if (event.type === 'hold.lifted') holds.delete(event.body.hold)
    if (event.type === 'hold.placed') holds.set(event.body.hold, { ...event.body, by: stored.actor, since: stored.at })
  }
  return [...holds.values()]
}

export interface HeldThing {
  readonly run: string
  readonly agent: string
  /** Pseudonyms of held subjects that the run touched. */
  readonly subjects: ReadonlySet<string>
}

/** The first hold that covers a run. */
export const holdOn = (holds: readonly Hold[], thing: HeldThing): Hold | undefined =>
  holds.find((hold) => covers(hold, thing))

function covers({ scope, value }: Hold, { run, agent, subjects }: HeldThing): boolean {
  if (scope === 'run') return value === run
  if (scope === 'agent') return value === agent
  if (scope === 'subject') return subjects.has(value)
  // `everything`, and a scope that this Charter does not know: it was meant to keep something.
  return true
}

/** `customer:c_17`, `run:run_01J`, `agent:billing` and `everything`. A kind that is none of these names a subject. */
export function parseHoldScope(text: string): { scope: HoldScope; kind: string; value: string } {
  if (text === 'everything') return { scope: 'everything', kind: '', value: '' }
  const { kind, id } = parseSubject(text)
  return { scope: kind === 'run' || kind === 'agent' ? kind : 'subject', kind, value: id }
}

/** `customer:c_17`, as the system of record names it. */
export function parseSubject(text: string): { kind: string; id: string } {
  const at = text.indexOf(':')
  if (at > 0 && at < text.length - 1) return { kind: text.slice(0, at), id: text.slice(at + 1) }
  throw new CharterError('usage', `\`${text}\` is no kind and id of a subject`, {
    param: 'subject',
    hint: 'name it as the tools do, for instance `customer:c_17`',
  })
}
