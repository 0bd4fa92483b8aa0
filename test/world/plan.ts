/**
 * Everything that a world is told beforehand: what agents are asked, what people do, and what goes wrong. Drawn from a
 * seed; a plan with a fault or a deed left out is a plan too, so a failing one can be made smaller.
 */
import type { WrittenTurn } from '../../src/models/script.ts'
import type { Scope, StopLevel } from '../../src/stops/stop.ts'
import type { PageName } from './pages.ts'

export interface Plan {
  readonly seed: string
  readonly page: PageName
  readonly leaseMs: number
  readonly runs: readonly RunPlanned[]
  readonly faults: readonly Fault[]
  readonly deeds: readonly Deed[]
  /** What people say to the first question, the second, and so on. */
  readonly answers: readonly AnswerPlanned[]
  /** Whether people look after what nobody knows, and how soon. */
  readonly settlesAfterMs: number | undefined
}

export interface RunPlanned {
  readonly name: string
  readonly atMs: number
  readonly turns: readonly WrittenTurn[]
  /** Orders that its grant names; any where there are none. */
  readonly orders: readonly string[] | undefined
  /** Whether it draws on the grant that the runs share. */
  readonly sharesGrant: boolean
}

/** What goes wrong between a tool and its vendor, for one attempt of a write. */
export const wireFaults = [
  'drop_request',
  'drop_answer',
  'slow_request',
  'late_answer',
  'duplicate',
  'refuse',
  'conflict',
] as const
/** What goes wrong with the machine. */
export const machineFaults = [
  'kill',
  'power_cut',
  'freeze',
  'commit_fails',
  'commit_lost',
  'disk_full',
  'busy',
] as const
export type WireFault = (typeof wireFaults)[number]
export type MachineFault = (typeof machineFaults)[number]
export type FaultKind = WireFault | MachineFault
export type Death = Extract<MachineFault, 'kill' | 'power_cut'>

/** A stop while an effect is under way is no fault, and as good as one. */
export type Blow = FaultKind | 'stop'
export const blows: readonly Blow[] = [...wireFaults, ...machineFaults, 'stop']

export type Fault =
  /** Effects count from 1 in the order in which they are first sent. */
  | {
      readonly kind: WireFault
      readonly effect: number
      /** Whether only effects count that are sent again under their key. */
      readonly ofKeyed: boolean
      readonly attempt: number
      readonly isSilent: boolean
    }
  | {
      readonly kind: MachineFault
      /** Counted from the first sending of this effect; 0 is the beginning. */
      readonly effect: number
      /** So many commits of the ledger, or port calls of the engine, or milliseconds after that. */
      readonly from: { readonly after: 'commits' | 'calls' | 'ms'; readonly count: number }
      /** For how long: it is down, frozen, full or held, milliseconds. */
      readonly forMs: number
      /** Of what was not synced, the part that a power cut leaves. */
      readonly kept: number
      /** How the engine's next life ends, and after how many port calls. */
      readonly again: { readonly kind: Death; readonly calls: number } | undefined
    }
  | { readonly kind: 'model_fails' | 'model_hangs'; readonly call: number }
  | { readonly kind: 'read_fails' | 'look_up_fails'; readonly call: number }

/**
 * When people act: so long after the beginning or after the first sending of an effect, or when the engine has read what it
 * judges by for the nth time and is about to begin a batch of commits.
 */
export type Moment =
  | { readonly atMs: number }
  | { readonly atTick: number }
  | { readonly atEffect: number; readonly afterMs: number }

/** What people do of their own accord. */
export type Deed = Moment &
  (
    | {
        readonly deed: 'stop'
        readonly scope: Scope
        readonly value: string
        readonly level: StopLevel
        readonly forMs: number
      }
    | { readonly deed: 'revoke'; readonly run: string }
    | { readonly deed: 'revoke_shared' }
    | { readonly deed: 'apply'; readonly page: PageName }
    | { readonly deed: 'restart' }
    | { readonly deed: 'second_engine' }
    | { readonly deed: 'look' }
  )

export type AnswerPlanned = {
  readonly afterMs: number
  readonly answer: 'grant' | 'deny' | 'edit' | 'silence'
}
