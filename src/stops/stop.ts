/**
 * A stop lowers the stage for a scope, down to `draft` or `observe`, or aborts: one ordered scale with stage.
 *
 *   none ─▶ raised ─▶ lifted      raising again replaces the level; the strictest stop that covers an action counts
 *
 * Pure: the stops in force and the thing that is about to happen come in, the effective stage goes out.
 */
import { CharterError } from '../errors.ts'

/** From most to least autonomy. `abort` also ends runs and cuts off what is in flight. */
export const scale = ['auto', 'gated', 'draft', 'observe', 'abort'] as const
export type Level = (typeof scale)[number]
export type StopLevel = Extract<Level, 'draft' | 'observe' | 'abort'>
export const stopLevels = ['draft', 'observe', 'abort'] as const

export const scopes = ['everything', 'tenant', 'agent', 'tool', 'risk'] as const
export type Scope = (typeof scopes)[number]

/** A stop in force. `value` is empty for `everything` and `tenant`. */
export interface Stop {
  readonly stop: string
  readonly scope: string
  readonly value: string
  readonly level: StopLevel
  readonly environment: string
}

/** What a stop may cover. */
export interface Covered {
  readonly agent: string
  readonly environment: string
  readonly tool?: string
  readonly risk?: string
}

export function covers(stop: Stop, thing: Covered): boolean {
  if (stop.scope === 'everything' || stop.scope === 'tenant') return true
  if (stop.environment !== thing.environment) return false
  if (stop.scope === 'agent') return stop.value === thing.agent
  if (stop.scope === 'tool') return stop.value === thing.tool
  return stop.scope === 'risk' && stop.value === thing.risk
}

export const lower = (a: Level, b: Level): Level => (scale.indexOf(a) >= scale.indexOf(b) ? a : b)

export interface Effective {
  readonly level: Level
  /** The stop that lowered it; absent when the stage is the page's own. */
  readonly stop?: string
}

export function effectiveStage(stage: Level, stops: readonly Stop[], thing: Covered): Effective {
  let effective: Effective = { level: stage }
  for (const stop of stops) {
    if (!covers(stop, thing) || lower(effective.level, stop.level) === effective.level) continue
    effective = { level: stop.level, stop: stop.stop }
  }
  return effective
}

/** `tool:request_refund`, `agent:billing`, `risk:high`, `tenant`, `everything`. */
export function parseScope(text: string): { scope: Scope; value: string } {
  const [scope = '', ...rest] = text.split(':')
  const value = rest.join(':')
  const known = scopes.find((candidate) => candidate === scope)
  if (!known) {
    throw new CharterError('usage', `unknown scope \`${text}\``, {
      param: 'scope',
      hint: 'use everything, tenant, agent:NAME, tool:NAME or risk:LEVEL',
    })
  }
  const wantsValue = known === 'agent' || known === 'tool' || known === 'risk'
  if (wantsValue === (value === '')) {
    throw new CharterError('usage', wantsValue ? `scope \`${known}\` needs a name` : `scope \`${known}\` takes no name`, {
      param: 'scope',
      hint: wantsValue ? `for instance ${known}:NAME` : `write ${known} alone`,
    })
  }
  return { scope: known, value }
}

/** The stream of a stop: one per scope and environment, so that raising twice is one stop. */
export const stopId = (environment: string, scope: Scope, value: string): string =>
  scope === 'everything' || scope === 'tenant' ? scope : `${environment}:${scope}:${value}`

export interface StopRaised {
  readonly stop: string
  readonly scope: Scope
  readonly value: string
  readonly environment: string
  readonly level: StopLevel
}

export interface StopLifted {
  readonly stop: string
}
