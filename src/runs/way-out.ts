/**
 * What to do about an effect that is neither committed nor certainly not, by what its tool can do. Pure.
 *
 *   keyed         ─▶ send again under the same key, while the vendor honours it; then as below
 *   verify        ─▶ ask the system of record, once everything sent had time to settle
 *   at most once  ─▶ unknown, and a person settles it
 *
 * Where only a stop keeps a keyed write from being sent again, it waits for the stop to be lifted.
 */
import type { Tool } from '../tools/tool.ts'
import { type Effect, effectStatus } from './effect.ts'

export type WayOut =
  | { way: 'send_again' }
  | { way: 'verify'; from: number }
  | { way: 'wait_for_stop'; stop: string; until: number }
  | { way: 'give_up' }

/** What has been tried since the effect was taken up. */
export interface Tried {
  readonly now: number
  /** Why nothing more may be sent; the stop where it is one. */
  readonly refused: { readonly stop: string | undefined } | undefined
  readonly verified: number
}

/** Asked so often without a clear answer, an effect stays unknown for the time being. */
export const mostVerifications = 3

export function wayOut(effect: Effect, tool: Tool, { now, refused, verified }: Tried): WayOut {
  const isWithinRetries = effect.attempts.length < tool.retry.attempts
  const sendsLeft = refused === undefined && isWithinRetries
  if (effectStatus(effect.attempts) === 'not_committed') return sendsLeft ? { way: 'send_again' } : { way: 'give_up' }
  const { honoured_until: until = 0, settles_by: from } = effect.last
  const isHonoured = tool.idempotency !== undefined && now < until
  if (isHonoured && sendsLeft) return { way: 'send_again' }
  if (tool.verify && verified < mostVerifications) return { way: 'verify', from }
  if (isHonoured && isWithinRetries && refused?.stop !== undefined)
    return { way: 'wait_for_stop', stop: refused.stop, until }
  return { way: 'give_up' }
}

const firstLookMs = 60_000
const longestPauseMs = 6 * 3_600_000
const mostLooks = 40

/**
 * When the system of record is asked again about an effect that was given up: a minute later, then ever more rarely, for
 * about nine days. After that only a person settles it.
 */
export function nextLook(looks: number, settlesBy: number, tool: Tool, now: number): number | undefined {
  if (!tool.verify || looks >= mostLooks) return undefined
  return Math.max(settlesBy, now + Math.min(longestPauseMs, firstLookMs * 4 ** looks))
}
