/** How long to wait before a further send. */
import type { Randomness } from '../ids.ts'
import type { Tool } from './tool.ts'

/**
 * Milliseconds before the attempt after `attempt` (which counts from 1): doubled each time up to `maxMs`, and then spread
 * over the upper half, so that callers that failed together do not come back together.
 */
export function retryDelay({ backoffMs, maxMs }: Tool['retry'], attempt: number, random: Randomness): number {
  const full = Math.min(maxMs, backoffMs * 2 ** (attempt - 1))
  const [high = 0, low = 0] = random.bytes(2)
  const share = (high * 256 + low) / 65_535
  return Math.round(full / 2 + (full / 2) * share)
}

/** Whether the policy has a further send left after this many. */
export function mayRetry({ attempts }: Tool['retry'], sent: number): boolean {
  return sent < attempts
}
