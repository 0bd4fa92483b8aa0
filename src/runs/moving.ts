/** A run in hand: what every step of moving it needs. */
import type { CompiledCharter } from '../charter/compile.ts'
import type { Json } from '../json.ts'
import type { PayloadRef } from '../ledger/event.ts'
import type { Tool } from '../tools/tool.ts'
import type { Brought } from './brought.ts'
import type { Conversation } from './conversation.ts'
import type { Journal } from './journal.ts'
import type { Payloads } from './payloads.ts'
import type { World } from './world.ts'

export interface Moving {
  readonly world: World
  readonly journal: Journal
  readonly payloads: Payloads
  readonly conversation: Conversation
  readonly brought: Brought
  /** The page that the run pinned when it started. */
  readonly pinned: CompiledCharter
  readonly tools: ReadonlyMap<string, Tool>
  /** What this run's own successful reads answered, by tool, oldest first. */
  readonly outputs: Map<string, Json[]>
  /** Aborts when the lease is lost: nothing more may be appended, whatever is on the wire. */
  readonly lost: AbortSignal
  /** Aborts when the engine closes, or the lease is lost: no further step is begun, and no wait is sat out. */
  readonly signal: AbortSignal
}

/** Seals content of the next event, and keeps it at hand. */
export function seal(moving: Moving, kind: string, value: Json): PayloadRef {
  const ref = moving.journal.seal(kind, value)
  moving.payloads.remember(ref, value)
  return ref
}

/** What became of a step that could not simply be done. */
export type Hindrance =
  | { hindrance: 'bound'; bound: string }
  | { hindrance: 'stopped'; stop: string }
  | { hindrance: 'later'; afterMs: number }
