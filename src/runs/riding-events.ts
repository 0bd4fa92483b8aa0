/**
 * What a power cut may take back, because nobody was told of it and nothing left because of it: the run asks its model
 * and its reads again, and a write whose outcome is gone is recovered like any other. Everything else is synced first.
 */
import type { RunEventType } from './events.ts'

const riding: ReadonlySet<string> = new Set([
  'turn.started',
  'turn.answered',
  'turn.failed',
  'action.proposed',
  'action.judged',
  'action.returned',
  'effect.committed',
  'effect.not_committed',
  'effect.unknown',
  'effect.given_up',
] satisfies RunEventType[])

export const mayRide = ({ type }: { readonly type: string }): boolean => riding.has(type)
