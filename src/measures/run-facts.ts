/**
 * What the measures know of one run: a few dozen numbers, however many events it had. Everything that is measured is
 * counted from these, so a figure over a million events needs the memory of its runs and not of their histories.
 */
import type { RunStatus } from '../runs/events.ts'

/** What is known of whether a run reached what it was for. Nothing is a success that nobody looked at. */
export type OutcomeStanding = 'verified' | 'failed' | 'unverified'

/** What must not be found in a run, whatever came of its task. */
export type Fault =
  /** A write was sent that judgement had refused, or that people had not signed. */
  | 'denial_bypassed'
  /** The run ended, and what became of a write of it is not known. */
  | 'unknown_effect'
  /** A write whose tool must cite was sent before the run had read any document. */
  | 'evidence_missing'
  /** It used up more than the page, and the people who added to it, allow. */
  | 'over_budget'
  /** What the page names under `outcome.unsafe` was found to have come of it. */
  | 'unsafe_outcome'

export interface RunFacts {
  readonly run: string
  readonly agent: string
  readonly workflow: string
  readonly release: string
  readonly charter: string
  /** As the page names it; several, joined by ` + `, where it asked several. */
  readonly model: string
  readonly startedAt: number
  /** Nothing while it is under way or with people. */
  readonly endedAt: number | undefined
  readonly status: RunStatus
  /** Without waits for people, timers and stops. */
  readonly activeMs: number
  /** The page names an outcome, or somebody recorded one. */
  readonly hasOutcome: boolean
  readonly outcome: OutcomeStanding
  readonly faults: readonly Fault[]
  readonly escalated: boolean
  /** Questions to approvers, handoffs, and questions to the requester. */
  readonly people: { readonly approvals: number; readonly handoffs: number; readonly requests: number }
  readonly turns: { readonly answered: number; readonly failed: number }
  readonly tokens: Tokens
  readonly cost: Cost
  /** By `tool@version`; a tool that nobody knows has no version. */
  readonly tools: Readonly<Record<string, ToolFacts>>
}

export interface Tokens {
  /** Everything that was sent and said, failed calls as they were charged. */
  readonly all: number
  /** Of the prompt of a turn, what the turn before had sent already, less what the provider took from its cache. */
  readonly repeated: number
  /** Of model calls without a usable answer. */
  readonly retried: number
  /** By how much a prompt grew over a turn that brought in documents, beyond what the model itself had said. */
  readonly documents: number
}

/** Whole micro-dollars; each is spent in one line alone, so the lines add up to the whole. */
export interface Cost {
  /** Turns that were answered, but for rework. */
  readonly model: number
  /** Fees of tools, for the first sending. */
  readonly tools: number
  /** Model calls without a usable answer, and the fees of every further sending of a write. */
  readonly retries: number
  /** Time of people at the configured rate. */
  readonly people: number
  /** Turns that follow a refused action, or a run handed back. */
  readonly rework: number
  /** What the line of people is reckoned from, whether a rate is configured or not. */
  readonly peopleMs: number
}

export const costLines = ['model', 'tools', 'retries', 'people', 'rework'] as const
export type CostLine = (typeof costLines)[number]

export const totalCost = (cost: Cost): number => costLines.reduce((sum, line) => sum + cost[line], 0)

export interface ToolFacts {
  /** Without those that an approver put in the place of another. */
  readonly proposals: number
  readonly invalid: number
  /** Refused by judgement, by code; an action counts once. */
  readonly denied: Readonly<Record<string, number>>
  readonly asked: number
  /** Of the questions, those that people answered, and how. */
  readonly answered: number
  readonly editedByPeople: number
  readonly deniedByPeople: number
  /** Proposals of a tool that must cite or state its intent, and those whose evidence did not hold. */
  readonly citing: number
  readonly miscited: number
  readonly effects: number
  readonly unknown: number
  /** Sendings after the first. */
  readonly resent: number
  /** Answers of the tool, and those that broke its schema or were too large. */
  readonly answers: number
  readonly rejected: number
  /** Actions of a run that ended, and those of which the ledger tells the whole story. */
  readonly told: number
  readonly ofEnded: number
}

export const isEndedRun = ({ endedAt }: Pick<RunFacts, 'endedAt'>): boolean => endedAt !== undefined
