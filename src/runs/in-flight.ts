/** The attempts that this process has on the wire. */
import type { EffectDispatched } from './events.ts'
import type { InFlight } from './world.ts'

export function createInFlight(): InFlight {
  const attempts = new Map<string, { sent: EffectDispatched; controller: AbortController }>()
  const nameOf = ({ effect, attempt }: EffectDispatched): string => `${effect}#${attempt}`
  return {
    enter(sent) {
      const controller = new AbortController()
      attempts.set(nameOf(sent), { sent, controller })
      return controller.signal
    },
    leave: (sent) => void attempts.delete(nameOf(sent)),
    abort(covers) {
      for (const { sent, controller } of attempts.values()) if (covers(sent)) controller.abort()
    },
  }
}
