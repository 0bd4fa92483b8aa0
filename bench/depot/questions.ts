/** What is said between an engine process and the one that started it. */
import type { Json } from '../../src/json.ts'
import type { Order } from './order.ts'

export interface EnginePlace {
  readonly folder: string
  /** A file, or the URL of a PostgreSQL database. */
  readonly ledger: string
  readonly keyring: string
  readonly vendorUrl: string
  /** Milliseconds: on PostgreSQL the next engine waits for the end of a killed one's leases. */
  readonly leaseMs: number
  /** The model takes up to so long to think, milliseconds. */
  readonly thinksMs: number
}

export type Question =
  | { readonly ask: 'start'; readonly order: Order }
  | { readonly ask: 'settle'; readonly run: string }
  | { readonly ask: 'grant'; readonly approval: string }

export interface Settled {
  readonly run: string
  readonly status: string
  readonly code: string | null
  readonly output: Json
  /** The questions that the run waits for. */
  readonly approvals: readonly string[]
}

export interface Answers {
  start: { readonly run: string }
  settle: Settled
  grant: { readonly approval: string }
}

/** To the engine. */
export type Told = { readonly said: 'go'; readonly engine: number } | (Question & { readonly said: 'ask'; n: number })

/** From the engine. */
export type Heard =
  | { readonly said: 'loaded'; readonly pid: number }
  | { readonly said: 'ready' }
  | { readonly said: 'trouble'; readonly code: string; readonly message: string }
  | { readonly said: 'answer'; readonly n: number; readonly answer: Answers[keyof Answers] }
  | { readonly said: 'error'; readonly n: number; readonly code: string; readonly message: string }
