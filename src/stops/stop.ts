/**
 * A stop lowers the stage for a scope, down to `draft` or `observe`, or aborts: one ordered scale with stage.
 *
 *   none ─▶ raised ─▶ quiet ─▶ lifted ─▶ raised …
 *
 * Raising again replaces the level; the strictest stop that covers an action counts. A stop is quiet once nothing that
 * was sent before it is still under way.
 *
 * Pure: the stops in force and the thing that is about to happen come in, the effective stage goes out.
 */
import { CharterError, nearest } from '../errors.ts'
import { readStopEvent, type StopEvent, type StopRaised, type StoredEvent } from './stop-events.ts'

export type { StopRaised }

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
  if (stop.scope === 'risk') return stop.value === thing.risk
  // A scope that this Charter does not know was meant to stop something: it stops everything.
  return true
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
    throw new CharterError(
      'usage',
      wantsValue ? `scope \`${known}\` needs a name` : `scope \`${known}\` takes no name`,
      {
        param: 'scope',
        hint: wantsValue ? `for instance ${known}:NAME` : `write ${known} alone`,
      },
    )
  }
  return { scope: known, value }
}

/** The stream of a stop: one per scope and environment, so that raising twice is one stop. */
export const stopId = (environment: string, scope: Scope, value: string): string =>
  scope === 'everything' || scope === 'tenant' ? scope : `${environment}:${scope}:${value}`

export type StopState =
  | { readonly status: 'none' }
  | { readonly status: 'raised' | 'lifted'; readonly raised: StopRaised; readonly isQuiet: boolean }

export const noStop: StopState = { status: 'none' }

export type StopCommand =
  | (Omit<StopRaised, 'stop'> & { readonly type: 'raise' })
  /** `inForce` are the stops to choose from when this one is not among them. */
  | { readonly type: 'lift'; readonly stop: string; readonly inForce: readonly string[] }
  | ({ readonly type: 'quieten' } & Quieted)

/** What became of the attempts that were under way when the stop was raised. */
interface Quieted {
  readonly finished: number
  readonly given_up: number
  readonly waited_ms: number
}

export function decideStop(state: StopState, command: StopCommand): readonly StopEvent[] {
  switch (command.type) {
    case 'raise':
      return raise(state, command)
    case 'lift':
      if (state.status !== 'raised') throw notInForce(command.stop, command.inForce)
      return [{ type: 'stop.lifted', body: { stop: state.raised.stop } }]
    case 'quieten': {
      if (state.status !== 'raised' || state.isQuiet) return []
      const { type: _type, ...quieted } = command
      return [{ type: 'stop.quiet', body: { stop: state.raised.stop, ...quieted } }]
    }
  }
}

/** What is known after one more fact. Never throws: the ledger is already the truth. */
export function evolveStop(state: StopState, event: StopEvent): StopState {
  if (event.type === 'stop.raised') return { status: 'raised', raised: event.body, isQuiet: false }
  if (state.status === 'none') return state
  if (event.type === 'stop.lifted') return { ...state, status: 'lifted' }
  return event.type === 'stop.quiet' ? { ...state, isQuiet: true } : state
}

/** A stop from the events of its stream, oldest first. */
export const foldStop = (events: readonly StoredEvent[]): StopState =>
  events.map(readStopEvent).reduce(evolveStop, noStop)

/** One stop per scope and environment; everything and the tenant are stopped in all environments at once. */
function raise(state: StopState, { type: _type, ...wanted }: StopCommand & { type: 'raise' }): readonly StopEvent[] {
  if (state.status === 'raised' && state.raised.level === wanted.level) return []
  const { scope, value } = wanted
  const environment = scope === 'everything' || scope === 'tenant' ? '' : wanted.environment
  return [{ type: 'stop.raised', body: { ...wanted, environment, stop: stopId(environment, scope, value) } }]
}

function notInForce(stop: string, inForce: readonly string[]): CharterError {
  const near = nearest(stop, inForce)
  const listed = inForce.map((other) => `\`${other}\``).join(', ')
  const hint = near === undefined ? `in force: ${listed === '' ? 'none' : listed}` : `did you mean \`${near}\`?`
  return new CharterError('stop_not_found', `no stop \`${stop}\` is in force`, { hint, param: 'stop' })
}
