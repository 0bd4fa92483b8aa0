/** The circuit breakers of one engine. Opening and closing are events, so that people see why a tool is left alone. */
import type { EventDraft } from '../ledger/event.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { admit, type Breaker, type BreakerEvent, closedBreaker, healthOf, record } from '../tools/breaker.ts'
import type { CallOutcome } from '../tools/call-tool.ts'
import type { Tool } from '../tools/tool.ts'

export interface Breakers {
  /** False while the tool is left alone; the call that is let through by a resting breaker is the trial. */
  admits(tool: Tool): Promise<boolean>
  note(tool: Tool, outcome: CallOutcome): Promise<void>
}

export function createBreakers(world: { ledger: Ledger; tenant: string }, actor: string): Breakers {
  const states = new Map<string, Breaker>()
  const tell = async (tool: Tool, event: BreakerEvent | undefined, breaker: Breaker): Promise<void> => {
    if (event === undefined || event === 'half_open') return
    const until = breaker.status === 'open' ? breaker.until : undefined
    const draft: EventDraft = {
      type: `breaker.${event}`,
      v: 1,
      actor,
      body: { tool: tool.name, ...(until !== undefined && { until }) },
    }
    await world.ledger.transact({
      tenant: world.tenant,
      locks: [{ lock: 'stream', stream: `tool/${tool.name}` }],
      reads: {},
      decide: () => ({ append: [{ stream: `tool/${tool.name}`, after: 'any', events: [draft] }], answer: undefined }),
    })
  }
  return {
    async admits(tool) {
      const admission = admit(states.get(tool.name) ?? closedBreaker, tool.breaker, world.ledger.now())
      if (!admission.admitted) return false
      states.set(tool.name, admission.breaker)
      return true
    },
    async note(tool, outcome) {
      const before = states.get(tool.name) ?? closedBreaker
      const { breaker, event } = record(before, tool.breaker, healthOf(outcome), world.ledger.now())
      states.set(tool.name, breaker)
      await tell(tool, event, breaker)
    },
  }
}
