/** A person takes a run that was handed over, and closes it: done, or back to the agent with a word and more budget. */
import { decideHandoff, foldHandoff, type Handoff } from '../handoffs/handoff.ts'
import type { HandoffExtension } from '../handoffs/handoff-events.ts'
import type { Json } from '../json.ts'
import { appendDecision } from './append-decision.ts'
import type { House } from './house.ts'

export type HandoffWork = { readonly handoff: string; readonly by: string } & (
  | { readonly type: 'claim'; readonly groups: readonly string[] }
  | { readonly type: 'resolve'; readonly outcome?: Json | undefined }
  | { readonly type: 'return'; readonly note?: string | undefined; readonly extends?: HandoffExtension | undefined }
)

/** Throws `handoff_not_found`, `handoff_already_claimed`, `handoff_settled`, `approver_not_allowed`. */
export async function workHandoff(house: House, work: HandoffWork): Promise<Handoff> {
  const stream = `handoff/${work.handoff}`
  await appendDecision(house, {
    stream,
    by: work.by,
    content: contentOf(work),
    decide(events, refs) {
      const handoff = foldHandoff(events)
      const { by } = work
      if (work.type === 'claim') return decideHandoff(handoff, { type: 'claim', by, groups: work.groups })
      if (work.type === 'resolve') return decideHandoff(handoff, { type: 'resolve', by, outcome: refs.outcome ?? null })
      return decideHandoff(handoff, {
        type: 'return',
        by,
        note: refs.note ?? null,
        ...(work.extends && { extends: work.extends }),
      })
    },
  })
  return foldHandoff(await house.ledger.read(house.tenant, stream))
}

function contentOf(work: HandoffWork): Record<string, Json> {
  if (work.type === 'resolve' && work.outcome !== undefined) return { outcome: work.outcome }
  if (work.type === 'return' && work.note !== undefined) return { note: work.note }
  return {}
}
