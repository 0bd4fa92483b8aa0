/** What is supposed to have been otherwise, and what a supposed run turned out to need that nobody knows. */
import type { Page } from '../../charter/page.ts'
import type { PayloadRef } from '../../ledger/event.ts'
import type { AskModel } from '../../runs/world.ts'
import type { Project } from '../project.ts'

export interface Supposition {
  /** Tools and prices as they are supposed to be. */
  readonly project: Project
  /** In the place of the page that the run pinned and of every page that was in force. */
  readonly page?: Page
  /** A model that is really asked; else the recorded answers stand for as long as the model is told the same. */
  readonly ask?: AskModel
  /** What people say to a question that nobody was asked then. */
  readonly people: 'grant' | 'deny' | 'wait'
}

/** Why a supposed run goes no further. */
export type Beyond =
  /** The model would be told something else than it was, and nobody knows what it would say. */
  | { readonly why: 'told_otherwise'; readonly turn: number }
  /** The model was not asked so often then. */
  | { readonly why: 'not_asked_then'; readonly turn: number }
  /** Its subjects and facts were not looked up then, or not with these arguments. */
  | { readonly why: 'not_looked_up_then'; readonly tool: string }
  /** It was not called then, and has no preview that could stand in for its answer. */
  | { readonly why: 'not_called_then'; readonly tool: string }
  | { readonly why: 'not_kept'; readonly what: string; readonly stream: string; readonly missing: PayloadRef }
  /** The run waits for people, who said nothing then. */
  | { readonly why: 'waits'; readonly for: string }

export class IsBeyond extends Error {
  readonly beyond: Beyond
  constructor(beyond: Beyond) {
    super(`a supposed run ends where nothing is known: ${beyond.why}`)
    this.beyond = beyond
  }
}
