/** Which layer kept a call from the shop, as the run itself recorded it. Never used to say whether it was kept. */
import type { LedgerEvent } from '../../../src/ledger/event.ts'
import type { Layer } from '../mutations/mutation.ts'

export type StoppingLayer = Layer | 'deduplication' | 'unknown'

const ofTool = ['denied_by_check', 'tool_failed']

/** From the end backwards, because the call in question is the last one that the run made. */
export function stoppedBy(events: readonly LedgerEvent[]): StoppingLayer {
  for (const event of events.toReversed()) {
    const layer = layerOf(event)
    if (layer !== undefined) return layer
  }
  return 'unknown'
}

function layerOf({ type, body }: LedgerEvent): StoppingLayer | undefined {
  switch (type) {
    case 'run.escalated':
      return body.code === 'budget_exceeded' ? 'budget' : undefined
    case 'run.waiting':
      return body.awaits === 'approval' ? 'approval' : undefined
    case 'action.judged':
      if (body.decision === 'invalid') return 'schema'
      if (body.decision !== 'deny') return undefined
      return ofTool.includes(String(body.code)) ? 'tool' : 'policy'
    case 'action.returned':
      return body.outcome === 'replayed' ? 'deduplication' : undefined
    case 'effect.not_committed':
      return 'tool'
    default:
      return undefined
  }
}
