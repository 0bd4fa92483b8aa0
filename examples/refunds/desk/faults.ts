/**
 * How the desk misbehaves, on demand. A rule names requests and what befalls them; the first rule that matches is taken,
 * `times` often, or until it is cleared. Faults sit between the socket and the work, never inside a write.
 */
import { z } from 'zod'
import { matchPath } from './path-pattern.ts'
import type { Answer } from './refusal.ts'

const which = {
  method: z.string().toUpperCase().optional(),
  path: z.string().startsWith('/'),
  times: z.int().positive().optional(),
}
const ms = z.int().nonnegative()

export const FaultRule = z.discriminatedUnion('fault', [
  z.strictObject({ ...which, fault: z.literal('fail') }),
  z.strictObject({ ...which, fault: z.literal('hang') }),
  z.strictObject({ ...which, fault: z.literal('delay'), ms }),
  z.strictObject({
    ...which,
    fault: z.literal('reject'),
    status: z.union([z.literal(409), z.literal(422), z.literal(429)]),
    retry_after_seconds: z.int().nonnegative().optional(),
  }),
  z.strictObject({ ...which, fault: z.literal('commit_then_disconnect') }),
  z.strictObject({ ...which, fault: z.literal('commit_then_delay'), ms }),
  z.strictObject({ ...which, fault: z.literal('garbage') }),
  z.strictObject({ ...which, fault: z.literal('huge'), megabytes: z.number().positive().max(256) }),
])
export type FaultRule = z.input<typeof FaultRule>
export type StandingFault = z.output<typeof FaultRule> & { id: number; taken: number }

export function createFaults() {
  let born = 0
  let standing: StandingFault[] = []
  return {
    set(rule: FaultRule): StandingFault {
      const fault = { ...FaultRule.parse(rule), id: ++born, taken: 0 }
      standing.push(fault)
      return fault
    },
    list: (): readonly StandingFault[] => standing,
    clear(): void {
      standing = []
    },
    /** The fault that befalls this request, counted as taken. */
    take(method: string, path: string): StandingFault | undefined {
      const fault = standing.find((rule) => (rule.method ?? method) === method && matchPath(rule.path, path))
      if (fault && ++fault.taken === fault.times) standing = standing.filter((rule) => rule !== fault)
      return fault
    },
  }
}
export type Faults = ReturnType<typeof createFaults>

/** What becomes of an exchange: an answer, a socket left open for ever, or a socket torn. */
export type Outcome = Answer | 'silence' | 'disconnect'

/** Plays a fault around the work. `act` does it once, durably; a fault that distorts an answer leaves refusals alone. */
export async function play(
  fault: StandingFault | undefined,
  act: () => Answer,
  wait: (ms: number) => Promise<void>,
): Promise<Outcome> {
  switch (fault?.fault) {
    case undefined:
      return act()
    case 'fail':
      return { status: 500, body: { code: 'desk_failed', message: 'the desk has a bad day' } }
    case 'hang':
      return 'silence'
    case 'delay':
      await wait(fault.ms)
      return act()
    case 'reject':
      return rejection(fault.status, fault.retry_after_seconds ?? 1)
    case 'commit_then_disconnect':
      act()
      return 'disconnect'
    case 'commit_then_delay': {
      const answer = act()
      await wait(fault.ms)
      return answer
    }
    case 'garbage':
      return distorted(act(), () => ({ id: 42, unexpected: [null] }))
    case 'huge':
      return distorted(act(), (body) => ({ ...body, padding: 'x'.repeat(fault.megabytes * 2 ** 20) }))
  }
}

function rejection(status: 409 | 422 | 429, retryAfterSeconds: number): Answer {
  const code = { 409: 'conflict', 422: 'unprocessable', 429: 'rate_limited' }[status]
  const body = { code, message: 'the desk does not take this request now' }
  return { status, body, headers: { 'retry-after': String(retryAfterSeconds) } }
}

function distorted(answer: Answer, distort: (body: object) => object): Answer {
  return answer.status < 300 ? { ...answer, status: 200, body: distort(answer.body) } : answer
}
