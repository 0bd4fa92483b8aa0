/**
 * What to do about an effect that is neither committed nor certainly not, by what its tool can do. Pure.
 *
 *   keyed         ─▶ send again under the same key, while the vendor honours it; then as below
 *   verify        ─▶ ask the system of record, once everything sent had time to settle
 *   at most once  ─▶ unknown, and a person settles it
 */
import type { Tool } from '../tools/tool.ts'
import { type Effect, effectStatus } from './effect.ts'

export type WayOut = { way: 'send_again' } | { way: 'verify'; from: number } | { way: 'give_up' }

/** Asked so often without a clear answer, an effect stays unknown. */
export const mostVerifications = 3

export function wayOut(effect: Effect, tool: Tool, at: { now: number; maySend: boolean; verified: number }): WayOut {
  const sends = effect.attempts.length
  const sendsLeft = at.maySend && sends < tool.retry.attempts
  if (effectStatus(effect.attempts) === 'not_committed') return sendsLeft ? { way: 'send_again' } : { way: 'give_up' }
  const isHonoured = tool.idempotency !== undefined && at.now < (effect.last.honoured_until ?? 0)
  if (isHonoured && sendsLeft) return { way: 'send_again' }
  if (tool.verify && at.verified < mostVerifications) return { way: 'verify', from: effect.last.settles_by }
  return { way: 'give_up' }
}
