/** Everything that a run's shell may reach, handed in by `create-runtime.ts`; nothing is looked up from the process. */
import type { CompiledCharter } from '../charter/compile.ts'
import type { Clock } from '../clock.ts'
import type { Randomness } from '../ids.ts'
import type { Json } from '../json.ts'
import type { Sealer } from '../keyring/sealer.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ModelAnswer, ModelRequest } from '../models/model-request.ts'
import type { PriceBook } from '../models/price-book.ts'
import type { Evaluator } from '../policy/evaluate.ts'
import type { CallOutcome, Sending } from '../tools/call-tool.ts'
import type { VerifyOutcome } from '../tools/call-verify.ts'
import type { Tool } from '../tools/tool.ts'
import type { Breakers } from './breakers.ts'
import type { EffectDispatched } from './events.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { Offers } from './offers.ts'
import type { ReleaseBook } from './release-book.ts'
import type { SharedSpending } from './shared-spending.ts'

export interface World {
  readonly ledger: Ledger
  readonly sealer: Sealer
  readonly clock: Clock
  readonly random: Randomness
  readonly tenant: string
  readonly environment: string
  readonly evaluator: Evaluator
  readonly prices: PriceBook
  readonly charters: CharterBook
  readonly offers: Offers
  readonly releases: ReleaseBook
  readonly breakers: Breakers
  readonly spending: SharedSpending
  readonly inFlight: InFlight
  readonly kept: KeptRuns
  /** The agents that this process has. */
  readonly agents: readonly string[]
  /** The tools of an agent by name; none for an agent that this process does not know. */
  toolsOf(agent: string): ReadonlyMap<string, Tool>
  /** Throws where the model cannot be had. */
  model(id: string): Promise<AskModel>
  readonly calls: Calls
  /** An attempt that was cut short came to an end after all. */
  recordLate(late: LateOutcome): void
}

/** Asks a model once, and throws what `callModel` throws. */
export type AskModel = (
  request: ModelRequest,
  within: { readonly withinMs: number; readonly signal: AbortSignal },
) => Promise<ModelAnswer>

/** What leaves for the systems behind the tools. Neither throws. */
export interface Calls {
  call(tool: Tool, input: Json, sending: Sending): Promise<CallOutcome>
  verify(tool: Tool, input: Json, asking: Omit<Sending, 'onLate'>): Promise<VerifyOutcome>
}

/** The attempts that this process has on the wire, so that a stop of level `abort` can cut them off. */
export interface InFlight {
  enter(sent: EffectDispatched): AbortSignal
  leave(sent: EffectDispatched): void
  abort(covers: (sent: EffectDispatched) => boolean): void
}

export interface LateOutcome {
  readonly run: string
  readonly effect: string
  readonly attempt: number
  readonly outcome: 'committed' | 'not_committed'
  /** Of one that was not committed: whether it may be sent again. */
  readonly retryable: boolean
}

/** The pages of an agent, compiled: the one in force, and those that open runs have pinned. */
export interface CharterBook {
  /** Throws `charter_not_found` when the ledger holds no page of that hash. */
  compiled(agent: string, hash: string): Promise<CompiledCharter>
  /**
   * The same of the page that is in force. One that does not compile allows nothing: it holds its agent, and throws the
   * same `charter_invalid` or `policy_invalid` for every run.
   */
  inForce(agent: string, hash: string): Promise<CompiledCharter>
  /** Without those that are held; an agent is let go once a page that compiles is in force. */
  unheld(agents: readonly string[]): Promise<readonly string[]>
  /** Compiles everything anew: the tools have changed. */
  forget(): void
}

/** Who holds the lease under which a run is moved. */
export interface Holder {
  readonly owner: string
  readonly epoch: number
}
